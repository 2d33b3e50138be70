import { BinStore, type BinStoreJson } from './bin-store.js';

/** Below it a number counts as zero: logarithms of what is smaller lose their digits. */
const SMALLEST = 2.2250738585072014e-308;
const DEFAULT_ACCURACY = 0.01;
const DEFAULT_MAX_BINS = 2048;

export interface QuantileSketchOptions {
  /** α: a quantile q̂ of a true value q satisfies |q̂ − q| ≤ α|q|. Between 0 and 1, 0.01 by default. */
  readonly accuracy?: number;
  /** Of each sign; 2048 by default, which at α = 0.01 spans 17 powers of ten before the smallest fall together. */
  readonly maxBins?: number;
}

export interface QuantileSketchJson {
  readonly accuracy: number;
  readonly maxBins: number;
  readonly zero: number;
  readonly positive: BinStoreJson;
  readonly negative: BinStoreJson;
  readonly min?: number;
  readonly max?: number;
  /** Signs whose lowest bin holds smaller magnitudes too. */
  readonly collapsed?: readonly [positive: boolean, negative: boolean];
}

/** A sketch as a discrete distribution: ascending values, how often each, and how far off each may be. */
export interface Support {
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly errors: Float64Array;
  /** Up to this magnitude all positive, and all negative, values lie in one cell; 0 where nothing fell together. */
  readonly collapsedBelow: readonly [positive: number, negative: number];
}

/**
 * Quantiles of a stream of finite numbers to a relative accuracy, in bounded space, merged without loss: a histogram with
 * cells (γ^(i−1), γ^i], γ = (1+α)/(1−α), for either sign, and one for zero.
 *
 * Source: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
 * Guarantees", PVLDB 12(12) (2019). Beyond `maxBins` the cells next to zero fall together; what lies above them keeps
 * the guarantee.
 */
export class QuantileSketch {
  readonly accuracy: number;
  readonly maxBins: number;
  readonly #logGamma: number;
  readonly #perLog: number;
  #positive: BinStore;
  #negative: BinStore;
  #zero = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor({ accuracy = DEFAULT_ACCURACY, maxBins = DEFAULT_MAX_BINS }: QuantileSketchOptions = {}) {
    if (!(accuracy > 0 && accuracy < 1)) {
      throw new RangeError(`quantile sketch: expected an accuracy between 0 and 1, found ${accuracy}`);
    }
    if (!Number.isInteger(maxBins) || maxBins < 1) {
      throw new RangeError(`quantile sketch: expected a whole number of bins from 1, found ${maxBins}`);
    }
    this.accuracy = accuracy;
    this.maxBins = maxBins;
    this.#logGamma = Math.log1p(accuracy) - Math.log1p(-accuracy);
    this.#perLog = 1 / this.#logGamma;
    this.#positive = new BinStore(maxBins);
    this.#negative = new BinStore(maxBins);
  }

  /** @param value finite */
  add(value: number): void {
    if (value >= SMALLEST) {
      this.#positive.add(Math.ceil(Math.log(value) * this.#perLog), 1);
    } else if (value <= -SMALLEST) {
      this.#negative.add(Math.ceil(Math.log(-value) * this.#perLog), 1);
    } else {
      this.#zero++;
    }
    if (value < this.#min) {
      this.#min = value;
    }
    if (value > this.#max) {
      this.#max = value;
    }
  }

  /** Takes in what the other, of the same accuracy and bins, has seen. */
  merge(other: QuantileSketch): void {
    if (other.accuracy !== this.accuracy || other.maxBins !== this.maxBins) {
      throw new RangeError(
        `quantile sketch: expected accuracy ${this.accuracy} with ${this.maxBins} bins, ` +
          `found ${other.accuracy} with ${other.maxBins}`
      );
    }
    this.#positive.merge(other.#positive);
    this.#negative.merge(other.#negative);
    this.#zero += other.#zero;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  get count(): number {
    return this.#positive.total + this.#negative.total + this.#zero;
  }

  /**
   * The value of rank ⌊q(n−1)⌋ among those seen, within the accuracy.
   *
   * @param share q, from 0 to 1
   * @returns NaN where nothing was seen
   */
  quantile(share: number): number {
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(`quantile: expected a share from 0 to 1, found ${share}`);
    }
    if (this.count === 0) {
      return NaN;
    }
    const value = this.#ofRank(Math.floor(share * (this.count - 1)));
    return Math.min(this.#max, Math.max(this.#min, value));
  }

  #ofRank(rank: number): number {
    let below = 0;
    const negative = this.#negative;
    for (let bin = negative.highest; bin >= negative.lowest; bin--) {
      below += negative.count(bin);
      if (below > rank) {
        return -this.#valueOf(bin);
      }
    }
    below += this.#zero;
    if (below > rank) {
      return 0;
    }
    const positive = this.#positive;
    for (let bin = positive.lowest; bin < positive.highest; bin++) {
      below += positive.count(bin);
      if (below > rank) {
        return this.#valueOf(bin);
      }
    }
    return this.#valueOf(positive.highest);
  }

  /** 2γ^i/(1+γ), which no value of the cell is further from than α of itself. */
  #valueOf(bin: number): number {
    return Math.exp(bin * this.#logGamma) * (1 - this.accuracy);
  }

  /** The cells that hold something. Two sketches of one accuracy have their cells' borders in common. */
  support(): Support {
    const values: number[] = [];
    const counts: number[] = [];
    const errors: number[] = [];
    const push = (sign: 1 | -1, store: BinStore, bin: number): void => {
      const count = store.count(bin);
      if (count > 0) {
        const value = this.#valueOf(bin);
        values.push(sign * value);
        counts.push(count);
        // A value x of the cell obeys |x − v| ≤ α|x| and |v| ≥ (1−α)|x|; in a collapsed one it may be next to zero.
        const spread = (value * this.accuracy) / (1 - this.accuracy);
        errors.push(store.collapsed && bin === store.lowest ? value : spread);
      }
    };
    for (let bin = this.#negative.highest; bin >= this.#negative.lowest; bin--) {
      push(-1, this.#negative, bin);
    }
    if (this.#zero > 0) {
      values.push(0);
      counts.push(this.#zero);
      errors.push(SMALLEST);
    }
    for (let bin = this.#positive.lowest; bin <= this.#positive.highest; bin++) {
      push(1, this.#positive, bin);
    }
    return {
      values: Float64Array.from(values),
      counts: Float64Array.from(counts),
      errors: Float64Array.from(errors),
      collapsedBelow: [this.#collapsedBelow(this.#positive), this.#collapsedBelow(this.#negative)],
    };
  }

  #collapsedBelow(store: BinStore): number {
    return store.collapsed ? this.#valueOf(store.lowest) : 0;
  }

  toJSON(): QuantileSketchJson {
    const collapsed = [this.#positive.collapsed, this.#negative.collapsed] as const;
    return {
      accuracy: this.accuracy,
      maxBins: this.maxBins,
      zero: this.#zero,
      positive: this.#positive.toJSON(),
      negative: this.#negative.toJSON(),
      ...(this.count === 0 ? {} : { min: this.#min, max: this.#max }),
      ...(collapsed.includes(true) ? { collapsed } : {}),
    };
  }

  static from(json: QuantileSketchJson): QuantileSketch {
    const sketch = new QuantileSketch(json);
    sketch.#positive = BinStore.from(json.maxBins, json.positive, json.collapsed?.[0] ?? false);
    sketch.#negative = BinStore.from(json.maxBins, json.negative, json.collapsed?.[1] ?? false);
    sketch.#zero = json.zero;
    sketch.#min = json.min ?? Infinity;
    sketch.#max = json.max ?? -Infinity;
    return sketch;
  }
}
