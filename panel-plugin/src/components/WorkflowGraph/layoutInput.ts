import type { Box, Direction, Layout, LayoutInput, Size } from '../../layout';
import type { HealthView } from '../../model';
import { READABLE_SCALE } from '../ModelCard/cardRows';
import { LINK_LABEL } from '../WorkflowLink/WorkflowLink';

const SIDES = 28;
const GAP = 24;

/**
 * What the positions depend on. The panel's size goes in coarsely, by whole cards and half doublings of its shape, so
 * that a panel that grows by some pixels keeps its picture.
 */
export function layoutInput(
  view: HealthView,
  card: Size,
  labels: boolean,
  direction: Direction,
  frame: Size
): LayoutInput {
  const index = new Map(view.groups.flatMap(({ models }) => models).map(({ id }, position) => [id, position]));
  const columns = Math.max(1, Math.floor((frame.width / READABLE_SCALE - SIDES + GAP) / (card.width + GAP)));
  const aspect = Math.max(0.25, Math.min(4, frame.width / Math.max(1, frame.height)));
  return {
    groups: view.groups.map(({ models }) => ({
      titled: view.groups.length > 1,
      models: models.map(({ fixed, state }) => fixed ?? (state === 'unlisted' ? 'unlisted' : null)),
    })),
    links: view.links.map(({ source, target }) => [index.get(source) ?? 0, index.get(target) ?? 0]),
    card,
    label: labels && view.links.some(({ rate }) => rate !== undefined) ? LINK_LABEL : null,
    direction,
    frame: { width: columns * (card.width + GAP) - GAP, aspect: 2 ** (Math.round(Math.log2(aspect) * 2) / 2) },
  };
}

/** The card that a reader meets first: the one furthest against the direction, of several the first on the page. */
export function startOf(layout: Layout, card: Size, direction: Direction): Box {
  const [first] = [...layout.cards].sort((a, b) =>
    direction === 'right' ? a.x - b.x || a.y - b.y : a.y - b.y || a.x - b.x
  );
  return { ...(first ?? { x: 0, y: 0 }), ...card };
}
