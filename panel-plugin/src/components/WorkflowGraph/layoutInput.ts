import type { Box, Direction, LayoutInput, Names, Point, Size } from '../../layout';
import type { HealthView } from '../../model';
import { READABLE_SCALE } from '../ModelCard/cardRows';
import { LINK_LABEL } from '../WorkflowLink/WorkflowLink';

const SIDES = 28;
const GAP = 24;

interface Settings {
  card: Size;
  labels: boolean;
  direction: Direction;
  frame: Size;
  /** Where cards were dragged to, by model id. */
  positions: Readonly<Record<string, Point>>;
}

/**
 * What the positions depend on. The panel's size goes in coarsely, by whole cards and half doublings of its shape, so
 * that a panel that grows by some pixels keeps its picture; and labels get their room even where nothing is measured
 * yet, so that the first rate moves no card.
 */
export function layoutInput(view: HealthView, settings: Settings): LayoutInput {
  const { card, labels, direction, frame, positions } = settings;
  const models = view.groups.flatMap((group) => group.models);
  const index = new Map(models.map(({ id }, position) => [id, position]));
  const columns = Math.max(1, Math.floor((frame.width / READABLE_SCALE - SIDES + GAP) / (card.width + GAP)));
  const aspect = Math.max(0.25, Math.min(4, frame.width / Math.max(1, frame.height)));
  return {
    groups: view.groups.map((group) => ({
      titled: view.groups.length > 1,
      models: group.models.map(({ fixed, state }) => fixed ?? (state === 'unlisted' ? 'unlisted' : null)),
    })),
    links: view.links.map(({ source, target }) => [index.get(source) ?? 0, index.get(target) ?? 0]),
    card,
    label: labels ? LINK_LABEL : null,
    direction,
    frame: { width: columns * (card.width + GAP) - GAP, aspect: 2 ** (Math.round(Math.log2(aspect) * 2) / 2) },
    pins: models.some(({ id }) => Object.hasOwn(positions, id))
      ? models.map(({ id }) => (Object.hasOwn(positions, id) ? (positions[id] ?? null) : null))
      : undefined,
  };
}

export function namesOf(view: HealthView): Names {
  return {
    models: view.groups.flatMap(({ models }) => models.map(({ id }) => id)),
    links: view.links.map(({ id }) => id),
    groups: view.groups.map(({ name }) => name),
  };
}

/** The card that a reader meets first: the one furthest against the direction, of several the first on the page. */
export function startOf(places: Iterable<Point>, card: Size, direction: Direction): Box {
  const [first] = [...places].sort((a, b) => (direction === 'right' ? a.x - b.x || a.y - b.y : a.y - b.y || a.x - b.x));
  return { ...(first ?? { x: 0, y: 0 }), ...card };
}
