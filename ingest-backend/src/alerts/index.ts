export { AlertCenter, type CenterOptions } from './center.js';
export { downstreamAlong, type Downstream } from './inhibition.js';
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
export { fits } from './pattern.js';
export { SILENCES_NOTE, type KeptSilence, type NewSilence } from './silences.js';
