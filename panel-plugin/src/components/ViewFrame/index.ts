export { useWindow } from './useWindow';
export { ViewFrame } from './ViewFrame';
export { fits } from './fits';
