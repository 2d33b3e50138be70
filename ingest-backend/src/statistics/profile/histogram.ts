/**
 * Counts of finite numbers in cells between edges that never move. k edges make k + 1 cells: below the first, from each
 * edge (inclusive) to the next (exclusive), and from the last upwards, so that no value is without a cell and two
 * histograms with the same edges merge exactly.
 */
export class Histogram {
  readonly #edges: Float64Array;
  readonly #counts: Float64Array;
  #total = 0;

  /** @param edges at least one, finite, in ascending order without repetition, in the values' unit */
  constructor(edges: ArrayLike<number>) {
    this.#edges = Float64Array.from(edges);
    checkEdges(this.#edges);
    this.#counts = new Float64Array(edges.length + 1);
  }

  /** @param value any but NaN @returns the cell that it fell in */
  add(value: number): number {
    const cell = cellOf(this.#edges, value);
    (this.#counts[cell] as number) += 1;
    this.#total++;
    return cell;
  }

  merge(other: Histogram): void {
    checkSameEdges(this.#edges, other.#edges);
    for (let cell = 0; cell < this.#counts.length; cell++) {
      (this.#counts[cell] as number) += other.#counts[cell] as number;
    }
    this.#total += other.#total;
  }

  get edges(): Readonly<Float64Array> {
    return this.#edges;
  }

  /** One more than there are edges; the first lies below all edges, the last above. */
  get counts(): Readonly<Float64Array> {
    return this.#counts;
  }

  get total(): number {
    return this.#total;
  }

  /** The counts alone: the edges are the reference's. */
  toJSON(): readonly number[] {
    return Array.from(this.#counts);
  }

  static from(edges: ArrayLike<number>, json: readonly number[]): Histogram {
    const histogram = new Histogram(edges);
    if (json.length !== edges.length + 1 || !json.every((count) => Number.isFinite(count) && count >= 0)) {
      throw new RangeError(
        `histogram: expected ${edges.length + 1} counts for ${edges.length} edges, found ${JSON.stringify(json)}`
      );
    }
    histogram.#counts.set(json);
    histogram.#total = json.reduce((sum, count) => sum + count, 0);
    return histogram;
  }
}

/**
 * Number of edges at or below the value, by bisection: the cell that it falls in. Reckoned instead of branched, which takes half of the
 * time, as no processor guesses where values fall.
 */
export function cellOf(edges: Readonly<Float64Array>, value: number): number {
  let below = 0;
  let left = edges.length;
  while (left > 1) {
    const half = left >>> 1;
    below += half * Number((edges[below + half - 1] as number) <= value);
    left -= half;
  }
  return below + Number((edges[below] as number) <= value);
}

/** Counts of a sample in the cells of a histogram with these edges. */
export function countsOf(edges: ArrayLike<number>, sample: ArrayLike<number>): Readonly<Float64Array> {
  const histogram = new Histogram(edges);
  for (let i = 0; i < sample.length; i++) {
    histogram.add(sample[i] as number);
  }
  return histogram.counts;
}

function checkEdges(edges: Float64Array): void {
  if (edges.length === 0) {
    throw new RangeError('histogram: expected at least one edge, found none');
  }
  for (const [index, edge] of edges.entries()) {
    if (!Number.isFinite(edge) || (index > 0 && edge <= (edges[index - 1] as number))) {
      throw new RangeError(
        `histogram: expected finite, growing edges, found ${edge} at ${index} of ${edges.join(', ')}`
      );
    }
  }
}

function checkSameEdges(ours: Float64Array, theirs: Float64Array): void {
  if (ours === theirs) {
    return;
  }
  if (ours.length !== theirs.length || ours.some((edge, index) => edge !== theirs[index])) {
    throw new RangeError(`histogram: expected the edges ${ours.join(', ')}, found ${theirs.join(', ')}`);
  }
}
