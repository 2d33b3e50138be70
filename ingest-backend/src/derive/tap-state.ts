import type { Micros } from '@pneumograph/contract';
import type { Origin, Series } from '../archive/index.js';
import type { Assignment, FleetEngine } from '../fleet/index.js';
import { KindWatch } from './kind-watch.js';
import { Recent } from './recent.js';
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

/** A message on which what comes next depends, with what bounds how long it is waited for. */
export interface Anchor extends Origin {
  readonly arrival: number;
  readonly order: number;
}

/** A count that waits for a report with a non-zero `delta_time`. */
export interface Waiting extends Anchor {
  readonly time: Micros;
  readonly count: number;
}

/** One sensor at a tap. Two of them count the same records; one installed again goes on under another id. */
export class Sensor {
  /** Time of the last report taken in order. */
  last: Micros = -Infinity;
  /** The last report, where the next depends on it. */
  anchor: Anchor | undefined;
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

/** What cannot be told from a tap's points and messages, and so is stored beside them. */
export interface TapNote {
  /** The sensor whose reports count. */
  readonly sensor?: string | number | undefined;
  /** Value of a counter that counts up, and time of the last report, once no message is kept for it any more. */
  readonly baseline?: number | undefined;
  readonly last?: Micros | undefined;
}

/** What is remembered of one tap of one engine. */
export class TapState {
  readonly rate: boolean;
  readonly cumulative: boolean;
  readonly recent = new Recent();
  readonly watch: KindWatch;
  /** What came up to this time is told, by a closed burst or before a restart: a report of that time is late. */
  closed: Micros = -Infinity;
  /** Newest time that the tap's own sensor spoke of. */
  reach: Micros = -Infinity;
  /** The last value of a counter that counts up. */
  baseline: number | undefined;
  /** The sensor whose reports count, once there is one. */
  own: Sensor | undefined;
  readonly #others = new Map<string | number | undefined, Sensor>();

  #ordered = false;
  /** Newest point of the own series from before a restart. */
  #recalled: Micros = -Infinity;
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
    if (memory !== undefined) {
      this.#recall(memory);
    }
    if (this.cumulative) {
      this.takeInOrder();
    }
  }

  /** Whether each report must take its place in time. */
  get ordered(): boolean {
    return this.#ordered;
  }

  /** From now on reports take their place in time: they count up, or one did not say its `delta_time`. */
  takeInOrder(): void {
    if (!this.#ordered) {
      this.#ordered = true;
      if (!this.rate) {
        this.closed = this.#recalled;
      }
    }
  }

  /** The sensor of this id. The first that reports at a tap is its own. Gauges take what any sensor measures. */
  sensor(id: string | number | undefined): Sensor {
    const own = (this.own ??= new Sensor(id));
    if (own.id === id || this.tap.kind === 'gauge') {
      return own;
    }
    let other = this.#others.get(id);
    if (other === undefined) {
      other = new Sensor(id);
      this.#others.set(id, other);
    }
    return other;
  }

  /** Makes another sensor the tap's own. The one before it is forgotten: it is gone, or counts the same records. */
  adopt(sensor: Sensor): void {
    this.#others.clear();
    this.own = sensor;
  }

  *sensors(): Iterable<Sensor> {
    if (this.own !== undefined) {
      yield this.own;
    }
    yield* this.#others.values();
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

  #recall({ closed, newest, recent, note }: TapMemory): void {
    this.closed = this.rate ? closed : -Infinity;
    this.reach = newest;
    this.#recalled = newest;
    recent.forEach(([time, content, origin]) => this.recent.add(time, content, origin));
    if (note !== undefined) {
      this.own = new Sensor(note.sensor);
      this.own.last = note.last ?? -Infinity;
      this.baseline = note.baseline;
    }
  }
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
