import { Moments, type DetectorState, type DriftDetector, type MomentsJson } from '../../../statistics/index.js';
import type { Micros } from '@pneumograph/contract';
import { detectorOf, tune } from './detectors.js';
import type { Params } from './params.js';

export interface FollowerState {
  readonly warm: MomentsJson;
  readonly begun: Micros | null;
  readonly tuned: Readonly<Record<string, unknown>> | null;
  readonly detector: DetectorState | null;
  readonly since: MomentsJson;
  readonly recent: readonly number[];
}

/** What a detector found. */
export interface Change {
  /** Mean of the values since the last change, without the newest. */
  readonly before: number;
  /** Mean of the newest values. */
  readonly after: number;
  readonly values: number;
}

const RECENT = 30;

/** Follows one series of numbers. */
export class Follower {
  readonly #warm: Moments;
  #begun: Micros | undefined;
  #tuned: Readonly<Record<string, unknown>> | undefined;
  #detector: DriftDetector | undefined;
  #since: Moments;
  #recent: number[];

  constructor(
    private readonly params: Params,
    state?: FollowerState
  ) {
    this.#warm = Moments.from(state?.warm ?? [0]);
    this.#begun = state?.begun ?? undefined;
    this.#since = Moments.from(state?.since ?? [0]);
    this.#recent = [...(state?.recent ?? [])];
    if (params.expert !== undefined) {
      this.#arm(params.expert);
    }
    if (state !== undefined && state.tuned !== null) {
      this.#arm(state.tuned);
    }
    if (state !== undefined && state.detector !== null) {
      this.#detector?.restore(state.detector);
    }
  }

  get tuned(): Readonly<Record<string, unknown>> {
    return this.#tuned ?? {};
  }

  /** @param value finite */
  add(value: number, time: Micros): Change | undefined {
    if (this.#detector === undefined) {
      this.#learn(value, time);
      return undefined;
    }
    this.#detector.update(value);
    this.#remember(value);
    if (!this.#detector.drift) {
      return undefined;
    }
    const recent = this.#recent;
    const after = recent.reduce((sum, one) => sum + one, 0) / recent.length;
    const { count, mean } = this.#since;
    this.#since = new Moments();
    this.#recent = [];
    // Where the change came with the first values after the last one there is nothing before.
    return { before: count === 0 ? this.#warm.mean : mean, after, values: count + recent.length };
  }

  state(): FollowerState {
    return {
      warm: this.#warm.toJSON(),
      begun: this.#begun ?? null,
      tuned: this.#tuned ?? null,
      detector: this.#detector?.state() ?? null,
      since: this.#since.toJSON(),
      recent: this.#recent,
    };
  }

  #learn(value: number, time: Micros): void {
    this.#begun ??= time;
    this.#warm.add(value);
    // Without time between them the values do not tell how fast they come.
    if (this.#warm.count >= this.params.warmUp && time > this.#begun) {
      this.#arm(tune(this.params, { moments: this.#warm, seconds: (time - this.#begun) / 1e6 }));
    }
  }

  #arm(tuned: Readonly<Record<string, unknown>>): void {
    this.#tuned = tuned;
    this.#detector = detectorOf(this.params.detector, tuned);
  }

  #remember(value: number): void {
    this.#recent.push(value);
    if (this.#recent.length > RECENT) {
      this.#since.add(this.#recent.shift() as number);
    }
  }
}
