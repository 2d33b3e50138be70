import type { Direction, Point } from '../../layout';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function isArrow(key: string): key is Arrow {
  return ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(key);
}

const STEPS: Record<Arrow, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The arrows that follow the links and that go against them. */
const ALONG: Record<Direction, { forward: Arrow; backward: Arrow }> = {
  right: { forward: 'ArrowRight', backward: 'ArrowLeft' },
  down: { forward: 'ArrowDown', backward: 'ArrowUp' },
};

/**
 * The card that an arrow key leads to from another: along the direction of the graph the nearest that a link joins, in
 * any direction else the nearest card that lies there. Undefined where there is none.
 */
export function cardTowards(
  arrow: Arrow,
  from: string,
  places: ReadonlyMap<string, Point>,
  links: ReadonlyArray<{ source: string; target: string }>,
  direction: Direction
): string | undefined {
  const at = places.get(from);
  if (at === undefined) {
    return undefined;
  }
  const { forward, backward } = ALONG[direction];
  const linked =
    arrow === forward
      ? links.filter(({ source }) => source === from).map(({ target }) => target)
      : arrow === backward
        ? links.filter(({ target }) => target === from).map(({ source }) => source)
        : [];
  const others = linked.filter((id) => id !== from && places.has(id));
  if (others.length > 0) {
    return nearest(others, places, (place) => Math.hypot(place.x - at.x, place.y - at.y));
  }
  const step = STEPS[arrow];
  const ahead = (place: Point) => (place.x - at.x) * step.x + (place.y - at.y) * step.y;
  const aside = (place: Point) => Math.abs((place.x - at.x) * step.y) + Math.abs((place.y - at.y) * step.x);
  const there = [...places.keys()].filter((id) => {
    const place = places.get(id) ?? at;
    return ahead(place) > 1 && aside(place) <= 2 * ahead(place);
  });
  // Straight ahead beats a little nearer.
  return nearest(there, places, (place) => ahead(place) + 2 * aside(place));
}

function nearest(ids: string[], places: ReadonlyMap<string, Point>, distance: (place: Point) => number) {
  let best: { id: string; distance: number } | undefined;
  for (const id of ids) {
    const far = distance(places.get(id) ?? { x: Infinity, y: Infinity });
    if (best === undefined || far < best.distance) {
      best = { id, distance: far };
    }
  }
  return best?.id;
}
