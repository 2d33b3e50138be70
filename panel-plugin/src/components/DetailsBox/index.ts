export { DetailsBox } from './DetailsBox';
