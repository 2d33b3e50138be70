export { SCROLL_BAR, useWindow } from './useWindow';
export { ViewFrame, type Drawing, type ViewProps } from './ViewFrame';
export { fits } from './fits';
