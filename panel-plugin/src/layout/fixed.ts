import { LABEL_MARGIN } from './spacing';
import type { Point, Size } from './types';

const GAP = 40;
/** Positions that need a larger plane than this (pixels) are of no use to anyone. */
const LARGEST = 20_000;

/**
 * Places cards where the workflow file says, spread evenly by just so much that no two overlap and a
 * link's text fits between neighbours; models that only links
 * speak of stand in a row below. Undefined where a listed model has no position or the positions cannot be told
 * apart; the caller then layers the workflow.
 */
export function placeFixed(
  positions: Array<Point | null | 'unlisted'>,
  card: Size,
  label: Size | null
): Point[] | undefined {
  const listed = positions.filter((position) => position !== 'unlisted');
  const points = listed.filter((position) => position !== null);
  if (points.length === 0 || points.length < listed.length) {
    return undefined;
  }
  const gap: Size = { width: Math.max(GAP, label ? label.width + 2 * LABEL_MARGIN : 0), height: GAP };
  const scale = spread(points, card, gap);
  const left = Math.min(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  const bottom = Math.max(...points.map(({ y }) => (y - top) * scale)) + card.height + gap.height;
  let unlisted = 0;
  const places = positions.map((position) =>
    position === null || position === 'unlisted'
      ? { x: unlisted++ * (card.width + gap.width), y: bottom }
      : { x: (position.x - left) * scale, y: (position.y - top) * scale }
  );
  return places.every(({ x, y }) => x <= LARGEST && y <= LARGEST) ? places : undefined;
}

/** The smallest factor, at least 1, that keeps every two cards apart; infinite for two at one spot. */
function spread(points: Point[], card: Size, gap: Size): number {
  let scale = 1;
  for (const [index, a] of points.entries()) {
    for (const b of points.slice(index + 1)) {
      const apartX = (card.width + gap.width) / Math.abs(a.x - b.x);
      const apartY = (card.height + gap.height) / Math.abs(a.y - b.y);
      scale = Math.max(scale, Math.min(apartX, apartY));
    }
  }
  return scale;
}
