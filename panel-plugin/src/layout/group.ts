import { components, type Component } from './components';
import { placeFixed } from './fixed';
import { boxAround, layerPart } from './layered';
import { packBlocks } from './pack';
import { placePinned } from './pinned';
import type { Box, GroupShape, LayoutInput, LinkMemory, Memory, ModelMemory, Point } from './types';

const CARD_GAP = 24;
const PART_GAP = 40;
/** With more new models without links than this, all of them are laid out anew. */
const MOST_ADDED = 50;

/** Cards and links in coordinates of their own, whose box may begin below 0. */
export interface GroupLayout {
  cards: Map<number, Point>;
  /** Links that the layers lead; all others go straight. */
  bends: Map<number, { points: Point[]; label: Point }>;
  box: Box;
  models: Map<number, ModelMemory>;
  links: Map<number, LinkMemory>;
}

/** Places the models of one workflow, and leads the links among them. */
export function* layoutGroup(
  group: GroupShape,
  models: number[],
  links: Component['links'],
  input: LayoutInput,
  memory: Memory
): Generator<void, GroupLayout> {
  const { card, label } = input;
  const fixed = placeFixed(group.models, card, label);
  const laid =
    fixed === undefined
      ? yield* layoutParts(models, links, input, memory)
      : asGroup(new Map(models.map((model, index) => [model, fixed[index] ?? { x: 0, y: 0 }])), input);
  const moved = placePinned(laid.cards, models, input);
  if (moved.size === 0) {
    return laid;
  }
  for (const { index, source, target } of links) {
    if (moved.has(source) || moved.has(target)) {
      laid.bends.delete(index);
    }
  }
  return { ...laid, box: asGroup(laid.cards, input).box };
}

function asGroup(cards: Map<number, Point>, { card }: LayoutInput): GroupLayout {
  const corners = [...cards.values()].flatMap(({ x, y }) => [
    { x, y },
    { x: x + card.width, y: y + card.height },
  ]);
  return { cards, bends: new Map(), box: boxAround(corners), models: new Map(), links: new Map() };
}

/** A part of a group before it has its place in it. */
interface Part extends GroupLayout {
  /** Where its coordinates began before. */
  origin: Point | undefined;
}

function* layoutParts(
  models: number[],
  links: Component['links'],
  input: LayoutInput,
  memory: Memory
): Generator<void, GroupLayout> {
  const parts: Part[] = [];
  const single: number[] = [];
  for (const part of components(models, links)) {
    if (part.models.length === 1 && part.links.length === 0) {
      single.push(...part.models);
      continue;
    }
    const { origin, known } = commonPast(part.models, memory, 'layer');
    const { box, cards, bends, ...laid } = yield* layerPart(part, input, known, memory.links);
    const remembered = [...laid.models].map(([model, place]) => [model, { ...place, origin: { x: 0, y: 0 } }] as const);
    parts.push({ box, cards, bends, origin, models: new Map(remembered), links: laid.links });
    yield;
  }
  if (single.length > 0) {
    parts.push(gridOf(single, input, memory));
  }
  return joined(parts, packBlocks(parts, PART_GAP, input.frame));
}

/** Moves parts to where they stand in their group. */
function joined(parts: Part[], origins: Point[]): GroupLayout {
  const all: GroupLayout = {
    ...{ cards: new Map(), bends: new Map(), models: new Map(), links: new Map() },
    box: ZERO,
  };
  const corners: Point[] = [];
  parts.forEach(({ box, cards, bends, models, links }, index) => {
    const origin = origins[index] ?? ZERO;
    const move = ({ x, y }: Point) => ({ x: x + origin.x, y: y + origin.y });
    cards.forEach((corner, model) => all.cards.set(model, move(corner)));
    bends.forEach(({ points, label }, link) => all.bends.set(link, { points: points.map(move), label: move(label) }));
    models.forEach((place, model) => all.models.set(model, { ...place, origin }));
    links.forEach((place, link) => all.links.set(link, place));
    corners.push(move(box), move({ x: box.x + box.width, y: box.y + box.height }));
  });
  return { ...all, box: boxAround(corners) };
}

const ZERO = { x: 0, y: 0, width: 0, height: 0 };

/** Models without links, in rows; those that were there keep their place. */
function gridOf(models: number[], { card, frame }: LayoutInput, memory: Memory): Part {
  const { origin, known } = commonPast(models, memory, 'corner');
  for (const [model, place] of known) {
    const isTaken = [...known.values()].some(
      ({ corner: { x, y }, gone }) =>
        !gone && Math.abs(x - place.corner.x) < card.width && Math.abs(y - place.corner.y) < card.height
    );
    if (place.gone && isTaken) {
      known.delete(model);
    }
  }
  const keeps = known.size > 0 && models.length - known.size <= MOST_ADDED;
  const box = { x: 0, y: 0, ...card };
  const corners = packBlocks(
    models.map((model) => ({ box, origin: keeps ? known.get(model)?.corner : undefined })),
    CARD_GAP,
    frame
  );
  const laid = asGroup(new Map(models.map((model, index) => [model, corners[index] ?? ZERO])), { card } as LayoutInput);
  const remembered = [...laid.cards].map(([model, corner]) => [model, { corner, origin: ZERO }] as const);
  return { ...laid, models: new Map(remembered), origin: keeps ? origin : undefined };
}

type Past<K extends 'layer' | 'corner'> = Extract<ModelMemory, Record<K, unknown>>;

/** What is remembered of models that stood in one part. Of several parts that came together the largest counts. */
function commonPast<K extends 'layer' | 'corner'>(
  models: number[],
  memory: Memory,
  kind: K
): { origin: Point | undefined; known: Map<number, Past<K>> } {
  const parts = new Map<string, { origin: Point; known: Map<number, Past<K>> }>();
  for (const model of models) {
    const place = memory.models[model];
    if (place !== undefined && kind in place) {
      const key = `${place.origin.x} ${place.origin.y}`;
      const part = parts.get(key) ?? { origin: place.origin, known: new Map() };
      parts.set(key, part);
      part.known.set(model, place as Past<K>);
    }
  }
  const [largest] = [...parts.values()].sort((a, b) => b.known.size - a.known.size);
  return largest ?? { origin: undefined, known: new Map() };
}
