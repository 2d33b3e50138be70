export { filterBy, filterLinks } from './filters';
