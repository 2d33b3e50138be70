import { setTimeout as sleep } from 'node:timers/promises';
import type { Outlet } from '../streams/index.js';
import { corrupt } from './corruption.js';
import { rateAt } from './rate.js';

export interface FeedOptions {
  /** Lines of CSV, sent again and again. */
  readonly lines: readonly string[];
  readonly outlet: Outlet;
  /** Mean rate in records per second. */
  readonly rate: number;
  readonly seed?: number;
}

/** Milliseconds from batch to batch. */
const EVERY = 250;
/** Seconds' worth of records that are made up for after a hold-up; the rest is let go, as a live source would. */
const CATCH_UP = 1;

/** The source of the demo's data: real lines, now and then a damaged one, at a rate that ebbs and flows. */
export class Feed {
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  #position = 0;

  constructor(private readonly options: FeedOptions) {
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
      await sleep(EVERY, undefined, { signal }).catch(() => undefined);
      const now = performance.now();
      due += (rateAt(rate, (now - start) / 1000) * Math.min(now - last, CATCH_UP * 1000)) / 1000;
      last = now;
      const count = Math.floor(due);
      due -= count;
      if (count > 0 && !signal.aborted) {
        await outlet.send(this.#next(count));
      }
    }
  }

  #next(count: number): string[] {
    const { lines, seed = 1 } = this.options;
    return Array.from({ length: count }, () => {
      const index = this.#position % lines.length;
      const pass = Math.floor(this.#position / lines.length);
      this.#position++;
      return corrupt(lines[index] as string, seed, pass, index).line;
    });
  }
}
