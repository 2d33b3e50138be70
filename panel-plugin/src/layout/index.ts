export { GROUP_TITLE_HEIGHT, layoutWorkflows, routeBetween } from './layout';
export type {
  Box,
  Direction,
  GroupShape,
  Layout,
  LayoutInput,
  LinkMemory,
  Memory,
  ModelMemory,
  Point,
  Route,
  Size,
} from './types';
export { Arrangement, type Arranged, type Names } from './arrangement';
