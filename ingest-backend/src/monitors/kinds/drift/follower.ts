import type { Micros } from '@pneumograph/contract';
import { Moments, type DetectorState, type DriftDetector, type MomentsJson } from '../../../statistics/index.js';
import { detectorOf, tune } from './detectors.js';
import { History, type Change, type HistoryState } from './history.js';
import type { Params } from './params.js';

export interface FollowerState {
  readonly warm: MomentsJson;
  readonly begun: Micros | null;
  readonly tuned: Readonly<Record<string, unknown>>;
  /** Null while the first values are learned from. */
  readonly detector: DetectorState | null;
  readonly history: HistoryState;
}

/** Follows one series of numbers. */
export class Follower {
  #warm: Moments;
  #begun: Micros | undefined;
  #tuned: Readonly<Record<string, unknown>> = {};
  #detector: DriftDetector | undefined;
  readonly #history: History;

  constructor(
    private readonly params: Params,
    state?: FollowerState
  ) {
    this.#warm = Moments.from(state?.warm ?? [0]);
    this.#begun = state?.begun ?? undefined;
    this.#history = new History(state?.history);
    if (state !== undefined && state.detector !== null) {
      this.#arm(state.tuned);
      this.#detector?.restore(state.detector);
    } else if (params.expert !== undefined) {
      this.#arm(params.expert);
    }
  }

  /** The detector's parameters. */
  get tuned(): Readonly<Record<string, unknown>> {
    return this.#tuned;
  }

  /** @param value finite */
  add(value: number, time: Micros): Change | undefined {
    this.#history.add(value, time);
    if (this.#detector === undefined) {
      this.#learn(value, time);
      return undefined;
    }
    this.#detector.update(value);
    if (!this.#detector.drift) {
      return undefined;
    }
    // What was usual is so no more: a threshold that is made for the values of before would give one false alarm after another.
    if (this.params.detector === 'page-hinkley' && this.params.expert === undefined) {
      this.#warm = new Moments();
      this.#begun = undefined;
      this.#detector = undefined;
    }
    return this.#history.split();
  }

  state(): FollowerState {
    return {
      warm: this.#warm.toJSON(),
      begun: this.#begun ?? null,
      tuned: this.#tuned,
      detector: this.#detector?.state() ?? null,
      history: this.#history.state(),
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
}
