import { checkFinite, checkRange, checkState, checkWhole, type DetectorState, type DriftDetector } from './detector.js';

export interface PageHinkleyOptions {
  /** Values before a change can be told; 30 by default. */
  readonly minInstances?: number;
  /** Change of the mean that is let pass, in the values' unit; 0.005 by default. */
  readonly delta?: number;
  /** λ, what the deviations may add up to, in the values' unit; 50 by default. */
  readonly threshold?: number;
  /** By how much what has added up fades with each value; 0.9999 by default, 1 not at all. */
  readonly alpha?: number;
  /** Which changes of the mean are told; both by default. */
  readonly mode?: 'up' | 'down' | 'both';
}

/**
 * Page's and Hinkley's test of a change in mean: sums up how far values lie from the mean so far, less what is let pass, and tells a
 * change where the sum has risen by the threshold above its lowest point, or fallen so far below its highest.
 *
 * Source: E. S. Page, "Continuous Inspection Schemes", Biometrika 41 (1954); D. V. Hinkley, Biometrika 58 (1971). The same alarms as
 * river's `drift.PageHinkley`, with its fading sum (R. Sebastião and J. M. Fernandes, ISMIS 2017).
 */
export class PageHinkley implements DriftDetector {
  readonly #minInstances: number;
  readonly #delta: number;
  readonly #threshold: number;
  readonly #alpha: number;
  readonly #up: boolean;
  readonly #down: boolean;
  #n = 0;
  #mean = 0;
  #rising = 0;
  #falling = 0;
  #lowest = Infinity;
  // As river has it; a sum that begins to fall at once counts from here.
  #highest = -1;
  #drift = false;
  readonly warning = false;

  constructor({
    minInstances = 30,
    delta = 0.005,
    threshold = 50,
    alpha = 0.9999,
    mode = 'both',
  }: PageHinkleyOptions = {}) {
    checkWhole('Page–Hinkley minInstances', minInstances, 1);
    checkRange('Page–Hinkley delta', delta, 0, Number.MAX_VALUE);
    checkRange('Page–Hinkley threshold', threshold, 0, Number.MAX_VALUE);
    checkRange('Page–Hinkley alpha', alpha, 0, 1);
    this.#minInstances = minInstances;
    this.#delta = delta;
    this.#threshold = threshold;
    this.#alpha = alpha;
    this.#up = mode !== 'down';
    this.#down = mode !== 'up';
  }

  get drift(): boolean {
    return this.#drift;
  }

  reset(): void {
    this.#n = 0;
    this.#mean = 0;
    this.#rising = 0;
    this.#falling = 0;
    this.#lowest = Infinity;
    this.#highest = -1;
    this.#drift = false;
  }

  state(): DetectorState {
    const sums = [this.#rising, this.#falling, this.#lowest, this.#highest];
    return this.#n === 0 ? [] : [this.#n, this.#mean, ...sums, Number(this.#drift)];
  }

  restore(state: DetectorState): void {
    checkState('Page–Hinkley', state, state.length === 0 || state.length === 7);
    this.reset();
    if (state.length > 0) {
      const [n, mean, rising, falling, lowest, highest, drift] = state as number[];
      this.#n = n as number;
      this.#mean = mean as number;
      this.#rising = rising as number;
      this.#falling = falling as number;
      this.#lowest = lowest as number;
      this.#highest = highest as number;
      this.#drift = drift === 1;
    }
  }

  update(value: number): void {
    checkFinite('Page–Hinkley', value);
    if (this.#drift) {
      this.reset();
    }
    this.#n++;
    this.#mean += (1 / this.#n) * (value - this.#mean);
    const off = value - this.#mean;
    this.#rising = this.#alpha * this.#rising + off - this.#delta;
    this.#falling = this.#alpha * this.#falling + off + this.#delta;
    this.#lowest = Math.min(this.#lowest, this.#rising);
    this.#highest = Math.max(this.#highest, this.#falling);
    if (this.#n >= this.#minInstances) {
      this.#drift =
        (this.#up && this.#rising - this.#lowest > this.#threshold) ||
        (this.#down && this.#highest - this.#falling > this.#threshold);
    }
  }
}
