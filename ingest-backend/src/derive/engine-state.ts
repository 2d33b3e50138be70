import type { Micros } from '@pneumograph/contract';
import { PresenceLog, type Origin, type Series } from '../archive/index.js';
import type { Assignment, FleetEngine } from '../fleet/index.js';
import type { Tap } from './taps.js';

export type Counting = 'delta' | 'cumulative';

/** A report that waits for the neighbours that its points depend on. */
export interface Pending extends Origin {
  readonly time: Micros;
  readonly tap: TapState;
  readonly delta: number | undefined;
  readonly data: number | readonly number[];
  /** Wall-clock milliseconds. */
  readonly arrival: number;
  /** Whether its own points are out already, so that only the rate waits. */
  readonly emitted: boolean;
}

/** Counts that wait for a report with a non-zero `delta_time`. */
export interface Burst {
  sum: number;
  readonly origins: Origin[];
  /** Wall-clock arrival of its first report. */
  readonly since: number;
}

/** What is remembered of one tap of one engine. */
export class TapState {
  readonly rate: boolean;
  /** Whether each report must take its place in time, because some report did not say its `delta_time`, or counts up. */
  ordered: boolean;
  /** Time of the last report taken in order; an earlier one is late. */
  last: Micros = -Infinity;
  /** Reports on which what comes next depends, with the arrival that bounds how long they are waited for. */
  lastOrigin: (Origin & { arrival: number }) | undefined;
  /** The last value of a counter that counts up. */
  baseline: number | undefined;
  burst: Burst | undefined;

  #assignment: Assignment | undefined;
  #series: Series | undefined;
  #rateSeries: Series | undefined;

  constructor(
    readonly tap: Tap,
    readonly cumulative: boolean
  ) {
    this.rate = tap.metric === 'record.count';
    this.ordered = cumulative;
  }

  series(engine: FleetEngine, assignment: Assignment): Series {
    this.#assign(engine, assignment);
    return this.#series as Series;
  }

  rateSeries(engine: FleetEngine, assignment: Assignment): Series {
    this.#assign(engine, assignment);
    return this.#rateSeries as Series;
  }

  #assign(engine: FleetEngine, assignment: Assignment): void {
    if (this.#assignment !== assignment) {
      const { workflow, model } = assignment;
      const { metric, slot } = this.tap;
      this.#assignment = assignment;
      this.#series = { workflow, model, slot, engine: engine.src, metric };
      this.#rateSeries = { workflow, model, slot, engine: engine.src, metric: 'rps' };
    }
  }
}

/** What is remembered of one engine. */
export class EngineState {
  readonly #taps: Array<TapState | undefined> = [];
  /** Newest time heard of. */
  newest: Micros = -Infinity;
  /** Whether `newest` grew since it was last told. */
  heard = false;
  readonly presence = new PresenceLog();
  #pending: Pending[] = [];
  #head = 0;
  #statusSeries: Series | undefined;
  #statusAssignment: Assignment | undefined;

  constructor(public engine: FleetEngine) {}

  tap(tap: Tap, counting: (tap: Tap) => Counting): TapState {
    let state = this.#taps[tap.index];
    if (state === undefined) {
      state = new TapState(tap, tap.kind === 'count' && counting(tap) === 'cumulative');
      this.#taps[tap.index] = state;
    }
    return state;
  }

  /** The taps that reported. */
  *taps(): Iterable<TapState> {
    for (const state of this.#taps) {
      if (state !== undefined) {
        yield state;
      }
    }
  }

  statusSeries(assignment: Assignment): Series {
    if (this.#statusAssignment !== assignment) {
      const { workflow, model } = assignment;
      this.#statusAssignment = assignment;
      this.#statusSeries = { workflow, model, slot: undefined, engine: this.engine.src, metric: 'engine.status' };
    }
    return this.#statusSeries as Series;
  }

  /** Puts a report in its place in time. */
  wait(report: Pending): void {
    const pending = this.#pending;
    let index = pending.length;
    while (index > this.#head && comesBefore(report, pending[index - 1] as Pending)) {
      index--;
    }
    if (index === pending.length) {
      pending.push(report);
    } else {
      pending.splice(index, 0, report);
    }
  }

  /** Takes out the oldest report if its time has come. */
  next(watermark: Micros): Pending | undefined {
    const first = this.#pending[this.#head];
    if (first === undefined || first.time > watermark) {
      return undefined;
    }
    this.#head++;
    if (this.#head === this.#pending.length) {
      this.#pending.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** The reports that wait, in order of time. */
  *waiting(): Iterable<Pending> {
    for (let index = this.#head; index < this.#pending.length; index++) {
      yield this.#pending[index] as Pending;
    }
  }
}

/**
 * Reports of one moment: those with a `delta_time` of 0 first, since the other one ends their burst; beyond that by
 * value, so that the order does not hang on the way they came.
 */
function comesBefore(a: Pending, b: Pending): boolean {
  if (a.time !== b.time) {
    return a.time < b.time;
  }
  const [deltaA, deltaB] = [a.delta ?? 0, b.delta ?? 0];
  return deltaA !== deltaB ? deltaA < deltaB : total(a.data) < total(b.data);
}

/** The sum of an accumulated array, or the number itself. */
export function total(data: number | readonly number[]): number {
  if (typeof data === 'number') {
    return data;
  }
  let sum = 0;
  for (const value of data) {
    sum += value;
  }
  return sum;
}
