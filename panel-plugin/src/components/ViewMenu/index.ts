export { pictureActions, ViewMenu, type Action } from './ViewMenu';
