import type { Micros } from '@pneumograph/contract';
import type { Origin, Series } from '../archive/index.js';
import type { Assignment, FleetEngine } from '../fleet/index.js';
import { KindWatch } from './kind-watch.js';
import type { Tap } from './taps.js';

export type Counting = 'delta' | 'cumulative';

/** A report that waits until its time is settled, because its points depend on its neighbours in time. */
export interface Pending extends Origin {
  readonly time: Micros;
  readonly tap: TapState;
  readonly sensor: Sensor;
  readonly delta: number | undefined;
  readonly data: number | readonly number[];
  /** Log time of its arrival, in milliseconds. */
  readonly arrival: number;
  /** Number of the message among all that were taken in: bounds how many later ones may wait for it. */
  readonly order: number;
  /** Whether its own points are out already, so that only the rate waits. */
  readonly emitted: boolean;
}

/** A count that waits for a report with a non-zero `delta_time`. */
export interface Waiting extends Origin {
  readonly time: Micros;
  readonly count: number;
  readonly arrival: number;
  readonly order: number;
}

/** One sensor at a tap. Two of them count the same records; one installed again goes on under another id. */
export class Sensor {
  /** Time of the last report taken in order. */
  last: Micros = -Infinity;
  /** Counts whose rate is still to be told, in order of time but for stragglers. */
  burst: Waiting[] = [];
  /** Reports of a sensor that is not the tap's own, until it is known whether they count. */
  held: Pending[] = [];

  constructor(readonly id: string | number | undefined) {}
}

/** What the store remembers of a tap from before a restart. */
export interface TapMemory {
  /** Newest point of the rate that comes from the tap: the end of the last closed burst. */
  readonly closed: Micros;
  /** Newest point of the tap's own series. */
  readonly newest: Micros;
  readonly recent: ReadonlyArray<readonly [time: Micros, content: number, origin: number]>;
  readonly note: TapNote | undefined;
}

/**
 * What cannot be told from a tap's points and from messages read again, and so is stored beside the points: which
 * sensor counts; and where each report depends on the one before, all that the next depends on.
 */
export interface TapNote {
  readonly sensor?: string | number | undefined;
  /** Time of the last report taken in order. */
  readonly last?: Micros | undefined;
  readonly baseline?: number | undefined;
  readonly burst?: ReadonlyArray<readonly [time: Micros, count: number, arrival: number]> | undefined;
}

/** What is remembered of one tap of one engine. */
export class TapState {
  readonly rate: boolean;
  readonly cumulative: boolean;
  readonly watch: KindWatch;
  /** What came up to this time is told, by a closed burst or before a restart: a report of that time is late. */
  closed: Micros = -Infinity;
  /** Newest time of any report. */
  newest: Micros = -Infinity;
  /** Newest time that the tap's own sensor spoke of. */
  reach: Micros = -Infinity;
  /** The last value of a counter that counts up. */
  baseline: number | undefined;
  /** The sensor whose reports count, once there is one. */
  own: Sensor | undefined;
  /** The tap's own, and those beside it. */
  sensors: Sensor[] = [];
  readonly #others = new Map<string | number | undefined, Sensor>();

  /** Time of the last report that had been taken in order before a restart. */
  recalled: Micros = -Infinity;
  /** Whether each report must take its place in time: they count up, or one did not say its `delta_time`. */
  ordered: boolean;
  #assignment: Assignment | undefined;
  #series: Series | undefined;
  #rateSeries: Series | undefined;

  constructor(
    readonly tap: Tap,
    readonly counting: Counting,
    memory: TapMemory | undefined
  ) {
    this.rate = tap.metric === 'record.count';
    this.cumulative = tap.kind === 'count' && counting === 'cumulative';
    this.watch = new KindWatch(counting);
    this.ordered = this.cumulative;
    if (memory !== undefined) {
      this.#recall(memory);
    }
  }

  /** The sensor of this id. The first that reports at a tap is its own. Gauges take what any sensor measures. */
  sensor(id: string | number | undefined): Sensor {
    const own = this.own ?? this.adopt(new Sensor(id));
    if (own.id === id || this.tap.kind === 'gauge') {
      return own;
    }
    let other = this.#others.get(id);
    if (other === undefined) {
      other = new Sensor(id);
      this.#others.set(id, other);
      this.sensors.push(other);
    }
    return other;
  }

  /** Makes another sensor the tap's own. The one before it is forgotten: it is gone, or counts the same records. */
  adopt(sensor: Sensor): Sensor {
    this.#others.clear();
    this.sensors = [sensor];
    this.own = sensor;
    return sensor;
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

  /** What the store has to remember of the tap, beside its points. */
  note(): TapNote {
    const { own, baseline } = this;
    if (!this.ordered || own === undefined || own.last === -Infinity) {
      return { sensor: own?.id };
    }
    const burst = own.burst.map(({ time, count, arrival }) => [time, count, arrival] as const);
    return { sensor: own.id, last: own.last, baseline, burst };
  }

  #recall({ closed, newest, note }: TapMemory): void {
    this.closed = this.rate ? closed : -Infinity;
    this.reach = newest;
    this.newest = newest;
    if (note === undefined) {
      return;
    }
    const own = this.adopt(new Sensor(note.sensor));
    if (note.last !== undefined) {
      this.ordered = true;
      this.recalled = note.last;
      this.baseline = note.baseline;
      own.last = note.last;
      own.burst = (note.burst ?? []).map(([time, count, arrival]) => ({ time, count, arrival, ...NOWHERE }));
    }
  }
}

/** What a note tells needs no message any more. */
const NOWHERE = { partition: { key: '' }, offset: 0, order: Infinity };

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
