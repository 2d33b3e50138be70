export { SCROLL_BAR, useWindow } from './useWindow';
export { ViewFrame, type ViewProps } from './ViewFrame';
export { fits } from './fits';
