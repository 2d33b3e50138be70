export { layoutWorkflows, GROUP_TITLE_HEIGHT } from './layout';
export type { Box, Direction, GroupShape, Layout, LayoutInput, Point, Route, Size } from './types';
