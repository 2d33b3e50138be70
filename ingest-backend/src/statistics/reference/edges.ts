/**
 * Quantile of a sample in ascending order, interpolated between neighbours: R. J. Hyndman and Y. Fan, "Sample Quantiles in
 * Statistical Packages", Am. Stat. 50 (1996), type 7, which numpy's and R's default is.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/**
 * Edges at the sample's quantiles, so that each of the cells holds about as many of its values; the outer ones are open. Where
 * many values are equal there are fewer cells.
 *
 * @param sample finite numbers, at least one
 * @param cells at least 2
 */
export function quantileEdges(sample: ArrayLike<number>, cells: number): number[] {
  const sorted = checked(sample, cells);
  const edges: number[] = [];
  // A cell below the smallest value would be empty: the first edge lies above it.
  let last = sorted[0] as number;
  for (let cell = 1; cell < cells; cell++) {
    const edge = quantileOfSorted(sorted, cell / cells);
    if (edge > last) {
      edges.push(edge);
      last = edge;
    }
  }
  return edges.length === 0 ? aroundValue(sorted) : edges;
}

/** Edges at equal distances from the smallest to just above the largest value of a sample, with open cells beyond both. */
export function widthEdges(sample: ArrayLike<number>, cells: number): number[] {
  const sorted = checked(sample, cells);
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  if (low === high) {
    return aroundValue(sorted);
  }
  const edges = Array.from({ length: cells }, (_, cell) => low + ((high - low) * cell) / cells);
  // The largest value itself belongs to the last cell, though cells are open above.
  edges.push(high + Math.max(Math.abs(high), high - low) * Number.EPSILON * 2);
  return edges.filter((edge, index) => index === 0 || edge > (edges[index - 1] as number));
}

/** What is not equal falls to either side of the most frequent value or, where there is but one, of that. */
function aroundValue(sorted: Float64Array): number[] {
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  const margin = Math.max(Math.abs(low) * Number.EPSILON * 4, Number.MIN_VALUE);
  const above = sorted.find((value) => value > low);
  return low === high || above === undefined ? [low, low + margin] : [above];
}

function checked(sample: ArrayLike<number>, cells: number): Float64Array {
  if (!Number.isInteger(cells) || cells < 2) {
    throw new RangeError(`edges: expected a whole number of cells from 2, found ${cells}`);
  }
  const sorted = Float64Array.from(sample).filter(Number.isFinite).sort();
  if (sorted.length === 0) {
    throw new RangeError('edges: expected a sample with finite numbers, found none');
  }
  return sorted;
}

/** Categories of a sample, the most frequent first, equals by name; those beyond the bound are left to the unseen. */
export function categoriesOf(sample: Iterable<string>, bound: number): string[] {
  const counts = new Map<string, number>();
  for (const category of sample) {
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, bound)
    .map(([category]) => category);
}
