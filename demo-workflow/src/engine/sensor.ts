import { formatTimestamp, type Micros } from '@pneumograph/contract';
import { z } from 'zod';
import type { Clock } from './clock.js';

const seconds = z.number().positive();
const aggregate = z.enum(['accumulate', 'sum']);

/** What a sensor watches, how often it looks and how often it tells. Spelled as engines take it. */
export const sensorDescriptor = z.strictObject({
  Tap: z.string().min(1),
  Activate: z.strictObject({ Type: z.literal('regular'), Interval: seconds }),
  Report: z.strictObject({ Interval: seconds }),
  /**
   * `accumulate` (the default) reports every value, `sum` their total. After `SampleSize` records within one batch
   * the sensor reports early.
   */
  Aggregate: z
    .union([aggregate, z.strictObject({ Type: aggregate, SampleSize: z.int().positive().optional() })])
    .default('accumulate'),
});
export type SensorDescriptor = z.input<typeof sensorDescriptor>;

/** A place in an engine where a value can be read. */
export interface Tap {
  readonly name: string;
  /** A counter only grows, and the sensor tells its growth; a gauge is told as it is. */
  readonly kind: 'counter' | 'gauge';
  /** The slot whose records move it. */
  readonly slot?: number;
  read(): number;
}

/** What a sensor tells: a `sensor-report` but for the engine it comes from. */
export interface Measurement {
  type: 'sensor-report';
  timestamp: string;
  tap: string;
  /** Deployment id of the tap. */
  id: number;
  /** Seconds since the last regular report, 0 in an early one. */
  delta_time: number;
  data: number | number[];
}

/**
 * A sensor deployed at a tap. Its reports add up: over its life the sum of the data is the growth of the counter,
 * and the sum of `delta_time` is the time that it has been reporting for.
 *
 * An early report, in the middle of a burst of records, says how many but not how long: its `delta_time` is 0, and
 * the time is told by the regular report that ends the burst.
 */
export class Sensor {
  readonly tap: string;
  readonly #sum: boolean;
  readonly #sampleSize: number;
  readonly #activateEvery: Micros;
  readonly #reportEvery: Micros;
  #values: number[] = [];
  #known: number;
  #inBatch = 0;
  #reported: Micros;
  #nextActivation: Micros;
  #nextReport: Micros;

  /**
   * @param id the deployment id of the tap
   * @throws ZodError where the descriptor is not one
   */
  constructor(
    readonly id: number,
    descriptor: SensorDescriptor,
    private readonly source: Tap,
    private readonly clock: Clock,
    private readonly emit: (report: Measurement) => void
  ) {
    const { Tap, Activate, Report, Aggregate } = sensorDescriptor.parse(descriptor);
    const { Type, SampleSize = Infinity } =
      typeof Aggregate === 'string' ? { Type: Aggregate, SampleSize: undefined } : Aggregate;
    this.tap = Tap;
    this.#sum = Type === 'sum';
    this.#sampleSize = SampleSize;
    this.#activateEvery = Math.round(Activate.Interval * 1e6);
    this.#reportEvery = Math.round(Report.Interval * 1e6);
    this.#known = source.kind === 'counter' ? source.read() : 0;
    this.#reported = clock.now();
    this.#nextActivation = this.#reported + this.#activateEvery;
    this.#nextReport = this.#reported + this.#reportEvery;
  }

  /** Does what is due; to be called often. */
  tick(): void {
    const now = this.clock.now();
    if (now >= this.#nextActivation) {
      this.#activate();
      this.#nextActivation = following(this.#nextActivation, this.#activateEvery, now);
    }
    if (now >= this.#nextReport) {
      this.#report();
      this.#nextReport = following(this.#nextReport, this.#reportEvery, now);
    }
  }

  /** A batch of records begins: a burst never reaches over its end. */
  beginBatch(): void {
    this.#inBatch = 0;
  }

  /** A record has moved the tap's slot. */
  recordPassed(slot: number): void {
    if (slot === this.source.slot && ++this.#inBatch >= this.#sampleSize) {
      this.#inBatch = 0;
      this.#activate();
      this.#send(this.clock.now(), 0);
    }
  }

  /** Tells what has not been told yet. */
  finish(): void {
    this.#report();
  }

  #activate(): void {
    const value = this.source.read();
    if (this.source.kind === 'gauge') {
      this.#values.push(value);
    } else {
      this.#values.push(value - this.#known);
      this.#known = value;
    }
  }

  #report(): void {
    if (this.source.kind === 'counter' || this.#values.length === 0) {
      this.#activate();
    }
    const now = this.clock.now();
    this.#send(now, now - this.#reported);
    this.#reported = now;
  }

  #send(now: Micros, elapsed: Micros): void {
    const values = this.#values;
    this.#values = [];
    this.emit({
      type: 'sensor-report',
      timestamp: formatTimestamp(now),
      tap: this.tap,
      id: this.id,
      delta_time: elapsed / 1e6,
      data: this.#sum ? values.reduce((sum, value) => sum + value, 0) : values,
    });
  }
}

/** The next time on a regular schedule; what was missed while the machine was busy is not made up for. */
function following(due: Micros, every: Micros, now: Micros): Micros {
  return due + every > now ? due + every : now + every;
}
