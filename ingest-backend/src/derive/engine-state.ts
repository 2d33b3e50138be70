import { MESSAGE_METRIC, type Micros } from '@pneumograph/contract';
import { PresenceLog, type Origin, type Partition, type Series } from '../archive/index.js';
import type { Assignment, FleetEngine } from '../fleet/index.js';
import { Offset } from './clock-offset.js';
import { Recent } from './recent.js';
import { total, type Counting, type Pending, TapState, type TapMemory } from './tap-state.js';
import type { Tap } from './taps.js';
import { Watermark } from './watermark.js';

/** What the store remembers of an engine from before a restart. */
export interface EngineMemory {
  readonly settled: Micros;
  tap(tap: Tap): TapMemory | undefined;
  /** State messages that came last. */
  readonly states: ReadonlyArray<readonly [time: Micros, content: number, origin: number]>;
}

/** Stands for a tap where state messages are remembered. */
export const STATES = -1;

/** What is remembered of one engine. */
export class EngineState {
  readonly watermark: Watermark;
  readonly clock = new Offset();
  /** Reports and state messages that came last. */
  readonly recent = new Recent();
  /** Whether its settled time moved since that was last told. */
  moved = false;
  /** Whether messages may still be needed for what comes next. */
  open = false;
  /** The partition that all its messages came from; undefined before the first, null where there are several. */
  home: Partition | null | undefined;
  readonly #tapAt: Array<TapState | undefined> = [];
  /** The taps that reported. */
  readonly taps: TapState[] = [];
  readonly presence = new PresenceLog();
  #pending: Pending[] = [];
  #head = 0;
  readonly #ownSeries = new Map<string, { assignment: Assignment; series: Series }>();

  constructor(
    public engine: FleetEngine,
    private readonly memory: EngineMemory | undefined
  ) {
    this.watermark = new Watermark(memory?.settled);
    memory?.states.forEach(([time, content, origin]) => this.recent.restore(STATES, time, content, origin));
  }

  cameFrom(partition: Partition): void {
    if (this.home !== partition) {
      this.home = this.home === undefined ? partition : null;
    }
  }

  tap(tap: Tap, counting: (tap: Tap) => Counting): TapState {
    let state = this.#tapAt[tap.index];
    if (state === undefined) {
      const memory = this.memory?.tap(tap);
      state = new TapState(tap, counting(tap), memory);
      memory?.recent.forEach(([time, content, origin]) => this.recent.restore(tap.index, time, content, origin));
      this.#tapAt[tap.index] = state;
      this.taps.push(state);
    }
    return state;
  }

  statusSeries(assignment: Assignment): Series {
    return this.#seriesOf('engine.status', assignment);
  }

  messageSeries(assignment: Assignment): Series {
    return this.#seriesOf(MESSAGE_METRIC, assignment);
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

  /** Whether a report of a tap and a moment waits. */
  isWaiting(tap: TapState, time: Micros): boolean {
    for (let index = this.#pending.length - 1; index >= this.#head; index--) {
      const report = this.#pending[index] as Pending;
      if (report.time <= time) {
        if (report.time < time) {
          return false;
        }
        if (report.tap === tap) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes out the oldest report if its time is settled. */
  next(): Pending | undefined {
    const first = this.#pending[this.#head];
    if (first === undefined || first.time > this.watermark.settled) {
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

  /** The number of reports that wait. */
  get waiting(): number {
    return this.#pending.length - this.#head;
  }

  /** The number of bursts that wait for their end. */
  get bursts(): number {
    let bursts = 0;
    for (const { sensors } of this.taps) {
      for (const { burst } of sensors) {
        bursts += burst.length > 0 ? 1 : 0;
      }
    }
    return bursts;
  }

  /** Visits the messages that open state comes from; false where there are none. */
  visitOrigins(visit: (origin: Origin) => void): boolean {
    let any = false;
    const seen = (origin: Origin): void => {
      any = true;
      visit(origin);
    };
    this.watermark.waiting.forEach(seen);
    for (let index = this.#head; index < this.#pending.length; index++) {
      seen(this.#pending[index] as Pending);
    }
    for (const { sensors, ordered } of this.taps) {
      for (const { burst, held } of sensors) {
        // What a tap with a note waits with is in its note.
        if (!ordered) {
          burst.forEach(seen);
        }
        held.forEach(seen);
      }
    }
    return any;
  }

  /** A series of the engine itself, one object while the engine runs the same. */
  #seriesOf(metric: string, assignment: Assignment): Series {
    let known = this.#ownSeries.get(metric);
    if (known?.assignment !== assignment) {
      const { workflow, model } = assignment;
      known = { assignment, series: { workflow, model, slot: undefined, engine: this.engine.src, metric } };
      this.#ownSeries.set(metric, known);
    }
    return known.series;
  }

  /** Drops what comes from a partition that another process reads now. */
  forget(partition: Partition): void {
    this.watermark.forget(partition);
    this.#pending = this.#pending.slice(this.#head).filter((report) => report.partition !== partition);
    this.#head = 0;
    for (const { sensors } of this.taps) {
      for (const sensor of sensors) {
        sensor.held = sensor.held.filter((report) => report.partition !== partition);
        sensor.burst = sensor.burst.filter((waiting) => waiting.partition !== partition);
      }
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
