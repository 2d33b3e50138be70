import type { Item } from './coordinates';

const SWEEPS = 12;
/** Without a better order for so many turns none is found any more. */
const PATIENCE = 4;

/**
 * Orders the items of each layer so that few links cross: by turns each layer is sorted by the middle of what its items
 * are linked to in the layer before and after, and the best order seen is kept (Sugiyama, Tagawa and Toda, 1981).
 */
export function* orderLayers(layers: number[][], items: Item[]): Generator<void, number[][]> {
  let current = layers.map((layer) => [...layer]);
  let best = current;
  let fewest = crossings(current, items);
  let worse = 0;
  for (let turn = 0; turn < SWEEPS && fewest > 0 && worse < PATIENCE; turn++) {
    current = current.map((layer) => [...layer]);
    const down = turn % 2 === 0;
    const order = down ? current.keys() : [...current.keys()].reverse();
    for (const index of order) {
      sortByMiddle(current, index, items, down ? 'before' : 'after');
    }
    const count = crossings(current, items);
    worse = count < fewest ? 0 : worse + 1;
    if (count < fewest) {
      [best, fewest] = [current, count];
    }
    yield;
  }
  return best;
}

function sortByMiddle(layers: number[][], index: number, items: Item[], side: 'before' | 'after'): void {
  const layer = layers[index] ?? [];
  const beside = new Map((layers[side === 'before' ? index - 1 : index + 1] ?? []).map((item, at) => [item, at]));
  const keys = new Map(
    layer.map((item, at) => {
      const places = (items[item]?.[side] ?? []).flatMap((other) => beside.get(other) ?? []);
      const middle = places.reduce((sum, place) => sum + place, 0) / places.length;
      // What has no neighbours there keeps its place among the others.
      return [item, places.length === 0 ? (at * beside.size) / Math.max(1, layer.length) : middle];
    })
  );
  // Sorting is stable: equals stay in their order, which is what makes the picture the same each time.
  layer.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}

/** How many pairs of links cross between neighbouring layers, counted with a binary indexed tree. */
export function crossings(layers: number[][], items: Item[]): number {
  let count = 0;
  for (let index = 0; index + 1 < layers.length; index++) {
    const next = layers[index + 1] ?? [];
    const position = new Map(next.map((item, at) => [item, at]));
    const tree = new Uint32Array(next.length + 1);
    let links = 0;
    for (const item of layers[index] ?? []) {
      const ends = (items[item]?.after ?? []).flatMap((other) => position.get(other) ?? []).sort((a, b) => a - b);
      for (const end of ends) {
        let atMost = 0;
        for (let at = end + 1; at > 0; at -= at & -at) {
          atMost += tree[at] ?? 0;
        }
        count += links - atMost;
      }
      for (const end of ends) {
        links++;
        for (let at = end + 1; at <= next.length; at += at & -at) {
          tree[at] = (tree[at] ?? 0) + 1;
        }
      }
    }
  }
  return count;
}
