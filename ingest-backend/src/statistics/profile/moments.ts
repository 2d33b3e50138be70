/**
 * `[n, mean, m2, m3, m4, min, max]`; an empty one is `[0]`. Moments of values beyond 10⁷⁷ may overflow: JSON has no infinities, and they
 * are texts there.
 */
export type MomentsJson = ReadonlyArray<number | string>;

const OVERFLOWN = ['Infinity', '-Infinity', 'NaN'];

/**
 * Number, mean, central moments up to the fourth, and the extremes of a stream of finite numbers, in constant space.
 *
 * Source: B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4
 * (1962); to higher moments and merged: P. Pébay, "Formulas for Robust, One-Pass Parallel Computation of Covariances and
 * Arbitrary-Order Statistical Moments", Sandia SAND2008-6212, after T. F. Chan et al. (1979).
 */
export class Moments {
  #n = 0;
  #mean = 0;
  #m2 = 0;
  #m3 = 0;
  #m4 = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param value finite; one that is not would spoil all that came before, and is the caller's to keep out */
  add(value: number): void {
    const before = this.#n;
    const n = before + 1;
    const delta = value - this.#mean;
    const step = delta / n;
    const square = step * step;
    const term = delta * step * before;
    this.#n = n;
    this.#mean += step;
    this.#m4 += term * square * (n * n - 3 * n + 3) + 6 * square * this.#m2 - 4 * step * this.#m3;
    this.#m3 += term * step * (n - 2) - 3 * step * this.#m2;
    this.#m2 += term;
    if (value < this.#min) {
      this.#min = value;
    }
    if (value > this.#max) {
      this.#max = value;
    }
  }

  /** Takes in what the other has seen. */
  merge(other: Moments): void {
    const na = this.#n;
    const nb = other.#n;
    if (nb === 0) {
      return;
    }
    const n = na + nb;
    const delta = other.#mean - this.#mean;
    const step = delta / n;
    const m2 = this.#m2 + other.#m2 + delta * step * na * nb;
    const m3 =
      this.#m3 + other.#m3 + delta * step * step * na * nb * (na - nb) + 3 * step * (na * other.#m2 - nb * this.#m2);
    this.#m4 +=
      other.#m4 +
      delta * step * step * step * na * nb * (na * na - na * nb + nb * nb) +
      6 * step * step * (na * na * other.#m2 + nb * nb * this.#m2) +
      4 * step * (na * other.#m3 - nb * this.#m3);
    this.#m3 = m3;
    this.#m2 = m2;
    // Weighted, rather than shifted from one side, so that the order of a merge does not matter where both are large.
    this.#mean = na === 0 ? other.#mean : (na * this.#mean + nb * other.#mean) / n;
    this.#n = n;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Values seen. */
  get count(): number {
    return this.#n;
  }

  /** NaN where nothing was seen, as are the smallest and the largest value. */
  get mean(): number {
    return this.#n === 0 ? NaN : this.#mean;
  }

  get min(): number {
    return this.#n === 0 ? NaN : this.#min;
  }

  get max(): number {
    return this.#n === 0 ? NaN : this.#max;
  }

  /** Of the sample, with n − 1; NaN below two values. In the square of the values' unit. */
  get variance(): number {
    return this.#n < 2 ? NaN : this.#m2 / (this.#n - 1);
  }

  /** Square root of the variance, in the values' unit. */
  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** m₃/m₂^(3/2) of the moments with n, without unit (scipy's `skew`); NaN for a constant. */
  get skewness(): number {
    return (Math.sqrt(this.#n) * this.#m3) / this.#m2 ** 1.5;
  }

  /** m₄/m₂² − 3 of the moments with n, without unit: 0 for a normal distribution (scipy's `kurtosis`); NaN for a constant. */
  get kurtosis(): number {
    return (this.#n * this.#m4) / (this.#m2 * this.#m2) - 3;
  }

  toJSON(): MomentsJson {
    const moments = [this.#n, this.#mean, this.#m2, this.#m3, this.#m4, this.#min, this.#max];
    return this.#n === 0 ? [0] : moments.map((moment) => (Number.isFinite(moment) ? moment : String(moment)));
  }

  static from(json: MomentsJson): Moments {
    const moments = new Moments();
    const [n = 0, mean = NaN, m2 = NaN, m3 = NaN, m4 = NaN, min = NaN, max = NaN] = json.map(Number);
    if (n === 0) {
      return moments;
    }
    const known = json.every((moment) => typeof moment === 'number' || OVERFLOWN.includes(moment));
    if (!known || json.length !== 7 || ![n, min, max].every(Number.isFinite) || n < 0) {
      throw new RangeError(`moments: expected [n, mean, m2, m3, m4, min, max], found ${JSON.stringify(json)}`);
    }
    moments.#n = n;
    moments.#mean = mean;
    moments.#m2 = m2;
    moments.#m3 = m3;
    moments.#m4 = m4;
    moments.#min = min;
    moments.#max = max;
    return moments;
  }
}
