/** All lengths in pixels at scale 1. */
export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Point, Size {}

export type Direction = 'right' | 'down';

export interface GroupShape {
  /** Whether room for a title is kept above the group. */
  titled: boolean;
  /**
   * One entry a model: its position from the workflow file, or null where it has none. `unlisted` models, that only
   * links speak of, cannot have one and do not keep the others from theirs.
   */
  models: Array<Point | null | 'unlisted'>;
}

/**
 * All that positions depend on. It holds no names and no values, so that it is equal, and the layout kept, as long
 * as the topology, the options and the rough shape of the panel stay.
 */
export interface LayoutInput {
  groups: GroupShape[];
  /** Indices of the models that links join, counted through all groups. */
  links: Array<[source: number, target: number]>;
  card: Size;
  /** Room that the text on a link needs; null where links have none. */
  label: Size | null;
  direction: Direction;
  /** Width that the graph may use before it wraps, and the width to height ratio it should come near to. */
  frame: { width: number; aspect: number };
}

export interface Route {
  /** SVG path from the source to the base of the arrow head. */
  path: string;
  /** SVG path of the arrow head. */
  head: string;
  /** Centre of the text. */
  label: Point;
}

export interface Layout extends Size {
  /** Top left corners of the cards, in the order of the models. */
  cards: Point[];
  /** In the order of the links. */
  routes: Route[];
  groups: Box[];
}
