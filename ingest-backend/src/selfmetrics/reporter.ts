import type { Logger } from 'pino';
import { SELF_WORKFLOW } from '@pneumograph/contract';
import type { Batch, Partition, Point, Progress, Series } from '../archive/index.js';
import type { SelfMetrics } from './metrics.js';
import { Gathered, readAll, type Reading } from './readings.js';

export const SELF_REPORT_MILLIS = 10_000;

export interface SelfReporterOptions {
  /** Name of the process, the same after a restart: the engine of its points. */
  readonly process: string;
  readonly metrics: SelfMetrics;
  /** Positions of partitions, as the store says at the start. */
  readonly positions: ReadonlyMap<string, number>;
  readonly log: Logger;
  readonly everyMillis?: number;
}

/**
 * Writes the self-metrics into the archive stream, as points of the reserved workflow: totals as what they grew by
 * since the last time, with a span of the real time that this covers. While the store has not taken the points of the
 * last time there are no further ones: what the totals grow by meanwhile is told afterwards, in one point.
 *
 * The points have a log of their own. An offset in it is the time of its points in milliseconds, and the position is
 * behind it at once: nothing of it is ever read again.
 */
export class SelfReporter {
  /** The reporter's own log. */
  readonly partition: Partition;
  readonly #series = new Map<string, Series>();
  readonly #totals = new Map<Series, number>();
  readonly #batches = new Gathered('store', ['self.batch.items', 'self.batch.items.max']);
  readonly #writes = new Gathered('store', ['self.store.latency', 'self.store.latency.max']);
  #since = performance.now();
  #next: number | undefined;
  #unstored = false;
  #add: ((point: Point) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reports: Promise<void> = Promise.resolve();

  constructor(private readonly options: SelfReporterOptions) {
    this.partition = { key: `self/${options.process}` };
    this.#next = options.positions.get(this.partition.key);
  }

  /** What has been read of the sources, with the position of the reporter's own log. */
  progress(sources: Progress): Progress {
    return {
      watch: (items) => sources.watch?.(items),
      seal: (items) => sources.seal?.(items),
      positions: () =>
        this.#next === undefined
          ? sources.positions()
          : new Map([...sources.positions(), [this.partition, this.#next] as const]),
      takeHeard: () => sources.takeHeard(),
      takeSettled: () => sources.takeSettled(),
      takeNotes: () => sources.takeNotes(),
    };
  }

  start(add: (point: Point) => void): void {
    this.#add = add;
    this.#timer = setInterval(() => void this.#report(), this.options.everyMillis ?? SELF_REPORT_MILLIS);
  }

  /** Tells what came since the last time, so that no total is cut short. Call it while the stream still takes points. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unstored = false;
    await this.#report();
  }

  /** Told of each batch that the store has taken. */
  stored(batch: Batch, seconds: number): void {
    this.#batches.add(batch.items.length);
    this.#writes.add(seconds);
    if (batch.positions.get(this.partition) === this.#next) {
      this.#unstored = false;
    }
  }

  #report(): Promise<void> {
    this.#reports = this.#reports
      .then(() => (this.#unstored ? undefined : this.#tell()))
      .catch((error: unknown) => this.options.log.error({ err: error }, 'the self-metrics could not be told'));
    return this.#reports;
  }

  async #tell(): Promise<void> {
    const readings = await readAll(this.options.metrics);
    const [now, time] = [performance.now(), Date.now()];
    const span = (now - this.#since) / 1000;
    if (span <= 0) {
      return;
    }
    this.#since = now;
    // A clock that was set back must not put the offsets out of order.
    const offset = Math.max(time, this.#next ?? 0);
    this.#next = offset + 1;
    this.#unstored = true;
    const told = [
      ...readings.map((reading) => this.#sinceLast(reading, span)),
      ...[...this.#batches.take(), ...this.#writes.take()].map((reading) => ({ ...this.#named(reading), span })),
    ];
    for (const { series, value, span: covered } of told) {
      const point: Point = {
        kind: 'point',
        series,
        time: time * 1000,
        value,
        span: covered,
        offset,
        partition: this.partition,
      };
      this.#add?.(point);
    }
  }

  /** A gauge is as it is; of a total what it grew by, as a rate where the metric is one. */
  #sinceLast(reading: Reading, span: number): Pick<Point, 'series' | 'value' | 'span'> {
    const { series, value } = this.#named(reading);
    if (reading.kind === 'gauge') {
      return { series, value, span: 0 };
    }
    const grown = value - (this.#totals.get(series) ?? 0);
    this.#totals.set(series, value);
    return { series, value: reading.kind === 'rate' ? grown / span : grown, span };
  }

  #named({ metric, model, value }: Reading): Pick<Point, 'series' | 'value'> {
    const key = JSON.stringify([metric, model]);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { workflow: SELF_WORKFLOW, model, slot: undefined, engine: this.options.process, metric };
      this.#series.set(key, series);
    }
    return { series, value };
  }
}
