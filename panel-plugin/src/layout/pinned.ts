import type { LayoutInput, Point } from './types';

const GAP = 12;

/**
 * Puts cards where people dragged them. A card that would lie under such a one steps aside, up or down.
 * @param cards corners by model; changed in place
 * @returns the models that stand elsewhere than their links expect
 */
export function placePinned(
  cards: Map<number, Point>,
  models: number[],
  { pins, card }: Pick<LayoutInput, 'pins' | 'card'>
): Set<number> {
  const moved = new Set<number>();
  for (const model of models) {
    const pin = pins?.[model];
    if (pin) {
      cards.set(model, pin);
      moved.add(model);
    }
  }
  if (moved.size === 0) {
    return moved;
  }
  const hits = (at: Point, model: number, others: Iterable<number>) =>
    [...others].some((other) => {
      const place = cards.get(other);
      return (
        other !== model &&
        place !== undefined &&
        Math.abs(place.x - at.x) < card.width + GAP &&
        Math.abs(place.y - at.y) < card.height + GAP
      );
    });
  const pinned = [...moved];
  for (const model of models) {
    const at = cards.get(model);
    if (at === undefined || pinned.includes(model) || !hits(at, model, pinned)) {
      continue;
    }
    const step = (card.height + GAP) / 4;
    for (let count = 1; count <= 4 * models.length + 4; count++) {
      const free = [at.y + count * step, at.y - count * step].find((y) => !hits({ x: at.x, y }, model, models));
      if (free !== undefined) {
        cards.set(model, { x: at.x, y: free });
        moved.add(model);
        break;
      }
    }
  }
  return moved;
}
