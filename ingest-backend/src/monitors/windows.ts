import type { Micros } from '@pneumograph/contract';
import type { Origin } from '../archive/index.js';

/** A stretch of log time whose records are looked at together. */
export interface Window<T> {
  /** A multiple of the length since the epoch. */
  readonly start: Micros;
  readonly end: Micros;
  /** Seconds. */
  readonly span: number;
  /** Its first record. */
  readonly origin: Origin;
  readonly content: T;
}

export interface WindowsState {
  /** The end of the last window that was closed; null before the first. */
  readonly from: Micros | null;
  readonly open:
    | { readonly start: Micros; readonly partition: string; readonly offset: number; readonly content: unknown }
    | undefined;
}

/**
 * Tumbling windows of one stream, one open at a time: records come in the order of log time. A window is closed by the
 * first record behind it, or by log time that passed without one; windows without records are not told. A record that
 * comes after its window was closed, where writers stamp the log with clocks of their own, goes into the next one.
 */
export class Windows<T> {
  #open: Window<T> | undefined;
  #from: Micros = -Infinity;

  constructor(
    private readonly length: Micros,
    private readonly begin: () => T,
    private readonly closed: (window: Window<T>) => void
  ) {}

  /** The content of the window that a record belongs to. */
  at(time: Micros, origin: Origin): T {
    this.reached(time);
    if (this.#open === undefined) {
      const start = Math.floor(Math.max(time, this.#from) / this.length) * this.length;
      const { partition, offset } = origin;
      this.#open = this.#window(start, { partition, offset }, this.begin());
    }
    return this.#open.content;
  }

  /** Closes the window where all of its log time has passed. */
  reached(time: Micros): void {
    const open = this.#open;
    if (open !== undefined && time >= open.end) {
      this.#open = undefined;
      this.#from = open.end;
      this.closed(open);
    }
  }

  snapshot(toJson: (content: T) => unknown): WindowsState {
    const open = this.#open;
    return {
      from: Number.isFinite(this.#from) ? this.#from : null,
      open: open && {
        start: open.start,
        partition: open.origin.partition.key,
        offset: open.origin.offset,
        content: toJson(open.content),
      },
    };
  }

  restore(state: WindowsState | undefined, from: (content: unknown) => T): void {
    this.#from = state?.from ?? -Infinity;
    if (state?.open !== undefined) {
      const { start, partition, offset, content } = state.open;
      this.#open = this.#window(start, { partition: { key: partition }, offset }, from(content));
    }
  }

  #window(start: Micros, origin: Origin, content: T): Window<T> {
    return { start, end: start + this.length, span: this.length / 1e6, origin, content };
  }
}
