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

/** A link by the indices of the models that it joins, counted through all groups. */
export type LinkEnds = [source: number, target: number];

/**
 * All that positions depend on, beside what is remembered of the picture before. It holds no names and no values, so
 * that it is equal, and the layout kept, as long as the topology, the options and the rough shape of the panel stay.
 */
export interface LayoutInput {
  groups: GroupShape[];
  links: LinkEnds[];
  card: Size;
  /** Room that the text on a link needs; null where links have none. */
  label: Size | null;
  direction: Direction;
  /** Width that the graph may use before it wraps, and the width to height ratio it should come near to. */
  frame: { width: number; aspect: number };
  /** Where people dragged cards to, relative to their group; one entry a model through all groups, null for most. */
  pins?: Array<Point | null> | undefined;
}

/**
 * Where a model stood: in a layer of a connected part and so far across, or at a corner among those without links;
 * both in coordinates that begin at `origin` of its group.
 * One that was not in the last picture (`gone`) comes back to its place unless another has taken it.
 */
export type ModelMemory = { origin: Point; gone?: boolean } & ({ layer: number; wish: number } | { corner: Point });

export interface LinkMemory {
  /** Whether it ran against the direction, as one link of each cycle does. */
  back: boolean;
  /** Where across the layers it passed between its cards, from the earlier layer to the later. */
  wishes: number[];
}

/**
 * What keeps a picture steady while its topology changes: where each model and link stands.
 * In the order of the input; undefined for what is new.
 */
export interface Memory {
  models: Array<ModelMemory | undefined>;
  links: Array<LinkMemory | undefined>;
  groups: Array<Point | undefined>;
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
  /** Where the coordinates of each group begin, in the order of the groups: pins are relative to it. */
  origins: Point[];
  /** What the next layout is to be given, so that it keeps this one's picture. */
  memory: Memory;
  /** By how much all was moved so that the picture starts at 0, 0. */
  shift: Point;
}
