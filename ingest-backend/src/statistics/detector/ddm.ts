import { checkFinite, checkRange, checkState, checkWhole, type DetectorState, type DriftDetector } from './detector.js';

export interface DdmOptions {
  /** Values before anything is told; 30 by default. */
  readonly warmStart?: number;
  /** Standard deviations above the lowest error rate that are suspect; 2 by default. */
  readonly warningThreshold?: number;
  /** Standard deviations that are a change; 3 by default. */
  readonly driftThreshold?: number;
}

/**
 * Drift detection method: watches the rate of errors, which falls or stays while what a model has learned holds. Tells a change where
 * p + s has risen above p_min + 3 s_min, s = √(p(1−p)/n), of the moment at which p + s was lowest.
 *
 * Source: J. Gama, P. Medas, G. Castillo, P. Rodrigues, "Learning with Drift Detection", SBIA 2004. The same alarms and warnings as
 * river's `drift.binary.DDM`.
 */
export class Ddm implements DriftDetector {
  readonly #warmStart: number;
  readonly #warningThreshold: number;
  readonly #driftThreshold: number;
  #n = 0;
  #rate = 0;
  #lowestRate = 0;
  #lowestDeviation = 0;
  #lowestSum = Infinity;
  #warning = false;
  #drift = false;

  constructor({ warmStart = 30, warningThreshold = 2, driftThreshold = 3 }: DdmOptions = {}) {
    checkWhole('DDM warmStart', warmStart, 0);
    checkRange('DDM warningThreshold', warningThreshold, 0, Number.MAX_VALUE);
    checkRange('DDM driftThreshold', driftThreshold, 0, Number.MAX_VALUE);
    this.#warmStart = warmStart;
    this.#warningThreshold = warningThreshold;
    this.#driftThreshold = driftThreshold;
  }

  get drift(): boolean {
    return this.#drift;
  }

  get warning(): boolean {
    return this.#warning;
  }

  /** Share of errors since the last start. */
  get rate(): number {
    return this.#rate;
  }

  reset(): void {
    this.#n = 0;
    this.#rate = 0;
    this.#lowestRate = 0;
    this.#lowestDeviation = 0;
    this.#lowestSum = Infinity;
    this.#warning = false;
    this.#drift = false;
  }

  state(): DetectorState {
    return [this.#n, this.#rate, this.#lowestRate, this.#lowestDeviation, Number(this.#warning), Number(this.#drift)];
  }

  restore(state: DetectorState): void {
    checkState('DDM', state, state.length === 6);
    const [n, rate, lowestRate, lowestDeviation, warning, drift] = state as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    this.#n = n;
    this.#rate = rate;
    this.#lowestRate = lowestRate;
    this.#lowestDeviation = lowestDeviation;
    this.#lowestSum = n > this.#warmStart ? lowestRate + lowestDeviation : Infinity;
    this.#warning = warning === 1;
    this.#drift = drift === 1;
  }

  /** @param value 1 for an error, 0 for a hit */
  update(value: number): void {
    checkFinite('DDM', value);
    if (this.#drift) {
      this.reset();
    }
    this.#n++;
    this.#rate += (1 / this.#n) * (value - this.#rate);
    if (this.#n <= this.#warmStart) {
      return;
    }
    const deviation = Math.sqrt((this.#rate * (1 - this.#rate)) / this.#n);
    const sum = this.#rate + deviation;
    if (sum <= this.#lowestSum) {
      this.#lowestRate = this.#rate;
      this.#lowestDeviation = deviation;
      this.#lowestSum = sum;
    }
    this.#drift = sum > this.#lowestRate + this.#driftThreshold * this.#lowestDeviation;
    this.#warning = !this.#drift && sum > this.#lowestRate + this.#warningThreshold * this.#lowestDeviation;
  }
}
