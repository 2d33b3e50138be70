import { Graph, layout as runDagre } from '@dagrejs/dagre';
import type { Direction, Point, Size } from './types';

/** A connected part of a workflow: models by index, links by index with their ends among the models. */
export interface Component {
  models: number[];
  links: Array<{ index: number; source: number; target: number }>;
}

export interface LayeredPart extends Size {
  /** Top left corner of each model's card. */
  cards: Map<number, Point>;
  /** Points that each link passes between its cards, and the centre of its text. */
  bends: Map<number, { points: Point[]; label: Point }>;
}

const NODE_GAP = 28;
const RANK_GAP = 56;
/** Beyond this many links the exact ranking takes seconds; the simple one draws the same order of models. */
const EXACT_RANKING_LIMIT = 150;

/** Layers a connected part along the direction of its links. Cycles are cut where dagre finds it cheapest. */
export function layerComponent(
  { models, links }: Component,
  card: Size,
  label: Size | null,
  direction: Direction
): LayeredPart {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction === 'right' ? 'LR' : 'TB',
    nodesep: NODE_GAP,
    edgesep: 16,
    ranksep: RANK_GAP,
    ranker: links.length > EXACT_RANKING_LIMIT ? 'longest-path' : 'network-simplex',
  });
  for (const model of models) {
    graph.setNode(String(model), { ...card });
  }
  for (const { index, source, target } of links) {
    const room = label ?? { width: 0, height: 0 };
    graph.setEdge(String(source), String(target), { ...room, labelpos: 'c' }, String(index));
  }
  runDagre(graph);

  const cards = new Map(models.map((model) => [model, corner(graph.node(String(model)), card)]));
  const bends = new Map(
    links.map(({ index, source, target }) => {
      const edge = graph.edge({ v: String(source), w: String(target), name: String(index) });
      const points: Point[] = edge.points.map(({ x, y }: Point) => ({ x, y }));
      const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
      return [index, { points: points.slice(1, -1), label: { x: edge.x ?? middle.x, y: edge.y ?? middle.y } }];
    })
  );
  return normalized({ cards, bends, width: 0, height: 0 }, card);
}

function corner(centre: Point, card: Size): Point {
  return { x: centre.x - card.width / 2, y: centre.y - card.height / 2 };
}

/** Moves the part so that it starts at 0, 0, and measures it with the bends of links that swing outside of cards. */
function normalized(part: LayeredPart, card: Size): LayeredPart {
  const bendPoints = [...part.bends.values()].flatMap(({ points, label }) => [...points, label]);
  const corners = [...part.cards.values()];
  const xs = [...corners.flatMap(({ x }) => [x, x + card.width]), ...bendPoints.map(({ x }) => x)];
  const ys = [...corners.flatMap(({ y }) => [y, y + card.height]), ...bendPoints.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const move = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  return {
    cards: new Map([...part.cards].map(([model, place]) => [model, move(place)])),
    bends: new Map(
      [...part.bends].map(([link, { points, label }]) => [link, { points: points.map(move), label: move(label) }])
    ),
    width: Math.max(...xs) - left,
    height: Math.max(...ys) - top,
  };
}

/** Splits models into connected parts, the largest first, then by the smallest index; both inside and among them. */
export function components(models: number[], links: Component['links']): Component[] {
  const root = new Map(models.map((model) => [model, model]));
  const find = (model: number): number => {
    let at = model;
    while (root.get(at) !== at) {
      at = root.get(at) ?? at;
    }
    root.set(model, at);
    return at;
  };
  for (const { source, target } of links) {
    const [a, b] = [find(source), find(target)];
    root.set(Math.max(a, b), Math.min(a, b));
  }
  const parts = new Map<number, Component>();
  for (const model of models) {
    const part = parts.get(find(model)) ?? { models: [], links: [] };
    part.models.push(model);
    parts.set(find(model), part);
  }
  for (const link of links) {
    parts.get(find(link.source))?.links.push(link);
  }
  return [...parts.values()].sort(
    (a, b) => b.models.length - a.models.length || Math.min(...a.models) - Math.min(...b.models)
  );
}
