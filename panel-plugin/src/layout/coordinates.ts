/** One card, passing link or text in its layer. All lengths across the layers. */
export interface Item {
  /** Room that it takes. */
  extent: number;
  /** Items of the neighbouring layers that a link joins it to. */
  before: number[];
  after: number[];
  layer: number;
  /** Whether it is a card; else a link passes here. */
  isCard: boolean;
}

const CARD_GAP = 28;
const LINE_GAP = 16;

/** The distance that the centres of two neighbours keep. */
export function separation(a: Item, b: Item): number {
  return (a.extent + b.extent) / 2 + (a.isCard && b.isCard ? CARD_GAP : LINE_GAP);
}

/**
 * Positions in the given order that keep their distances and are, of all such, the nearest to where each item wants to
 * be (least weighted squares). With the distances taken off this is an isotonic regression, which pooling adjacent
 * violators solves exactly in one pass.
 */
export function nearest(wishes: number[], weights: number[], distances: number[]): number[] {
  const blocks: Array<{ value: number; weight: number; count: number }> = [];
  let offset = 0;
  const offsets: number[] = [];
  wishes.forEach((wish, index) => {
    offset += index === 0 ? 0 : (distances[index - 1] ?? 0);
    offsets.push(offset);
    let block = { value: wish - offset, weight: weights[index] ?? 1, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.value > block.value; last = blocks.at(-1)) {
      const weight = last.weight + block.weight;
      const value = (last.value * last.weight + block.value * block.weight) / weight;
      block = { value, weight, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  const values = blocks.flatMap(({ value, count }) => new Array<number>(count).fill(value));
  return values.map((value, index) => value + (offsets[index] ?? 0));
}

/** Places the items of one layer, in their order, as near to their wishes as their distances let them. */
export function placeLayer(
  layer: number[],
  items: Item[],
  wishOf: (item: number) => number,
  weightOf: (item: number) => number,
  places: number[]
): void {
  const distances = layer.slice(1).map((item, index) => {
    const [a, b] = [items[layer[index] ?? 0], items[item]];
    return a && b ? separation(a, b) : 0;
  });
  nearest(layer.map(wishOf), layer.map(weightOf), distances).forEach(
    (place, index) => (places[layer[index] ?? 0] = place)
  );
}

/** A link that passes a layer should pass it straight; a card may sit anywhere near its neighbours. */
function pull(item: Item | undefined, other: Item | undefined): number {
  return item?.isCard ? (other?.isCard ? 1 : 2) : other?.isCard ? 2 : 8;
}

const SWEEPS = 10;

/** Positions across the layers for a picture without a past: each item near the middle of what it is linked to. */
export function* freshPlaces(layers: number[][], items: Item[]): Generator<void, number[]> {
  const places = new Array<number>(items.length).fill(0);
  for (const layer of layers) {
    placeLayer(
      layer,
      items,
      () => 0,
      () => 1,
      places
    );
  }
  const sweep = (order: number[][], sides: Array<'before' | 'after'>) => {
    for (const layer of order) {
      const wishOf = (index: number) => {
        const item = items[index];
        let [sum, weight] = [0, 0];
        for (const side of sides) {
          for (const other of item?.[side] ?? []) {
            const strength = pull(item, items[other]);
            sum += strength * (places[other] ?? 0);
            weight += strength;
          }
        }
        return weight === 0 ? (places[index] ?? 0) : sum / weight;
      };
      const weightOf = (index: number) => (items[index]?.isCard ? 1 : 3);
      placeLayer(layer, items, wishOf, weightOf, places);
    }
  };
  const backwards = [...layers].reverse();
  for (let turn = 0; turn < SWEEPS; turn++) {
    sweep(layers, ['before']);
    yield;
    sweep(backwards, ['after']);
    yield;
  }
  sweep(layers, ['before', 'after']);
  sweep(backwards, ['before', 'after']);
  return places;
}

/**
 * The place nearest to a wish where an item keeps its distances to those that are placed in its layer already, without
 * moving any of them.
 */
export function freePlace(item: Item, wish: number, layer: number[], items: Item[], places: Array<number | undefined>) {
  const taken = layer
    .flatMap((index) => {
      const [other, place] = [items[index], places[index]];
      if (other === undefined || other === item || place === undefined) {
        return [];
      }
      const distance = separation(item, other) - 1e-6;
      return [{ from: place - distance, to: place + distance }];
    })
    .sort((a, b) => a.from - b.from);
  // Of those that overlap one after the other, the run around the wish has to be left at one of its ends.
  let run: { from: number; to: number } | undefined;
  for (const { from, to } of taken) {
    if (run !== undefined && from < run.to) {
      run.to = Math.max(run.to, to);
    } else if (run !== undefined && run.from < wish && wish < run.to) {
      break;
    } else {
      run = { from, to };
    }
  }
  if (run === undefined || wish <= run.from || wish >= run.to) {
    return wish;
  }
  return wish - run.from < run.to - wish ? run.from : run.to;
}
