import { kolmogorovSmirnovSignificance, kolmogorovSmirnovStatistic } from '../distance/index.js';
import { seededRandom } from '../special/index.js';
import { checkFinite, checkRange, checkState, checkWhole, type DetectorState, type DriftDetector } from './detector.js';

export interface KswinOptions {
  /** Level of each test; 0.005 by default. */
  readonly alpha?: number;
  /** Values kept; 100 by default. */
  readonly windowSize?: number;
  /** How many of the newest are tested against as many of the older; 30 by default. */
  readonly statSize?: number;
  /** Of the draws from the older ones, which each start afresh repeats; 1 by default. */
  readonly seed?: number;
  /** Draws in place of those: uniform numbers from 0 to below 1. */
  readonly random?: () => number;
}

/** A difference of the distribution functions up to here is never told. */
const NEGLIGIBLE = 0.1;

/**
 * Kolmogorov–Smirnov windowing: tests the newest values against as many drawn at random, without repetition, from the older
 * ones of a window. Tells any change of distribution, not of the mean alone.
 *
 * Source: C. Raab, M. Heusinger, F.-M. Schleif, "Reactive Soft Prototype Computing for Concept Drift Streams", Neurocomputing 416
 * (2020). With the same draws, the same alarms as river's `drift.KSWIN`, which also forgets its window after one.
 */
export class Kswin implements DriftDetector {
  readonly #statSize: number;
  readonly #window: Float64Array;
  readonly #older: Uint32Array;
  readonly #drawn: Float64Array;
  readonly #newest: Float64Array;
  readonly #seed: number;
  readonly #given: (() => number) | undefined;
  /** The p-value falls as the statistic grows, so that the level is a bound on the statistic. */
  readonly #critical: number;
  #random: () => number;
  #size = 0;
  /** Uniform numbers taken since the last start. */
  #draws = 0;
  #statistic = 0;
  #drift = false;
  readonly warning = false;

  constructor({ alpha = 0.005, windowSize = 100, statSize = 30, seed = 1, random }: KswinOptions = {}) {
    checkRange('KSWIN alpha', alpha, 0, 1);
    checkWhole('KSWIN statSize', statSize, 1);
    checkWhole('KSWIN windowSize', windowSize, 2 * statSize);
    this.#statSize = statSize;
    this.#window = new Float64Array(windowSize);
    this.#older = new Uint32Array(windowSize - statSize);
    this.#drawn = new Float64Array(statSize);
    this.#newest = new Float64Array(statSize);
    this.#seed = seed;
    this.#given = random;
    this.#random = random ?? seededRandom(seed);
    this.#critical = criticalStatistic(alpha, statSize);
  }

  get drift(): boolean {
    return this.#drift;
  }

  /** p-value of the last test; 1 before the window is full. */
  get pValue(): number {
    return kolmogorovSmirnovSignificance(this.#statistic, this.#statSize, this.#statSize).pValue;
  }

  reset(): void {
    this.#size = 0;
    this.#draws = 0;
    this.#statistic = 0;
    this.#drift = false;
    this.#random = this.#given ?? seededRandom(this.#seed);
  }

  state(): DetectorState {
    return [this.#draws, this.#statistic, Number(this.#drift), ...this.#window.subarray(0, this.#size)];
  }

  /** Draws go on where they were, but for those that are given from outside. */
  restore(state: DetectorState): void {
    checkState('KSWIN', state, state.length >= 3 && state.length <= this.#window.length + 3);
    const [draws, statistic, drift, ...window] = state as [number, number, number, ...number[]];
    this.#window.set(window);
    this.#size = window.length;
    this.#draws = draws;
    this.#random = this.#given ?? seededRandom(this.#seed, draws);
    this.#statistic = statistic;
    this.#drift = drift === 1;
  }

  update(value: number): void {
    checkFinite('KSWIN', value);
    if (this.#drift) {
      this.reset();
    }
    const window = this.#window;
    if (this.#size < window.length) {
      window[this.#size++] = value;
    } else {
      window.copyWithin(0, 1);
      window[window.length - 1] = value;
    }
    if (this.#size < window.length) {
      return;
    }
    this.#draw();
    this.#newest.set(window.subarray(window.length - this.#statSize));
    this.#statistic = kolmogorovSmirnovStatistic(this.#drawn.sort(), this.#newest.sort());
    this.#drift = this.#statistic >= this.#critical;
  }

  /** The first steps of Fisher's and Yates' shuffle. */
  #draw(): void {
    const older = this.#older;
    for (let i = 0; i < older.length; i++) {
      older[i] = i;
    }
    for (let i = 0; i < this.#statSize; i++) {
      const j = i + Math.floor(this.#random() * (older.length - i));
      const chosen = older[j] as number;
      older[j] = older[i] as number;
      this.#drawn[i] = this.#window[chosen] as number;
    }
    this.#draws += this.#statSize;
  }
}

/** The smallest statistic of two samples of n values each that is significant and not negligible; above 1 if there is none. */
function criticalStatistic(alpha: number, n: number): number {
  for (let h = 1; h <= n; h++) {
    const { pValue } = kolmogorovSmirnovSignificance(h / n, n, n, 'exact');
    if (h / n > NEGLIGIBLE && pValue <= alpha) {
      // Half a step lower, as differences of shares are not exact.
      return (h - 0.5) / n;
    }
  }
  return 2;
}
