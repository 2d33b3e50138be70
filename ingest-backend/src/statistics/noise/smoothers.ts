/** Follows a series, and tells how far values lie from where it would have them. */
export interface Smoother {
  /**
   * @param value finite
   * @returns value less smoothed value, in the values' unit, of the value `delay` steps ago; NaN until enough was seen
   */
  update(value: number): number;
  /** How many values it looks ahead: 0 where it looks back only. */
  readonly delay: number;
  /** Variance of the residuals of white noise over that of the noise itself: below 1 where the smoother follows the noise. */
  readonly gain: number;
  reset(): void;
  /** What was seen, as JSON can hold it; a smoother with the same parameters goes on from it as this one would. */
  state(): readonly number[];
  /** Takes the place of what was seen. @throws RangeError where the parameters differ */
  restore(state: readonly number[]): void;
}

/**
 * Exponentially weighted moving average of all earlier values: looks back only, tells at once, and lags behind a trend. Source: S. W.
 * Roberts, Technometrics 1 (1959); R. G. Brown, "Statistical Forecasting for Inventory Control" (1959).
 */
export class ExponentialSmoother implements Smoother {
  readonly delay = 0;
  readonly gain: number;
  readonly #alpha: number;
  readonly #warmUp: number;
  #level = 0;
  #n = 0;

  /** @param alpha weight of the newest value, above 0 to 1; nothing is told for the first 2/alpha values */
  constructor(alpha = 0.1) {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new RangeError(`exponential smoother: expected alpha above 0 to 1, found ${alpha}`);
    }
    this.#alpha = alpha;
    this.#warmUp = Math.ceil(2 / alpha);
    // A value's own variance and that of the average before it, alpha/(2 − alpha).
    this.gain = 2 / (2 - alpha);
  }

  update(value: number): number {
    const residual = this.#n < this.#warmUp ? NaN : value - this.#level;
    // A mean of both, which is finite where their difference is not.
    this.#level = this.#n === 0 ? value : (1 - this.#alpha) * this.#level + this.#alpha * value;
    this.#n++;
    return residual;
  }

  reset(): void {
    this.#n = 0;
  }

  state(): readonly number[] {
    return [this.#n, this.#level];
  }

  restore(state: readonly number[]): void {
    const [n = NaN, level = NaN] = state;
    checkState('exponential smoother', state, state.length === 2);
    this.#n = n;
    this.#level = level;
  }
}

function checkState(name: string, state: readonly number[], fits: boolean): void {
  if (!fits || !state.every(Number.isFinite)) {
    throw new RangeError(`${name}: expected the state of one with the same parameters, found ${JSON.stringify(state)}`);
  }
}

/** The last values of a series, the oldest first. */
class Window {
  readonly values: Float64Array;
  #n = 0;

  constructor(
    private readonly name: string,
    size: number
  ) {
    if (!Number.isInteger(size) || size < 3 || size % 2 === 0) {
      throw new RangeError(`${name}: expected an odd window from 3, found ${size}`);
    }
    this.values = new Float64Array(size);
  }

  /** @returns whether it is full */
  push(value: number): boolean {
    this.values.copyWithin(0, 1);
    this.values[this.values.length - 1] = value;
    return ++this.#n >= this.values.length;
  }

  get middle(): number {
    return this.values[this.values.length >> 1] as number;
  }

  reset(): void {
    this.#n = 0;
  }

  state(): readonly number[] {
    return [this.#n, ...this.values];
  }

  restore(state: readonly number[]): void {
    checkState(this.name, state, state.length === this.values.length + 1);
    this.#n = state[0] as number;
    this.values.set(state.slice(1));
  }
}

/**
 * A polynomial fitted to the values around each: keeps peaks and trends that averages flatten. Source: A. Savitzky and M. J. E. Golay,
 * Anal. Chem. 36 (1964); weights by Gram polynomials, P. A. Gorry, Anal. Chem. 62 (1990).
 */
export class SavitzkyGolaySmoother implements Smoother {
  readonly delay: number;
  readonly gain: number;
  readonly #window: Window;
  readonly #weights: Float64Array;

  /**
   * @param size odd number of values, from 3; the residual is that of the middle one
   * @param order of the polynomial, below size − 1
   */
  constructor(size = 11, order = 2) {
    this.#window = new Window('Savitzky–Golay smoother', size);
    this.delay = size >> 1;
    if (!Number.isInteger(order) || order < 0 || order > size - 2) {
      throw new RangeError(`Savitzky–Golay smoother: expected a whole order from 0 to ${size - 2}, found ${order}`);
    }
    this.#weights = savitzkyGolayWeights(size, order);
    // The fit is a projection: its variance at the middle is the middle weight.
    this.gain = 1 - (this.#weights[size >> 1] as number);
  }

  update(value: number): number {
    if (!this.#window.push(value)) {
      return NaN;
    }
    const values = this.#window.values;
    let fit = 0;
    for (let i = 0; i < values.length; i++) {
      fit += (values[i] as number) * (this.#weights[i] as number);
    }
    return this.#window.middle - fit;
  }

  reset(): void {
    this.#window.reset();
  }

  state(): readonly number[] {
    return this.#window.state();
  }

  restore(state: readonly number[]): void {
    this.#window.restore(state);
  }
}

/** Weights of the values of a window for the fitted polynomial's value in the middle; they add up to 1. */
export function savitzkyGolayWeights(size: number, order: number): Float64Array {
  const m = size >> 1;
  const weights = new Float64Array(size);
  for (let i = -m; i <= m; i++) {
    // Pₖ(i) and Pₖ(0), by recursion from Pₖ₋₁ and Pₖ₋₂.
    let [p, pBefore, q, qBefore] = [1, 0, 1, 0];
    let norm = 1 / (2 * m + 1);
    let weight = norm;
    for (let k = 1; k <= order; k++) {
      const scale = 1 / (k * (2 * m - k + 1));
      [p, pBefore] = [scale * ((4 * k - 2) * i * p - (k - 1) * (2 * m + k) * pBefore), p];
      [q, qBefore] = [-scale * (k - 1) * (2 * m + k) * qBefore, q];
      norm *= ((2 * k + 1) / (2 * k - 1)) * ((2 * m - k + 1) / (2 * m + k + 1));
      weight += norm * p * q;
    }
    weights[i + m] = weight;
  }
  return weights;
}

/**
 * Median of the values around each: outliers and steps do not smear. Source: J. W. Tukey, "Exploratory Data Analysis" (1977), 7. Its gain
 * is that of normal noise, 1 + var(median) − 2/size, where var(median) ≈ π/(2·size − 2 + π), within 2 %.
 */
export class MedianSmoother implements Smoother {
  readonly delay: number;
  readonly gain: number;
  readonly #window: Window;
  readonly #sorted: Float64Array;

  /** @param size odd number of values, from 3; the residual is that of the middle one */
  constructor(size = 7) {
    this.#window = new Window('median smoother', size);
    this.delay = size >> 1;
    this.#sorted = new Float64Array(size);
    this.gain = 1 + Math.PI / (2 * size - 2 + Math.PI) - 2 / size;
  }

  update(value: number): number {
    if (!this.#window.push(value)) {
      return NaN;
    }
    this.#sorted.set(this.#window.values);
    this.#sorted.sort();
    return this.#window.middle - (this.#sorted[this.#sorted.length >> 1] as number);
  }

  reset(): void {
    this.#window.reset();
  }

  state(): readonly number[] {
    return this.#window.state();
  }

  restore(state: readonly number[]): void {
    this.#window.restore(state);
  }
}

/**
 * Mean of the two neighbours at a distance: without a parameter to tune, blind to any line. With the median of its residuals it is DER_SNR
 * (F. Stoehr et al., ADASS XVII, ASP Conf. Ser. 394 (2008)), with a distance of 1 and their variance the estimator of T. Gasser,
 * L. Sroka, C. Jennen-Steinmetz, Biometrika 73 (1986).
 */
export class NeighbourSmoother implements Smoother {
  readonly delay: number;
  readonly gain = 1.5;
  readonly #window: Window;

  /** @param distance in values; 2 by default, as what is next to each other often shares its noise */
  constructor(distance = 2) {
    this.#window = new Window('neighbour smoother', 2 * distance + 1);
    this.delay = distance;
  }

  update(value: number): number {
    if (!this.#window.push(value)) {
      return NaN;
    }
    const values = this.#window.values;
    return this.#window.middle - ((values[0] as number) + (values[values.length - 1] as number)) / 2;
  }

  reset(): void {
    this.#window.reset();
  }

  state(): readonly number[] {
    return this.#window.state();
  }

  restore(state: readonly number[]): void {
    this.#window.restore(state);
  }
}
