import { Moments, QuantileSketch, type MomentsJson, type QuantileSketchJson } from '../../../statistics/index.js';
import type { Params } from './params.js';

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface LearnedState {
  readonly moments: MomentsJson;
  readonly sketch: QuantileSketchJson;
  readonly bounds: Bounds | undefined;
}

/** The bounds that the parameters say. */
export function saidBounds({ above, below, outside }: Params): Bounds {
  return {
    low: Math.max(below ?? -Infinity, outside?.[0] ?? -Infinity),
    high: Math.min(above ?? Infinity, outside?.[1] ?? Infinity),
  };
}

/**
 * Bounds learned from the first values: mean ± k standard deviations (W. A. Shewhart, "Economic Control of Quality of
 * Manufactured Product", 1931) or two quantiles, within 1 %; drawn in to what is possible.
 */
export class LearnedBounds {
  readonly #moments: Moments;
  readonly #sketch: QuantileSketch;
  bounds: Bounds | undefined;

  constructor(
    private readonly options: NonNullable<Params['learn']>,
    state?: LearnedState
  ) {
    this.#moments = state === undefined ? new Moments() : Moments.from(state.moments);
    this.#sketch = state === undefined ? new QuantileSketch() : QuantileSketch.from(state.sketch);
    this.bounds = state?.bounds;
  }

  /** Learns from a value, until there are enough. */
  add(value: number): void {
    if (this.bounds !== undefined) {
      return;
    }
    this.#moments.add(value);
    this.#sketch.add(value);
    const { values, sigma, quantiles, least = -Infinity, most = Infinity } = this.options;
    if (this.#moments.count < values) {
      return;
    }
    const { mean, standardDeviation } = this.#moments;
    const [low, high] =
      quantiles === undefined
        ? [mean - (sigma ?? 0) * standardDeviation, mean + (sigma ?? 0) * standardDeviation]
        : [this.#sketch.quantile(quantiles[0]), this.#sketch.quantile(quantiles[1])];
    this.bounds = { low: Math.max(low, least), high: Math.min(high, most) };
  }

  snapshot(): LearnedState {
    return { moments: this.#moments.toJSON(), sketch: this.#sketch.toJSON(), bounds: this.bounds };
  }
}
