import type { Box, Direction, Point, Route } from './types';

const HEAD_LENGTH = 12;
const HEAD_WIDTH = 12;
/** How far a link may leave a card from the middle of its side, as a share of the side's half. */
const SPREAD = 0.55;
const LOOP = 26;

interface Ends {
  source: Box;
  target: Box;
  /** Points between the cards that the layout wants the link to pass. */
  bends: Point[];
  /** Centre of the link's text; the middle of the link where the layout gives none. */
  label?: Point | undefined;
  direction: Direction;
}

/**
 * Draws a link as a curve that leaves and enters cards squarely, so that arrow heads are always straight and links of
 * neighbours do not merge at one spot.
 */
export function routeLink({ source, target, bends, label, direction }: Ends): Route {
  // Worked out for links to the right; downwards is the same with the axes swapped.
  const turn = direction === 'down' ? swap : same;
  const turnBox = direction === 'down' ? swapBox : same;
  const draw = (point: Point) => text(turn(point));
  if (source === target) {
    const { path, end, middle } = loop(turnBox(source), draw);
    return { path, head: arrowHead(end, 1, draw), label: turn(middle) };
  }
  const { start, inner, end } = linkPoints(turnBox(source), turnBox(target), bends.map(turn));
  const towards = end.x >= (inner[inner.length - 1] ?? start).x ? 1 : -1;
  let path = `M${draw(start)}`;
  let at = start;
  for (const point of [...inner, { x: end.x - towards * (HEAD_LENGTH - 1), y: end.y }]) {
    const bow = (point.x - at.x) / 2;
    path += ` C${draw({ x: at.x + bow, y: at.y })} ${draw({ x: point.x - bow, y: point.y })} ${draw(point)}`;
    at = point;
  }
  return { path, head: arrowHead(end, towards, draw), label: label ?? turn(middleOf([start, ...inner, end])) };
}

function arrowHead(tip: Point, towards: 1 | -1, draw: (point: Point) => string): string {
  const x = tip.x - towards * HEAD_LENGTH;
  const corners = [tip, { x, y: tip.y - HEAD_WIDTH / 2 }, { x, y: tip.y + HEAD_WIDTH / 2 }];
  return `M${corners.map(draw).join(' L')} Z`;
}

function linkPoints(source: Box, target: Box, inner: Point[]) {
  const next = inner[0] ?? centre(target);
  const before = inner[inner.length - 1] ?? centre(source);
  // A link against the direction, as cycles have them, leaves and enters on the opposite sides.
  return {
    start: onSide(source, next, next.x >= centre(source).x),
    inner,
    end: onSide(target, before, before.x > centre(target).x),
  };
}

/** A point on the right or left side of a card, shifted towards where the link comes from or goes to. */
function onSide(card: Box, other: Point, right: boolean): Point {
  const { y } = centre(card);
  const reach = (card.height / 2) * SPREAD;
  const shift = Math.max(-reach, Math.min(reach, (other.y - y) * 0.3));
  return { x: right ? card.x + card.width : card.x, y: y + shift };
}

/** From a card's right side around its lower edge back to its left side: the way of records that a model feeds itself. */
function loop(card: Box, draw: (point: Point) => string) {
  const y = centre(card).y + (card.height / 2) * SPREAD;
  const below = card.y + card.height + LOOP / 2;
  const [left, right] = [card.x, card.x + card.width];
  const path =
    `M${draw({ x: right, y })} C${draw({ x: right + LOOP, y })} ${draw({ x: right + LOOP, y: below })} ` +
    `${draw({ x: right - LOOP / 2, y: below })} L${draw({ x: left + LOOP / 2, y: below })} ` +
    `C${draw({ x: left - LOOP * 1.5, y: below })} ${draw({ x: left - LOOP * 1.5, y })} ${draw({ x: left - HEAD_LENGTH + 1, y })}`;
  return { path, end: { x: left, y }, middle: { x: (left + right) / 2, y: below } };
}

function middleOf(points: Point[]): Point {
  const half = (points.length - 1) / 2;
  const [a, b] = [points[Math.floor(half)], points[Math.ceil(half)]];
  return a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : { x: 0, y: 0 };
}

function centre({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function same<T>(value: T): T {
  return value;
}

function swap({ x, y }: Point): Point {
  return { x: y, y: x };
}

function swapBox({ x, y, width, height }: Box): Box {
  return { x: y, y: x, width: height, height: width };
}

function text({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
