import { formatTimestamp } from '@pneumograph/contract';

/** Of all that looks random here; a failure names it. */
export const SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1e6);
const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const ENGINES = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'];
/** Ticks that an odd message is held back for: well within the grace, and well beyond it. */
const SOON = 3;
const LATE = 70;
/** Real time between ticks. */
export const TICK_MILLIS = 50;
/** Far from what a message within it waits, and from what a late one does: only the order that it tells matters. */
export const GRACE = '1s';
const STATES = ['init', 'running', 'paused'];

/** What the configuration has to say of the engines and taps of a stream. */
export const DERIVE = { grace: GRACE, taps: { 'manifold.2.records.count': 'cumulative' } };
export const FLEET = [
  {
    kind: 'static',
    engines: ENGINES.map((src, index) => ({ src, model: `m${index % 3}`, workflow: 'prices' })),
  },
];

export interface Message {
  readonly partition: number;
  readonly value: string;
}

export interface Shape {
  /** Whether all messages of an engine lie in one partition. */
  readonly keyed?: boolean;
  /** Whether what does not come far too late comes in its tick. */
  readonly punctual?: boolean;
  /** Whether nothing comes far too late. */
  readonly neverLate?: boolean;
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Messages of several engines, a tick at a time: bursts, counters, gauges, states and reports without a `delta_time`,
 * out of order within the grace, some twice, some far too late.
 */
export class MessageStream {
  readonly #random: () => number;
  readonly #due = new Map<number, Message[]>();
  readonly #counters = new Map<string, number>();
  #tick = 0;

  constructor(
    private readonly partitions: number,
    seed: number,
    private readonly shape: Shape = {}
  ) {
    this.#random = randomNumbers(seed);
  }

  /** What is sent at the next tick. */
  next(): Message[] {
    ENGINES.forEach((engine, index) => this.#engineTick(engine, index));
    return this.#take();
  }

  /** What is left to be sent at the next tick, undefined where nothing is. */
  rest(): Message[] | undefined {
    return this.#due.size === 0 ? undefined : this.#take();
  }

  #engineTick(engine: string, index: number): void {
    const tick = this.#tick;
    for (const slot of [0, 1]) {
      const tap = `manifold.${slot}.records.count`;
      const closes = tick % 3 === slot;
      this.#report(engine, index, tap, 0, closes ? 3 : 0, this.#below(1000));
      if (this.#random() < 0.3) {
        // Another of the same burst, some of them of the same moment.
        this.#report(engine, index, tap, this.#below(2) * 100_000, 0, 1000 + this.#below(1000));
      }
    }
    if (index === 1) {
      const count = (this.#counters.get(engine) ?? 0) + this.#below(20);
      this.#counters.set(engine, this.#random() < 0.02 ? 0 : count);
      this.#report(engine, index, 'manifold.2.records.count', 0, 1, this.#counters.get(engine) ?? 0);
    }
    if (index === 2) {
      this.#report(engine, index, 'manifold.4.records.count', 0, undefined, this.#below(1000));
    }
    if (tick % 4 === 0) {
      this.#report(engine, index, 'sys.cpu.utilization', 0, 4, [this.#random(), this.#random()]);
    }
    if (tick % 10 === index) {
      const state = STATES[this.#below(STATES.length)] as string;
      this.#send(engine, index, { type: 'engine-state', state }, 0);
    }
  }

  #report(
    engine: string,
    index: number,
    tap: string,
    after: number,
    delta: number | undefined,
    data: number | number[]
  ): void {
    this.#send(engine, index, { type: 'sensor-report', tap, id: 1, delta_time: delta, data }, after);
  }

  #send(src: string, index: number, content: object, after: number): void {
    const timestamp = formatTimestamp(START + this.#tick * 1_000_000 + after);
    const value = JSON.stringify({ ...content, src, timestamp });
    const luck = this.#random();
    const soon = this.shape.punctual === true ? 0 : this.#below(SOON);
    const late = luck < 0.02 && this.shape.neverLate !== true;
    const wait = late ? LATE + this.#below(20) : luck < 0.2 ? soon : 0;
    this.#add(wait, index, value);
    if (this.#random() < 0.08) {
      this.#add(wait + this.#below(2), index, value);
    }
  }

  #add(wait: number, index: number, value: string): void {
    const at = this.#tick + wait;
    const due = this.#due.get(at) ?? [];
    this.#due.set(at, due);
    // Not in the order in which they were made.
    const partition = this.shape.keyed === true ? index % this.partitions : this.#below(this.partitions);
    due.splice(this.#below(due.length + 1), 0, { partition, value });
  }

  #take(): Message[] {
    const due = this.#due.get(this.#tick) ?? [];
    this.#due.delete(this.#tick);
    this.#tick++;
    return due;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Reports of ten points each, more of them than a backend keeps in memory. */
export function flood(partitions: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: index % partitions,
    value: JSON.stringify({
      type: 'sensor-report',
      src: 'e1',
      timestamp: formatTimestamp(START + index * 1_000_000),
      tap: 'sys.memory',
      id: 1,
      delta_time: 1,
      data: Array.from({ length: 10 }, (_, part) => index * 10 + part),
    }),
  }));
}
