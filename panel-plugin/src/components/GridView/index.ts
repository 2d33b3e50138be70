export { GridView } from './GridView';
