import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Series } from '../archive/index.js';

/** Where in time something of a metric of a model changed. */
export interface Change {
  readonly workflow: string;
  readonly model: string;
  /** Undefined of a mapping, which moves points of every metric. */
  readonly metric: string | undefined;
  from: Micros;
  to: Micros;
}

interface Step {
  readonly number: number;
  readonly at: number;
  readonly changes: readonly Change[];
}

/** A place in the sequence of changes, as a client may come back to it. */
export type Place = string;

/** How long changes are remembered, also when nobody listens. */
const REMEMBERED_MILLIS = 10 * 60_000;
/** Changes in memory; the oldest steps go first. */
const MOST_CHANGES = 200_000;

/**
 * What the store took in lately: not the points, but which metrics of which models changed, and over what time.
 * Nothing is recorded until somebody listens for the first time.
 */
export class Changes {
  /** Tells the steps of this process from those before a restart. */
  readonly #run = randomUUID();
  readonly #keys = new WeakMap<Series, string>();
  #steps: Step[] = [];
  #size = 0;
  #last = 0;
  /** The last step that is not remembered. */
  #forgotten = 0;
  #listenedAt = -Infinity;
  #waiting: Array<() => void> = [];

  /** @param clock milliseconds */
  constructor(private readonly clock: () => number = Date.now) {}

  get last(): number {
    return this.#last;
  }

  /** The place after a step. */
  place(step: number): Place {
    return `${this.#run}:${step}`;
  }

  /** The step of a place; undefined where what came since is not known any more. */
  stepOf(place: Place): number | undefined {
    const [run, text = ''] = place.split(':');
    const step = Number(text);
    const known = run === this.#run && Number.isSafeInteger(step) && step >= this.#forgotten && step <= this.#last;
    return known && text !== '' ? step : undefined;
  }

  /** Whether somebody listens, or did lately. */
  get wanted(): boolean {
    return this.clock() - this.#listenedAt <= REMEMBERED_MILLIS;
  }

  /** Says that something changed, and nobody knows what. */
  miss(): void {
    this.#steps = [];
    this.#size = 0;
    this.#forgotten = ++this.#last;
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  /** Says that somebody listens. */
  listen(): void {
    if (!this.wanted) {
      // What was stored since nobody listened was not recorded.
      this.miss();
    }
    this.#listenedAt = this.clock();
  }

  /** Takes what the store has taken in. */
  add(items: readonly ArchiveItem[]): void {
    const now = this.clock();
    if (items.length === 0 || !this.wanted) {
      return;
    }
    const changes = this.#gather(items);
    this.#steps.push({ number: ++this.#last, at: now, changes });
    this.#size += changes.length;
    while (this.#steps[0] !== undefined && (now - this.#steps[0].at > REMEMBERED_MILLIS || this.#size > MOST_CHANGES)) {
      const { number, changes: gone } = this.#steps.shift() as Step;
      this.#size -= gone.length;
      this.#forgotten = number;
    }
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  /** What changed after a step; undefined where that is not known any more. */
  since(step: number): Change[] | undefined {
    if (step < this.#forgotten) {
      return undefined;
    }
    return this.#steps.filter(({ number }) => number > step).flatMap(({ changes }) => changes);
  }

  /** Resolves when there is a step after this one, or after so many milliseconds. */
  async after(step: number, millis: number, signal: AbortSignal): Promise<void> {
    if (this.#last > step) {
      return;
    }
    const over = new AbortController();
    const wait = sleep(millis, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
    const wake = (): void => over.abort();
    this.#waiting.push(wake);
    await wait;
    this.#waiting = this.#waiting.filter((other) => other !== wake);
  }

  #gather(items: readonly ArchiveItem[]): Change[] {
    const changes = new Map<string, Change>();
    for (const item of items) {
      const { time } = item;
      const key = this.#keyOf(item);
      const change = changes.get(key);
      if (change === undefined) {
        changes.set(key, { ...subjectOf(item), from: time, to: time });
      } else if (time < change.from) {
        change.from = time;
      } else if (time > change.to) {
        change.to = time;
      }
    }
    return [...changes.values()];
  }

  #keyOf(item: ArchiveItem): string {
    if (item.kind === 'mapping' || item.kind === 'alert') {
      return JSON.stringify(subjectOf(item));
    }
    let key = this.#keys.get(item.series);
    if (key === undefined) {
      key = JSON.stringify(subjectOf(item));
      this.#keys.set(item.series, key);
    }
    return key;
  }
}

function subjectOf(item: ArchiveItem): Pick<Change, 'workflow' | 'model' | 'metric'> {
  switch (item.kind) {
    case 'mapping':
      return { workflow: item.workflow, model: item.model, metric: undefined };
    case 'alert':
      return { workflow: item.workflow, model: item.model, metric: 'alert' };
    default:
      return { workflow: item.series.workflow, model: item.series.model, metric: item.series.metric };
  }
}
