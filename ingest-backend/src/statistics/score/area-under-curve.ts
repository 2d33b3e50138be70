/**
 * Area under the receiver operating characteristic: the probability that a positive has a higher score than a negative, where
 * equal scores count half. From 0 to 1, 0.5 by chance; NaN where one side is absent. scikit-learn's `roc_auc_score`.
 *
 * Source: J. A. Hanley and B. J. McNeil, Radiology 143 (1982); by ranks H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18 (1947).
 *
 * @param scores any numbers, higher for positives
 * @param positives whether each is one; as long
 */
export function areaUnderCurve(scores: ArrayLike<number>, positives: ArrayLike<boolean>): number {
  if (scores.length !== positives.length) {
    throw new RangeError(
      `area under curve: expected as many labels as scores, found ${positives.length} for ${scores.length}`
    );
  }
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index);
  order.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let negatives = 0;
  let won = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const score = scores[order[from] as number] as number;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (; to < order.length && scores[order[to] as number] === score; to++) {
      if (positives[order[to] as number] === true) {
        tiedPositives++;
      } else {
        tiedNegatives++;
      }
    }
    if (to === from) {
      throw new RangeError(`area under curve: expected numbers as scores, found ${score}`);
    }
    won += tiedPositives * (negatives + tiedNegatives / 2);
    negatives += tiedNegatives;
  }
  return won / (negatives * (scores.length - negatives));
}

export interface BinnedAreaJson {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

const DEFAULT_BINS = 1000;

/**
 * The same of a stream of probabilities, in bounded space and mergeable without loss: within a bin all scores count as equal,
 * and the true area lies within `bound` of it, half of the pairs that share a bin.
 */
export class BinnedArea {
  readonly #positives: Float64Array;
  readonly #negatives: Float64Array;

  /** @param bins of equal width over 0 to 1 */
  constructor(bins = DEFAULT_BINS) {
    if (!Number.isInteger(bins) || bins < 1) {
      throw new RangeError(`binned area: expected a whole number of bins from 1, found ${bins}`);
    }
    this.#positives = new Float64Array(bins);
    this.#negatives = new Float64Array(bins);
  }

  /** @param probability of being positive; beyond 0 to 1 it counts in the outer bins */
  add(probability: number, positive: boolean): void {
    const bins = this.#positives.length;
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(probability * bins)));
    const counts = positive ? this.#positives : this.#negatives;
    (counts[bin] as number) += 1;
  }

  merge(other: BinnedArea): void {
    if (other.#positives.length !== this.#positives.length) {
      throw new RangeError(`binned area: expected ${this.#positives.length} bins, found ${other.#positives.length}`);
    }
    for (let bin = 0; bin < this.#positives.length; bin++) {
      (this.#positives[bin] as number) += other.#positives[bin] as number;
      (this.#negatives[bin] as number) += other.#negatives[bin] as number;
    }
  }

  /** NaN where positives or negatives are absent. */
  result(): { readonly area: number; readonly bound: number } {
    let below = 0;
    let positives = 0;
    let won = 0;
    let tied = 0;
    for (let bin = 0; bin < this.#positives.length; bin++) {
      const p = this.#positives[bin] as number;
      const n = this.#negatives[bin] as number;
      won += p * (below + n / 2);
      tied += p * n;
      below += n;
      positives += p;
    }
    return { area: won / (positives * below), bound: tied / 2 / (positives * below) };
  }

  toJSON(): BinnedAreaJson {
    return { positives: Array.from(this.#positives), negatives: Array.from(this.#negatives) };
  }

  static from({ positives, negatives }: BinnedAreaJson): BinnedArea {
    if (positives.length !== negatives.length) {
      throw new RangeError(`binned area: expected as many bins, found ${positives.length} and ${negatives.length}`);
    }
    const area = new BinnedArea(positives.length);
    area.#positives.set(positives);
    area.#negatives.set(negatives);
    return area;
  }
}
