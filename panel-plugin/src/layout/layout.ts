import { placeFixed } from './fixed';
import { components, layerComponent } from './layered';
import { packRows } from './pack';
import { routeLink } from './route';
import type { Box, Direction, GroupShape, Layout, LayoutInput, Point, Size } from './types';

export const GROUP_TITLE_HEIGHT = 34;
const CARD_GAP = 24;
const PART_GAP = 40;
const GROUP_GAP = 44;
/** Kept free around a titled group's models, inside its frame. */
const GROUP_PADDING = 16;

type Link = { index: number; source: number; target: number };
type Bends = Map<number, { points: Point[]; label: Point }>;

interface Part extends Size {
  cards: Map<number, Point>;
  bends: Bends;
}

/** Positions of all cards and links. The same input always gives the same picture. */
export function layoutWorkflows(input: LayoutInput): Layout {
  const links = input.links.map(([source, target], index) => ({ index, source, target }));
  let first = 0;
  const parts = input.groups.map((group) => {
    const models = group.models.map((_, index) => first + index);
    first += models.length;
    const own = links.filter(({ source, target }) => models.includes(source) && models.includes(target));
    return layoutGroup(group, models, own, input);
  });

  const insets = input.groups.map(({ titled }) => (titled ? GROUP_PADDING : 0));
  const titles = input.groups.map(({ titled }) => (titled ? GROUP_TITLE_HEIGHT : 0));
  const boxes = parts.map(({ width, height }, index) => ({
    width: width + 2 * (insets[index] ?? 0),
    height: height + 2 * (insets[index] ?? 0) + (titles[index] ?? 0),
  }));
  const packed = packRows(boxes, GROUP_GAP, input.frame);

  const cards: Point[] = [];
  const bends: Bends = new Map();
  const groups: Box[] = [];
  parts.forEach((part, index) => {
    const place = packed.places[index] ?? { x: 0, y: 0 };
    const inset = insets[index] ?? 0;
    const move = ({ x, y }: Point) => ({ x: x + place.x + inset, y: y + place.y + inset + (titles[index] ?? 0) });
    part.cards.forEach((corner, model) => (cards[model] = move(corner)));
    part.bends.forEach(({ points, label }, link) => bends.set(link, { points: points.map(move), label: move(label) }));
    groups.push({ ...place, width: boxes[index]?.width ?? 0, height: boxes[index]?.height ?? 0 });
  });

  const cardBoxes = cards.map((corner) => ({ ...corner, ...input.card }));
  const routes = links.map(({ index, source, target }) => {
    const [from, to] = [cardBoxes[source], cardBoxes[target]];
    const bend = bends.get(index);
    return from && to
      ? routeLink({
          source: from,
          target: to,
          bends: from === to ? [] : (bend?.points ?? []),
          label: from === to ? undefined : bend?.label,
          direction: bend ? input.direction : directionBetween(from, to),
        })
      : { path: '', head: '', label: { x: 0, y: 0 } };
  });
  return { width: packed.width, height: packed.height, cards, routes, groups };
}

/** Cards that were not layered stand anywhere: their links leave and enter on the sides that face each other. */
function directionBetween(from: Box, to: Box): Direction {
  const beside = to.x >= from.x + from.width || from.x >= to.x + to.width;
  return beside || from === to ? 'right' : 'down';
}

function layoutGroup(group: GroupShape, models: number[], links: Link[], input: LayoutInput): Part {
  const { card, label, direction } = input;
  const fixed = placeFixed(group.models, card, label);
  if (fixed !== undefined) {
    const cards = new Map(models.map((model, index) => [model, fixed[index] ?? { x: 0, y: 0 }]));
    const right = Math.max(...fixed.map(({ x }) => x)) + card.width;
    const bottom = Math.max(...fixed.map(({ y }) => y)) + card.height;
    return { cards, bends: new Map(), width: right, height: bottom };
  }
  const all = components(models, links);
  const linked = all.filter((part) => part.models.length > 1 || part.links.length > 0);
  const single = all.filter((part) => !linked.includes(part)).flatMap((part) => part.models);
  const parts: Part[] = linked.map((part) => layerComponent(part, card, label, direction));
  if (single.length > 0) {
    parts.push(gridOf(single, card, input.frame));
  }
  const packed = packRows(parts, PART_GAP, input.frame);
  const joined: Part = { width: packed.width, height: packed.height, cards: new Map(), bends: new Map() };
  parts.forEach((part, index) => {
    const place = packed.places[index] ?? { x: 0, y: 0 };
    const move = ({ x, y }: Point) => ({ x: x + place.x, y: y + place.y });
    part.cards.forEach((corner, model) => joined.cards.set(model, move(corner)));
    part.bends.forEach(({ points, label: centre }, link) =>
      joined.bends.set(link, { points: points.map(move), label: move(centre) })
    );
  });
  return joined;
}

function gridOf(models: number[], card: Size, frame: LayoutInput['frame']): Part {
  const packed = packRows(
    models.map(() => card),
    CARD_GAP,
    frame
  );
  return {
    width: packed.width,
    height: packed.height,
    cards: new Map(models.map((model, index) => [model, packed.places[index] ?? { x: 0, y: 0 }])),
    bends: new Map(),
  };
}
