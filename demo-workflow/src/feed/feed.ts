import { setTimeout as sleep } from 'node:timers/promises';
import type { Outlet } from '../streams/index.js';
import { rateAt, STEP } from './rate.js';
import { Source, type SourceOptions } from './source.js';

export interface FeedOptions extends SourceOptions {
  readonly outlet: Outlet;
  /** Mean rate in records per second. */
  readonly rate: number;
}

/** Seconds' worth of records that are made up for after a hold-up; the rest is let go, as a live source would. */
const CATCH_UP = 1;

/** Sends the demo's data: real lines, now and then a damaged one, at a rate that ebbs and flows. */
export class Feed {
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  readonly #source: Source;

  constructor(private readonly options: FeedOptions) {
    this.#source = new Source(options);
    this.#done = this.#run();
  }

  /** Sends no more; resolves once what was under way is through. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.options.outlet.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { outlet, rate } = this.options;
    const { signal } = this.#stopped;
    const start = performance.now();
    let last = start;
    let due = 0;
    while (!signal.aborted) {
      await sleep(STEP * 1000, undefined, { signal }).catch(() => undefined);
      const now = performance.now();
      due += (rateAt(rate, (now - start) / 1000) * Math.min(now - last, CATCH_UP * 1000)) / 1000;
      last = now;
      const count = Math.floor(due);
      due -= count;
      if (count > 0 && !signal.aborted) {
        await outlet.send(this.#source.next(count));
      }
    }
  }
}
