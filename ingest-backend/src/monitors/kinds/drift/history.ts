import type { Micros } from '@pneumograph/contract';

/** Where a series changed. */
export interface Change {
  /** Mean of the values from the last change up to this one, and how many there were. */
  readonly before: number;
  readonly beforeCount: number;
  /** Mean of those since. */
  readonly after: number;
  readonly afterCount: number;
  /** Log time of the first value after the change. */
  readonly since: Micros;
}

/** Of each row a sum and a time for each of its blocks, the oldest first; row k has blocks of 2ᵏ values. */
export type HistoryState = ReadonlyArray<readonly number[]>;

/** Blocks of one size before the two oldest become one of twice the size: a place is known to an eighth of its age. */
const MOST_BLOCKS = 8;

/**
 * Sums of a series since its last change, fine where they are new and coarse where they are old, in memory logarithmic in its length
 * (exponential histogram: M. Datar et al., SIAM J. Comput. 31 (2002)).
 */
export class History {
  readonly #rows: number[][];

  constructor(state: HistoryState = []) {
    this.#rows = state.map((row) => [...row]);
  }

  /** @param value finite */
  add(value: number, time: Micros): void {
    (this.#rows[0] ??= []).push(value, time);
    for (let index = 0; (this.#rows[index] as number[]).length > 2 * MOST_BLOCKS; index++) {
      const [older = 0, begun = 0, newer = 0] = (this.#rows[index] as number[]).splice(0, 4);
      (this.#rows[index + 1] ??= []).push(older + newer, begun);
    }
  }

  /**
   * Where the mean most likely changed: the place that makes n₁n₂/(n₁+n₂) · (mean₁ − mean₂)² largest, the maximum of the likelihood
   * for normal values (D. V. Hinkley, "Inference about the change-point in a sequence of random variables", Biometrika 57 (1970)). What
   * lies before it is forgotten. Without two values there is nothing before: its mean is NaN.
   */
  split(): Change {
    const blocks = this.#blocks();
    const count = blocks.reduce((sum, { size }) => sum + size, 0);
    const total = blocks.reduce((sum, block) => sum + block.sum, 0);
    let best = { score: -1, place: 0, size: 0, sum: 0 };
    let size = 0;
    let sum = 0;
    for (const [place, block] of blocks.entries()) {
      const rest = count - size;
      const score = size === 0 ? -1 : ((size * rest) / count) * (sum / size - (total - sum) / rest) ** 2;
      if (score > best.score) {
        best = { score, place, size, sum };
      }
      size += block.size;
      sum += block.sum;
    }
    const kept = blocks.slice(best.place);
    this.#rows.forEach((row) => row.splice(0));
    kept.forEach((block) => this.#rows[Math.log2(block.size)]?.push(block.sum, block.time));
    // Added up anew, as small sums beside large ones would lose what they are.
    const after = kept.reduce((all, block) => all + block.sum, 0) / (count - best.size);
    return {
      before: best.sum / best.size,
      beforeCount: best.size,
      after,
      afterCount: count - best.size,
      since: kept[0]?.time ?? 0,
    };
  }

  state(): HistoryState {
    return this.#rows.map((row) => [...row]);
  }

  /** The oldest first. */
  #blocks(): Array<{ size: number; sum: number; time: Micros }> {
    return this.#rows
      .map((row, index) =>
        Array.from({ length: row.length / 2 }, (_, block) => {
          return { size: 2 ** index, sum: row[2 * block] as number, time: row[2 * block + 1] as number };
        })
      )
      .reverse()
      .flat();
  }
}
