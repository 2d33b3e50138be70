import { Moments, QuantileSketch, type MomentsJson, type QuantileSketchJson } from '../profile/index.js';
import type { Smoother } from './smoothers.js';

export interface NoiseProfileJson {
  readonly gain: number;
  readonly values: MomentsJson;
  readonly residuals: MomentsJson;
  readonly magnitudes: QuantileSketchJson;
}

/** Median of |x| of a standard normal variable is 1/1.4826: F. R. Hampel, J. Am. Stat. Assoc. 69 (1974). */
const NORMAL_PER_MEDIAN = 1.482602218505602;

/**
 * How noisy a series is: the spread of its residuals against a smoothed series. What several streams, partitions or spans have
 * collected merges; each has a smoother of its own, as what comes after what belongs to a stream.
 */
export class NoiseProfile {
  readonly gain: number;
  readonly values: Moments;
  /** Value less smoothed value; their mean is a lag, or what a smoother that looks back only makes of a trend. */
  readonly residuals: Moments;
  readonly #magnitudes: QuantileSketch;

  /** @param gain of the smoother whose residuals it takes */
  constructor({ gain }: Pick<Smoother, 'gain'>, json?: NoiseProfileJson) {
    this.gain = gain;
    this.values = json === undefined ? new Moments() : Moments.from(json.values);
    this.residuals = json === undefined ? new Moments() : Moments.from(json.residuals);
    this.#magnitudes = json === undefined ? new QuantileSketch() : QuantileSketch.from(json.magnitudes);
  }

  /**
   * @param value finite
   * @param residual what the smoother gave for it; NaN where it had not seen enough, infinite where it overflowed
   */
  add(value: number, residual: number): void {
    this.values.add(value);
    if (Number.isFinite(residual)) {
      this.residuals.add(residual);
      this.#magnitudes.add(Math.abs(residual));
    }
  }

  merge(other: NoiseProfile): void {
    if (other.gain !== this.gain) {
      throw new RangeError(`noise profile: expected a smoother of gain ${this.gain}, found ${other.gain}`);
    }
    this.values.merge(other.values);
    this.residuals.merge(other.residuals);
    this.#magnitudes.merge(other.#magnitudes);
  }

  /** Standard deviation of the noise, in the values' unit: that of the residuals over √gain. NaN below two residuals. */
  get deviation(): number {
    return this.residuals.standardDeviation / Math.sqrt(this.gain);
  }

  /**
   * The same from the median of |residual| (within 1 %): up to half of the values may be outliers. Too low by a tenth beside a
   * median of 9 values, by half beside one of 3, which often is the value itself. NaN without residuals.
   */
  get robustDeviation(): number {
    return (NORMAL_PER_MEDIAN * this.#magnitudes.quantile(0.5)) / Math.sqrt(this.gain);
  }

  /**
   * 10 log₁₀ of the variance of the values, less that of the noise, over that of the noise; in decibels. −∞ where there is nothing but
   * noise, ∞ where there is none. D. H. Johnson, "Signal-to-noise ratio", Scholarpedia 1(12) (2006).
   */
  get signalToNoise(): number {
    return ratioOf(this.values.variance, this.deviation);
  }

  /** The same with the robust deviation of the noise. */
  get robustSignalToNoise(): number {
    return ratioOf(this.values.variance, this.robustDeviation);
  }

  toJSON(): NoiseProfileJson {
    return {
      gain: this.gain,
      values: this.values.toJSON(),
      residuals: this.residuals.toJSON(),
      magnitudes: this.#magnitudes.toJSON(),
    };
  }

  static from(json: NoiseProfileJson): NoiseProfile {
    return new NoiseProfile(json, json);
  }
}

function ratioOf(variance: number, deviation: number): number {
  const noise = deviation ** 2;
  return 10 * Math.log10(Math.max(0, variance - noise) / noise);
}
