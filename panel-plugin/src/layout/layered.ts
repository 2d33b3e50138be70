import type { Component } from './components';
import { freePlace, freshPlaces, separation, type Item } from './coordinates';
import { backLinks, layersOf } from './layers';
import { orderLayers } from './order';
import { LABEL_MARGIN } from './spacing';
import type { Box, LayoutInput, LinkMemory, Memory, Point } from './types';

export interface LayeredPart {
  /** Top left corner of each model's card, in coordinates of the part. */
  cards: Map<number, Point>;
  /** Points that each link passes between its cards, and the centre of its text. */
  bends: Map<number, { points: Point[]; label: Point }>;
  /** What holds all of it. It may begin below 0, where something was added before the first. */
  box: Box;
  /** What is to be remembered of each model and link. */
  models: Map<number, { layer: number; wish: number }>;
  links: Map<number, LinkMemory>;
}

const RANK_GAP = 56;

/** What is known of the picture before, by model. */
export type Known = Map<number, { layer: number; wish: number; gone?: boolean }>;

/**
 * Layers a connected part along the direction of its links, in the way of Sugiyama, Tagawa and Toda (1981). What was
 * there before keeps its place; only a part that is new for the most part is drawn anew.
 */
export function* layerPart(
  { models, links }: Component,
  input: Pick<LayoutInput, 'card' | 'label' | 'direction'>,
  known: Known,
  memory: Memory['links']
): Generator<void, LayeredPart> {
  const position = new Map(models.map((model, index) => [model, index]));
  const ends = links.map(({ source, target }) => ({
    source: position.get(source) ?? 0,
    target: position.get(target) ?? 0,
  }));
  const keeps = known.size * 2 >= models.length;
  const was = models.map((model) => (keeps ? known.get(model) : undefined));
  const linksWere = links.map(({ index }) => (keeps ? memory[index] : undefined));
  const back = backLinks(models.length, ends, linksWere);
  const layerOf = layersOf(
    models.length,
    ends,
    back,
    was.map((model) => model?.layer)
  );
  const first = Math.min(...layerOf);
  const sizes = axesOf(input);
  const step = sizes.label === null ? 1 : 2;

  const items: Item[] = models.map((_, index) => item(((layerOf[index] ?? 0) - first) * step, sizes.card.across, true));
  const places: Array<number | undefined> = was.map((model, index) =>
    model?.layer === layerOf[index] ? model?.wish : undefined
  );
  const wishes: Array<number | undefined> = was.map((model) => model?.wish);
  const passing = ends.map(({ source, target }, link) => {
    const [from, to] = back[link] ? [target, source] : [source, target];
    const chain = chainOf(from, to, items, sizes.label?.across ?? 0);
    const before = linksWere[link]?.wishes;
    const holds = before?.length === chain.length && places[from] !== undefined && places[to] !== undefined;
    chain.forEach((index, at) => (places[index] = holds ? before?.[at] : undefined));
    return chain;
  });
  const unordered: number[][] = Array.from({ length: Math.max(...items.map(({ layer }) => layer)) + 1 }, () => []);
  items.forEach(({ layer }, index) => unordered[layer]?.push(index));
  yield;

  const rank = (index: number) => (items[index]?.isCard ? (was[index]?.gone ? 2 : 0) : 1);
  unordered.forEach((layer) => release(layer, items, places, wishes, rank));
  const placed = keeps
    ? addedPlaces(unordered, items, places, wishes)
    : yield* freshPlaces(yield* orderLayers(unordered, items), items);
  return picture({ models, links, layerOf, first, step, items, passing, back, placed, input });
}

function item(layer: number, extent: number, isCard: boolean): Item {
  return { layer, extent, isCard, before: [], after: [] };
}

/** Adds what a link needs in the layers between its ends, and joins all of it. */
function chainOf(from: number, to: number, items: Item[], label: number): number[] {
  const [start, end] = [items[from]?.layer ?? 0, items[to]?.layer ?? 0];
  const middle = Math.floor((start + end - 1) / 2) | 1;
  const chain: number[] = [];
  let last = from;
  for (let layer = start + 1; layer < end; layer++) {
    chain.push(items.push(item(layer, layer === middle ? label : 0, false)) - 1);
  }
  for (const index of from === to ? [] : [...chain, to]) {
    items[last]?.after.push(index);
    items[index]?.before.push(last);
    last = index;
  }
  return chain;
}

/** Of known places in a layer that exclude each other the lower rank keeps its own; the other becomes a wish. */
function release(
  layer: number[],
  items: Item[],
  places: Array<number | undefined>,
  wishes: Array<number | undefined>,
  rank: (item: number) => number
): void {
  const held = layer.filter((index) => places[index] !== undefined);
  held.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const isClear = held.every((index, at) => {
    const [last, one] = [items[held[at - 1] ?? -1], items[index]];
    const apart = (places[index] ?? 0) - (places[held[at - 1] ?? -1] ?? 0);
    return last === undefined || one === undefined || apart >= separation(last, one) - 1e-3;
  });
  if (isClear) {
    return;
  }
  const kept: number[] = [];
  for (const index of held.sort((a, b) => rank(a) - rank(b) || a - b)) {
    const [one, place] = [items[index], places[index] ?? 0];
    if (one !== undefined && Math.abs(freePlace(one, place, kept, items, places) - place) < 1e-3) {
      kept.push(index);
    } else {
      wishes[index] = place;
      places[index] = undefined;
    }
  }
}

/** Places what is new where there is room nearest to what it is linked to; all else stays. */
function addedPlaces(
  layers: number[][],
  items: Item[],
  places: Array<number | undefined>,
  wishes: Array<number | undefined>
): number[] {
  const missing = () => items.flatMap((_, index) => (places[index] === undefined ? [index] : []));
  for (let left = missing(), before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length;
    // Cards first: what only passes by goes around them.
    for (const index of [...left.filter((one) => items[one]?.isCard), ...left.filter((one) => !items[one]?.isCard)]) {
      const one = items[index];
      const beside = [...(one?.before ?? []), ...(one?.after ?? [])].flatMap((other) => places[other] ?? []);
      const wish = wishes[index] ?? (beside.length === 0 ? undefined : mean(beside));
      if (one !== undefined && wish !== undefined) {
        places[index] = freePlace(one, wish, layers[one.layer] ?? [], items, places);
      }
    }
    left = missing();
  }
  return places.map((place) => place ?? 0);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Lengths along the direction of the links and across it. */
function axesOf({ card, label, direction }: Pick<LayoutInput, 'card' | 'label' | 'direction'>) {
  const turned = ({ width, height }: { width: number; height: number }) =>
    direction === 'right' ? { along: width, across: height } : { along: height, across: width };
  const sizes = { card: turned(card), label: label && turned(label) };
  const gap = sizes.label === null ? RANK_GAP : sizes.label.along + 2 * LABEL_MARGIN;
  return { ...sizes, gap };
}

interface Ordered {
  models: number[];
  links: Component['links'];
  layerOf: number[];
  first: number;
  step: number;
  items: Item[];
  passing: number[][];
  back: boolean[];
  placed: number[];
  input: Pick<LayoutInput, 'card' | 'label' | 'direction'>;
}

function picture({ models, links, layerOf, first, step, items, passing, back, placed, input }: Ordered): LayeredPart {
  const { card, gap } = axesOf(input);
  const point = (along: number, across: number): Point =>
    input.direction === 'right' ? { x: along, y: across } : { x: across, y: along };
  const pitch = card.along + gap;
  const cards = new Map(
    models.map((model, index) => [model, point((layerOf[index] ?? 0) * pitch, (placed[index] ?? 0) - card.across / 2)])
  );
  const bends = new Map(
    links.map(({ index }, at) => {
      const chain = passing[at] ?? [];
      let label: Point | undefined;
      const points = chain.flatMap((passed) => {
        const { layer, extent } = items[passed] ?? item(0, 0, false);
        const across = placed[passed] ?? 0;
        const start = (first + Math.floor(layer / step)) * pitch;
        if (step === 2 && layer % 2 === 1) {
          const middle = point(start + card.along + gap / 2, across);
          label = extent > 0 ? middle : label;
          return [middle];
        }
        // Straight past the cards of a layer.
        return [point(start, across), point(start + card.along, across)];
      });
      const inOrder = back[at] ? points.reverse() : points;
      return [index, { points: inOrder, label: label ?? inOrder[inOrder.length >> 1] ?? { x: 0, y: 0 } }];
    })
  );
  const corners = [...cards.values()].flatMap(({ x, y }) => [
    { x, y },
    { x: x + input.card.width, y: y + input.card.height },
  ]);
  const { width = 0, height = 0 } = input.label ?? {};
  const lines = [...bends.values()].flatMap(({ points, label: { x, y } }) =>
    points.length === 0
      ? []
      : [...points, { x: x - width / 2, y: y - height / 2 }, { x: x + width / 2, y: y + height / 2 }]
  );
  return {
    cards,
    bends,
    box: boxAround([...corners, ...lines]),
    models: new Map(models.map((model, index) => [model, { layer: layerOf[index] ?? 0, wish: placed[index] ?? 0 }])),
    links: new Map(
      links.map(({ index }, at) => [
        index,
        { back: back[at] ?? false, wishes: (passing[at] ?? []).map((passed) => placed[passed] ?? 0) },
      ])
    ),
  };
}

/** The smallest box that holds all points; there is at least one. */
export function boxAround(points: Point[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
