export {
  dueAt,
  step,
  UNWATCHED,
  type Happening,
  type OpenAlert,
  type Rules,
  type Step,
  type Watched,
} from './machine.js';
export { fillIn, linkTo, problemOf } from './template.js';
