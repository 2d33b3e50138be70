import type { Box, Point, Size } from '../../layout';
import { detailAt, READABLE_SCALE } from '../ModelCard/cardRows';

/** Where the graph stands on the screen: `screen = graph * scale + (x, y)`. */
export interface View extends Point {
  scale: number;
}

/** What the viewport knows of a graph: its size, its cards, and the one where a reader starts. */
export interface Graph extends Size {
  models: number;
  start: Box;
  /** By how much the layout moved all, so that it starts at 0, 0. */
  shift: Point;
}

const MARGIN = 14;
const LARGEST_SCALE = 2;
/** A few cards in a large panel grow only so far. */
const LARGEST_FIT = 1.2;
/** So many models are one picture: seeing all of them says more than the numbers of some. */
const SMALL_GRAPH = 5;
/** Pixels of the graph that stay in sight however far it is dragged. */
const KEPT_IN_SIGHT = 60;

/** Scale at which the whole graph is in sight. */
export function scaleOfAll(content: Size, frame: Size): number {
  const width = (frame.width - 2 * MARGIN) / Math.max(1, content.width);
  const height = (frame.height - 2 * MARGIN) / Math.max(1, content.height);
  return Math.max(Number.EPSILON, Math.min(width, height, LARGEST_FIT));
}

/** A small graph whole, even if its cards have no room for numbers; else as much as can be read. */
export function viewStart(graph: Graph, frame: Size): View {
  const named = detailAt(scaleOfAll(graph, frame), graph.start) !== 'symbols';
  return graph.models <= SMALL_GRAPH && named ? viewAll(graph, frame) : viewReadable(graph, frame);
}

/** The whole graph, centred; texts that would get too small are left out by the cards. */
export function viewAll(graph: Graph, frame: Size): View {
  return placed(scaleOfAll(graph, frame), graph, frame);
}

/** As much as fits at a scale at which cards can be read; where that is not all, around the start of the workflow. */
export function viewReadable(graph: Graph, frame: Size): View {
  return placed(Math.max(READABLE_SCALE, scaleOfAll(graph, frame)), graph, frame);
}

/** Margin of what is drawn around what is in sight, as a share of it: small moves need nothing new. */
const AROUND = 1 / 8;

/** The part of the graph in sight, with a margin. */
export function sightOf({ scale, x, y }: View, { width, height }: Size): Box {
  const across = spanOf(-x / scale, width / scale);
  const down = spanOf(-y / scale, height / scale);
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

/** In whole steps: what is drawn changes only now and then while the graph is moved. */
function spanOf(from: number, length: number): { start: number; length: number } {
  const step = length * AROUND;
  const [first, last] = [Math.floor(from / step) - 1, Math.ceil((from + length) / step) + 1];
  return { start: first * step, length: (last - first) * step };
}

/** Brings a point of the graph to the middle of the panel. */
export function centredAt(view: View, point: Point, content: Size, frame: Size): View {
  const { scale } = view;
  return kept({ scale, x: frame.width / 2 - point.x * scale, y: frame.height / 2 - point.y * scale }, content, frame);
}

/** The same sight of a graph that grew at its start, where the layout moved all else. */
export function followed(view: View, before: Point, now: Point): View {
  return {
    ...view,
    x: view.x - (now.x - before.x) * view.scale,
    y: view.y - (now.y - before.y) * view.scale,
  };
}

/** Zooms by a factor around a point of the screen. */
export function zoomed(view: View, factor: number, at: Point, content: Size, frame: Size): View {
  const smallest = Math.min(scaleOfAll(content, frame), READABLE_SCALE);
  const scale = Math.min(LARGEST_SCALE, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, content, frame);
}

export function panned(view: View, by: Point, content: Size, frame: Size): View {
  return kept({ ...view, x: view.x + by.x, y: view.y + by.y }, content, frame);
}

/** Moves just so far that the box comes into sight; the same view where it is already. */
export function revealed(view: View, box: Box, frame: Size): View {
  const x = inSight(view.x, box.x * view.scale, box.width * view.scale, frame.width);
  const y = inSight(view.y, box.y * view.scale, box.height * view.scale, frame.height);
  return x === view.x && y === view.y ? view : { ...view, x, y };
}

/** Keeps a part of the graph in sight. */
export function kept(view: View, content: Size, frame: Size): View {
  return {
    scale: view.scale,
    x: clamp(view.x, KEPT_IN_SIGHT - content.width * view.scale, frame.width - KEPT_IN_SIGHT),
    y: clamp(view.y, KEPT_IN_SIGHT - content.height * view.scale, frame.height - KEPT_IN_SIGHT),
  };
}

function placed(scale: number, graph: Graph, frame: Size): View {
  const { start } = graph;
  return {
    scale,
    x: offset(graph.width * scale, frame.width, (start.x + start.width / 2) * scale),
    y: offset(graph.height * scale, frame.height, (start.y + start.height / 2) * scale),
  };
}

/** Centres what fits; of what does not, shows the surroundings of `point` without room beyond the ends. */
function offset(length: number, room: number, point: number): number {
  const spare = room - length;
  return spare >= 2 * MARGIN ? spare / 2 : clamp(room / 2 - point, spare - MARGIN, MARGIN);
}

function inSight(offset: number, start: number, length: number, room: number): number {
  if (offset + start < MARGIN || length + 2 * MARGIN > room) {
    return MARGIN - start;
  }
  return Math.min(offset, room - MARGIN - start - length);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
}
