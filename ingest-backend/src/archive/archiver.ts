import { SELF_WORKFLOW, type Micros } from '@pneumograph/contract';
import type { Presence } from './presence.js';
import {
  workflowOf,
  type ArchiveItem,
  type Batch,
  type Partition,
  type Point,
  type StateChange,
  type TextLine,
} from './records.js';

/** The first consumer: what it has taken in is not asked of the sources again. */
export interface Keeper {
  /** @param prepare see `Store.write` */
  write(batch: Batch, prepare?: (fresh: readonly ArchiveItem[]) => Promise<void>): Promise<readonly ArchiveItem[]>;
}

/** The further consumers of the archive stream, as the archiver sees them. */
export interface Outlets {
  /** How far the stream will be told once the next batch is stored; kept with it. */
  positions(): ReadonlyMap<Partition, number>;
  /** Puts aside what is about to be stored, safe from a crash. It is told to the consumers after `commit` alone. */
  prepare(items: readonly ArchiveItem[]): Promise<void>;
  /** Says that the batch of `positions` is stored. */
  commit(): void;
  /** Whether a consumer that must miss nothing has so much to catch up with that there is no place for more. */
  readonly crowded: boolean;
  /** Resolves when that is over. */
  room(): Promise<void>;
  close(): Promise<void>;
}

export const NO_OUTLETS: Outlets = {
  positions: () => new Map(),
  prepare: () => Promise.resolve(),
  commit: () => undefined,
  crowded: false,
  room: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export interface ArchiverEvents {
  stored(batch: Batch, fresh: readonly ArchiveItem[], seconds: number): void;
  storeFailed(error: Error): void;
}

/** What has been read of the sources so far, and what of it must be read again after a crash. */
export interface Progress {
  /** Sees what is about to be stored; what it adds meanwhile is stored with it. */
  watch?(items: readonly ArchiveItem[]): void;
  /** Sees all that is stored next, what `watch` added included. */
  seal?(items: readonly ArchiveItem[]): void;
  positions(): ReadonlyMap<Partition, number>;
  takeHeard(): ReadonlyMap<string, readonly Presence[]>;
  takeSettled(): ReadonlyMap<string, Micros>;
  takeNotes(): ReadonlyMap<string, string>;
}

const FLUSH_MILLIS = 200;
const FULL = 20_000;
/** Items in memory above which sources are asked to wait. */
const CROWDED = 200_000;
const RETRY_MILLIS = 1000;

/** What Pneumograph tells of itself is for those who ask the store for it by name. */
function isOfEngines(item: ArchiveItem): boolean {
  return item.kind === 'mapping' || workflowOf(item) !== SELF_WORKFLOW;
}

/** What comes of an engine's reports; what monitors say, of engines too, comes of records. */
function isDerived(item: ArchiveItem): item is Point | StateChange | TextLine {
  return (
    item.kind === 'message' || ((item.kind === 'point' || item.kind === 'state') && item.series.monitor === undefined)
  );
}

/**
 * The archive stream: gathers items into batches and hands each to the store, and what of it is new to the outlets. A
 * batch that the store refuses is tried again until it is taken; meanwhile `room` makes the sources wait.
 */
export class Archiver {
  #items: ArchiveItem[] = [];
  #writing: Promise<void> | undefined;
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing = false;
  #waiters: Array<() => void> = [];
  #dirty = false;
  /** Why the store refuses the batch that is being tried, or undefined. */
  failure: string | undefined;

  constructor(
    private readonly keeper: Keeper,
    private readonly outlets: Outlets,
    private readonly progress: Progress,
    private readonly events: ArchiverEvents
  ) {}

  readonly add = (item: ArchiveItem): void => {
    this.#items.push(item);
    this.touch();
  };

  /** Drops what is not being stored yet of engines that another process reads now: it derives the same. */
  discard(engines: ReadonlySet<string>): void {
    if (engines.size > 0) {
      this.#items = this.#items.filter((item) => !isDerived(item) || !engines.has(item.series.engine));
    }
  }

  /** Says that positions or engines moved on, though nothing came of it. */
  touch(): void {
    this.#dirty = true;
    if (this.#items.length >= FULL && this.#writing === undefined) {
      void this.flush();
    } else {
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MILLIS);
    }
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.crowded && !this.#closing) {
      const roomHere = new Promise<void>((resolve) => this.#waiters.push(resolve));
      await (this.#full ? roomHere : Promise.race([roomHere, this.outlets.room()]));
    }
  }

  get crowded(): boolean {
    return this.#full || this.outlets.crowded;
  }

  get #full(): boolean {
    return this.#items.length + this.#inFlight > CROWDED;
  }

  /** Resolves when all that was added before is stored. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#writing !== undefined) {
      await this.#writing;
    }
    if (this.#items.length === 0 && !this.#dirty) {
      return;
    }
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#items.length >= FULL) {
        void this.flush();
      }
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.flush();
    this.#release();
    await this.outlets.close();
  }

  async #write(): Promise<void> {
    this.#dirty = false;
    const given = this.#items;
    this.#items = [];
    this.progress.watch?.(given);
    const items = this.#items.length === 0 ? given : [...given, ...this.#items];
    // What is added from here on goes into the next batch.
    this.#items = [];
    this.progress.seal?.(items);
    const positions = this.progress.positions();
    const batch: Batch = {
      items,
      positions: items.length === 0 ? positions : new Map([...positions, ...this.outlets.positions()]),
      heard: this.progress.takeHeard(),
      settled: this.progress.takeSettled(),
      notes: this.progress.takeNotes(),
    };
    this.#inFlight = batch.items.length;
    await this.#store(batch);
    this.#inFlight = 0;
    this.#release();
  }

  /** Returns without the batch being stored where the store would not take it before the end. */
  async #store(batch: Batch): Promise<void> {
    // A write that failed may have been done all the same, and then finds nothing new: what the first attempt found counts.
    let prepared = false;
    const prepare = async (fresh: readonly ArchiveItem[]): Promise<void> => {
      if (!prepared) {
        await this.outlets.prepare(fresh.filter(isOfEngines));
        prepared = true;
      }
    };
    for (;;) {
      try {
        const started = performance.now();
        const fresh = await this.keeper.write(batch, prepare);
        this.failure = undefined;
        this.outlets.commit();
        this.events.stored(batch, fresh, (performance.now() - started) / 1000);
        return;
      } catch (error) {
        this.failure = (error as Error).message;
        this.events.storeFailed(error as Error);
        if (this.#closing) {
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach((resolve) => resolve());
  }
}
