import { forNobody } from '../caller.js';
import { compareSeries } from '../joins.js';
import type { SeriesInfo } from '../store.js';
import type { KnownSeries } from './memory.js';
import { keyOf } from './series.js';

/** A list is as good as new for half a second, or for five times as long as it took to make. */
const FRESH = { millis: 500, times: 5 };
/** Who asks after that waits for a new one; before that, one is made for whoever asks next. */
const USABLE = { millis: 1000, times: 10 };

/**
 * All series of a store, as of a moment ago. Every query asks for them, and to list ten thousand engines takes the server
 * seconds. What this process writes is in the list at once; what others write, once it is made anew.
 */
export class SeriesList {
  #known: Map<string, SeriesInfo> | undefined;
  #sorted: readonly SeriesInfo[] | undefined;
  #making: Promise<void> | undefined;
  /** Written since the list that is being made was begun. */
  #since = new Map<string, SeriesInfo>();
  /** When the list was begun, and how long it took to make. */
  #begun = -Infinity;
  #took = 0;

  constructor(private readonly read: () => Promise<readonly SeriesInfo[]>) {}

  async all(): Promise<readonly SeriesInfo[]> {
    while (this.#known === undefined || this.#isPast(USABLE)) {
      await this.#make();
    }
    if (this.#isPast(FRESH)) {
      // Who asks next and waits for it is told why it fails.
      this.#make().catch(() => undefined);
    }
    return (this.#sorted ??= [...this.#known.values()].sort(compareSeries));
  }

  /** Tells of series that this process wrote. */
  add(written: Iterable<KnownSeries>): void {
    for (const { key, info } of written) {
      if (this.#making !== undefined) {
        this.#since.set(key, info);
      }
      if (this.#known?.has(key) === false) {
        this.#known.set(key, info);
        this.#sorted = undefined;
      }
    }
  }

  /** Series may be gone, or be others. */
  forget(): void {
    this.#known = undefined;
    this.#making = undefined;
  }

  /** One list at a time is made, for all who ask meanwhile. */
  #make(): Promise<void> {
    if (this.#making === undefined) {
      const making: Promise<void> = forNobody(() => this.#readAll(() => this.#making === making)).finally(() => {
        this.#making = this.#making === making ? undefined : this.#making;
      });
      this.#making = making;
    }
    return this.#making;
  }

  async #readAll(isWanted: () => boolean): Promise<void> {
    this.#since = new Map();
    const begun = performance.now();
    const found = await this.read();
    if (isWanted()) {
      this.#known = new Map(found.map((series) => [keyOf(series), series]));
      this.#since.forEach((series, key) => this.#known?.set(key, series));
      this.#sorted = undefined;
      [this.#begun, this.#took] = [begun, performance.now() - begun];
    }
  }

  #isPast({ millis, times }: typeof FRESH): boolean {
    return performance.now() - this.#begun > Math.max(millis, times * this.#took);
  }
}
