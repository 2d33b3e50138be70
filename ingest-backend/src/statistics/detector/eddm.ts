import { checkFinite, checkRange, checkState, checkWhole, type DetectorState, type DriftDetector } from './detector.js';

export interface EddmOptions {
  /** Errors, and values, before anything is told; 30 by default. */
  readonly warmStart?: number;
  /** Share of the largest distance below which a change is suspected; 0.95 by default. */
  readonly alpha?: number;
  /** Share below which it is told; 0.9 by default. */
  readonly beta?: number;
}

/**
 * Early drift detection method: watches the distance from one error to the next, which shrinks as a model gets worse, also
 * slowly. Tells a change where mean + 2 standard deviations has fallen below a share of its maximum.
 *
 * Source: M. Baena-García et al., "Early Drift Detection Method", IWKDDS 2006. The same alarms and warnings as river's
 * `drift.binary.EDDM`.
 */
export class Eddm implements DriftDetector {
  readonly #warmStart: number;
  readonly #alpha: number;
  readonly #beta: number;
  #n = 0;
  #errors = 0;
  #lastError = 0;
  #mean = 0;
  #deviations = 0;
  #largest = -1;
  #warning = false;
  #drift = false;

  constructor({ warmStart = 30, alpha = 0.95, beta = 0.9 }: EddmOptions = {}) {
    checkWhole('EDDM warmStart', warmStart, 0);
    checkRange('EDDM alpha', alpha, 0, 1);
    checkRange('EDDM beta', beta, 0, alpha);
    this.#warmStart = warmStart;
    this.#alpha = alpha;
    this.#beta = beta;
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  reset(): void {
    this.#n = 0;
    this.#errors = 0;
    this.#lastError = 0;
    this.#mean = 0;
    this.#deviations = 0;
    this.#largest = -1;
    this.#warning = false;
    this.#drift = false;
  }

  state(): DetectorState {
    const counts = [this.#n, this.#errors, this.#lastError];
    return [...counts, this.#mean, this.#deviations, this.#largest, Number(this.#warning), Number(this.#drift)];
  }

  restore(state: DetectorState): void {
    checkState('EDDM', state, state.length === 8);
    const [n, errors, lastError, mean, deviations, largest, warning, drift] = state as number[];
    this.#n = n as number;
    this.#errors = errors as number;
    this.#lastError = lastError as number;
    this.#mean = mean as number;
    this.#deviations = deviations as number;
    this.#largest = largest as number;
    this.#warning = warning === 1;
    this.#drift = drift === 1;
  }

  /** @param value 1 for an error, 0 for a hit */
  update(value: number): void {
    checkFinite('EDDM', value);
    if (this.#drift) {
      this.reset();
    }
    this.#n++;
    if (value !== 1) {
      return;
    }
    this.#errors++;
    const distance = this.#n - this.#lastError;
    const off = distance - this.#mean;
    this.#mean += (1 / this.#errors) * off;
    this.#deviations += off * (distance - this.#mean);
    this.#lastError = this.#n;
    if (this.#n <= this.#warmStart) {
      return;
    }
    const variance = this.#errors > 1 ? this.#deviations / (this.#errors - 1) : 0;
    const reach = this.#mean + 2 * Math.sqrt(variance);
    if (reach > this.#largest) {
      this.#largest = reach;
    } else if (this.#errors > this.#warmStart) {
      const level = reach / this.#largest;
      this.#drift = level < this.#beta;
      // As river has it, a warning stands beside the alarm that follows it.
      this.#warning = this.#drift ? this.#warning : level < this.#alpha;
    }
  }
}
