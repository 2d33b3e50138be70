/** `[count, mean of truth, squared deviations of truth, Σe, Σ|e|, Σe², Σ|e/truth|, truths that are not 0, Σ2|e|/(|truth|+|prediction|)]` */
export type RegressionScoresJson = readonly number[];

const FIELDS = 9;

/**
 * How far predictions of numbers are from the truth, over a stream of pairs, in constant space and mergeable; e = prediction −
 * truth. All are NaN while there is no pair. As scikit-learn's `metrics` has them, but for `mape` where a truth is 0.
 *
 * Source: R. J. Hyndman and A. B. Koehler, "Another Look at Measures of Forecast Accuracy", Int. J. Forecast. 22 (2006).
 */
export class RegressionScores {
  #n = 0;
  #mean = 0;
  #deviations = 0;
  #error = 0;
  #absolute = 0;
  #squared = 0;
  #relative = 0;
  #nonZero = 0;
  #symmetric = 0;

  /** Both finite, in the same unit. */
  add(prediction: number, truth: number): void {
    const error = prediction - truth;
    const absolute = Math.abs(error);
    this.#n++;
    const off = truth - this.#mean;
    this.#mean += off / this.#n;
    this.#deviations += off * (truth - this.#mean);
    this.#error += error;
    this.#absolute += absolute;
    this.#squared += error * error;
    if (truth !== 0) {
      this.#nonZero++;
      this.#relative += absolute / Math.abs(truth);
    }
    if (absolute > 0) {
      this.#symmetric += (2 * absolute) / (Math.abs(truth) + Math.abs(prediction));
    }
  }

  merge(other: RegressionScores): void {
    if (other.#n === 0) {
      return;
    }
    const n = this.#n + other.#n;
    const off = other.#mean - this.#mean;
    this.#deviations += other.#deviations + (off * off * this.#n * other.#n) / n;
    this.#mean = (this.#n * this.#mean + other.#n * other.#mean) / n;
    this.#n = n;
    this.#error += other.#error;
    this.#absolute += other.#absolute;
    this.#squared += other.#squared;
    this.#relative += other.#relative;
    this.#nonZero += other.#nonZero;
    this.#symmetric += other.#symmetric;
  }

  get count(): number {
    return this.#n;
  }

  /** Mean of the truths, in their unit; that of the predictions is the bias more. */
  get truthMean(): number {
    return this.#n === 0 ? NaN : this.#mean;
  }

  /** Mean absolute error, in the values' unit. */
  get mae(): number {
    return this.#absolute / this.#n;
  }

  /** Root of the mean squared error, in the values' unit. */
  get rmse(): number {
    return Math.sqrt(this.#squared / this.#n);
  }

  /** Mean error, in the values' unit; above 0 where predictions are too high. */
  get bias(): number {
    return this.#error / this.#n;
  }

  /** Mean of |e/truth|, a share (0.1 is 10 %), over the pairs whose truth is not 0. */
  get mape(): number {
    return this.#relative / this.#nonZero;
  }

  /** Mean of 2|e|/(|truth| + |prediction|), a share from 0 to 2; 0 where both are 0. */
  get smape(): number {
    return this.#symmetric / this.#n;
  }

  /** Coefficient of determination, 1 − Σe²/Σ(truth − mean)²: 1 is perfect, 0 no better than the mean. NaN for a constant truth. */
  get r2(): number {
    return this.#deviations > 0 ? 1 - this.#squared / this.#deviations : NaN;
  }

  toJSON(): RegressionScoresJson {
    return [
      this.#n,
      this.#mean,
      this.#deviations,
      this.#error,
      this.#absolute,
      this.#squared,
      this.#relative,
      this.#nonZero,
      this.#symmetric,
    ];
  }

  static from(json: RegressionScoresJson): RegressionScores {
    if (json.length !== FIELDS || !json.every(Number.isFinite)) {
      throw new RangeError(`regression scores: expected ${FIELDS} finite numbers, found ${JSON.stringify(json)}`);
    }
    const scores = new RegressionScores();
    const [n, mean, deviations, error, absolute, squared, relative, nonZero, symmetric] = json as number[];
    scores.#n = n as number;
    scores.#mean = mean as number;
    scores.#deviations = deviations as number;
    scores.#error = error as number;
    scores.#absolute = absolute as number;
    scores.#squared = squared as number;
    scores.#relative = relative as number;
    scores.#nonZero = nonZero as number;
    scores.#symmetric = symmetric as number;
    return scores;
  }
}
