/** What 0 and 1 are taken for in logarithms: a certainty that is wrong would else cost without bound. scikit-learn's too. */
const SMALLEST = Number.EPSILON;

export interface ProbabilityScoresJson {
  readonly count: number;
  readonly squared: number;
  readonly logarithmic: number;
}

/**
 * How good predicted probabilities are, over a stream of pairs; mergeable. Both are 0 at best, and NaN without any pair.
 *
 * Source: G. W. Brier, Mon. Weather Rev. 78 (1950); I. J. Good, J. R. Stat. Soc. B 14 (1952). scikit-learn's `brier_score_loss`
 * and `log_loss`.
 */
export class ProbabilityScores {
  #count = 0;
  #squared = 0;
  #logarithmic = 0;

  /** @param probability of being positive, from 0 to 1 */
  add(probability: number, positive: boolean): void {
    const right = positive ? probability : 1 - probability;
    this.#count++;
    this.#squared += (1 - right) ** 2;
    this.#logarithmic -= Math.log(Math.min(1 - SMALLEST, Math.max(SMALLEST, right)));
  }

  merge(other: ProbabilityScores): void {
    this.#count += other.#count;
    this.#squared += other.#squared;
    this.#logarithmic += other.#logarithmic;
  }

  get count(): number {
    return this.#count;
  }

  /** Mean squared difference of probability and outcome, from 0 to 1. */
  get brier(): number {
    return this.#squared / this.#count;
  }

  /** Mean of −ln of the probability that the outcome was given, in nats. */
  get logLoss(): number {
    return this.#logarithmic / this.#count;
  }

  toJSON(): ProbabilityScoresJson {
    return { count: this.#count, squared: this.#squared, logarithmic: this.#logarithmic };
  }

  static from({ count, squared, logarithmic }: ProbabilityScoresJson): ProbabilityScores {
    const scores = new ProbabilityScores();
    scores.#count = count;
    scores.#squared = squared;
    scores.#logarithmic = logarithmic;
    return scores;
  }
}
