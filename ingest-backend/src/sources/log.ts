import type { Partition } from '../archive/index.js';
import type { Message } from '../derive/index.js';

/** A message with its place in a log. */
export interface Entry<M = Message> {
  readonly message: M;
  readonly partition: Partition;
  readonly offset: number;
  /** Log time in milliseconds: when the message came to the log, as the log says. */
  readonly arrival: number;
}

interface Queued<M> extends Entry<M> {
  /** Wall clock. */
  readonly since: number;
}

/** How far one partition has been read, and what of it waits for the others. */
class Reader<M> {
  /** Everything that came up to this log time has been handed in. */
  upTo = -Infinity;
  /** Whether nothing more comes of that very moment. */
  complete = false;
  /** Whether whatever comes next comes now. */
  live = false;
  #queue: Queued<M>[] = [];
  #head = 0;

  get length(): number {
    return this.#queue.length - this.#head;
  }

  get first(): Queued<M> | undefined {
    return this.#queue[this.#head];
  }

  push(entry: Queued<M>): void {
    this.#queue.push(entry);
  }

  shift(): void {
    this.#head++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head >= 4096) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** The log time below which nothing more comes out of this partition. */
  reached(now: number): number {
    return this.first?.arrival ?? (this.live ? Math.max(now, this.upTo) : this.upTo);
  }
}

/** Milliseconds of wall clock after which a message no longer waits for a partition that does not move. */
const LONGEST_WAIT = 60_000;

/**
 * A log of one or more partitions, merged into one sequence in the order of log time. The messages of an engine lie
 * in any of the partitions, and these are read one ahead of the other: merged, they come in the same order each time
 * that the log is read, as far as the log's times tell it. A partition holds the others up only until it is known
 * that nothing older comes of it.
 */
export class Log<M = Message> {
  #readers: ReadonlyMap<Partition, Reader<M>> = new Map();

  /** @param alone whether it has one partition by its nature, not by what is assigned at the moment */
  constructor(
    private readonly hand: (entry: Entry<M>, alone: boolean) => void,
    private readonly alone = false
  ) {}

  has(partition: Partition): boolean {
    return this.#readers.has(partition);
  }

  /** Reads a partition from now on. */
  add(partition: Partition): void {
    if (!this.#readers.has(partition)) {
      const readers = [...this.#readers, [partition, new Reader<M>()] as const];
      // Messages of one moment come in the order of their partitions, whichever was assigned first.
      this.#readers = new Map(readers.sort(([a], [b]) => (a.key < b.key ? -1 : 1)));
    }
  }

  /** Reads a partition no more. */
  remove(partition: Partition, now: number): void {
    this.#readers = new Map([...this.#readers].filter(([other]) => other !== partition));
    this.advance(now);
  }

  get size(): number {
    return this.#readers.size;
  }

  /** Takes in a message; those of one partition in the order of their offsets. */
  push({ message, partition, offset, arrival }: Entry<M>, now: number): void {
    const reader = this.#readers.get(partition) as Reader<M>;
    // Stamps of several writers go back and forth: what comes after another one came no earlier.
    const at = Math.max(arrival, reader.upTo);
    reader.upTo = at;
    reader.complete = false;
    if (this.#readers.size === 1) {
      this.hand({ message, partition, offset, arrival: at }, this.alone);
    } else {
      reader.push({ message, partition, offset, arrival: at, since: now });
    }
  }

  /** Says that everything has been handed in that came to a partition up to a log time; `now` where that goes on. */
  complete(partition: Partition, upTo: number | 'now'): void {
    const reader = this.#readers.get(partition) as Reader<M>;
    reader.live = upTo === 'now';
    if (upTo !== 'now' && upTo >= reader.upTo) {
      reader.upTo = upTo;
      reader.complete = true;
    }
  }

  /** Hands on what waits for no partition any more. @param now wall clock in milliseconds */
  advance(now: number): void {
    if (this.#readers.size < 2) {
      const [only] = this.#readers.values();
      while (only?.first !== undefined) {
        this.#take(only);
      }
      return;
    }
    for (;;) {
      const { first, least, bound, free } = this.#ahead(now);
      const entry = first?.first;
      if (first === undefined || entry === undefined || (!free && now - entry.since < LONGEST_WAIT)) {
        return;
      }
      this.#take(first);
      // A run of one partition is handed on without looking at the others in between.
      for (let next = first.first; next !== undefined && next.arrival < Math.max(bound, least); next = first.first) {
        this.#take(first);
      }
    }
  }

  /** The oldest message that waits, undefined where none does. */
  waiting(partition: Partition): number | undefined {
    return this.#readers.get(partition)?.first?.offset;
  }

  /** How many messages of a partition wait for others. */
  queued(partition: Partition): number {
    return this.#readers.get(partition)?.length ?? 0;
  }

  /** The log time that has been reached by all partitions. */
  reached(now: number): number {
    let reached = Infinity;
    for (const reader of this.#readers.values()) {
      reached = Math.min(reached, reader.reached(now));
    }
    return reached;
  }

  /**
   * The partition whose turn it is: that of the oldest message, of one moment the first. It is free where no partition
   * can bring anything that comes before it; below the bound none of the others has or brings anything.
   */
  #ahead(now: number): { first: Reader<M> | undefined; least: number; bound: number; free: boolean } {
    let first: Reader<M> | undefined;
    let least = Infinity;
    let bound = Infinity;
    let free = true;
    for (const reader of this.#readers.values()) {
      const at = reader.reached(now);
      if (reader.first !== undefined && (first === undefined || at < least)) {
        bound = Math.min(bound, least);
        first = reader;
        least = at;
      } else {
        bound = Math.min(bound, at);
      }
    }
    let before = true;
    for (const reader of this.#readers.values()) {
      before &&= reader !== first;
      if (reader.first === undefined) {
        const at = reader.reached(now);
        free &&= at > least || (at === least && (reader.complete || reader.live || !before));
      }
    }
    return { first, least, bound, free };
  }

  #take(reader: Reader<M>): void {
    const { message, partition, offset, arrival } = reader.first as Queued<M>;
    reader.shift();
    this.hand({ message, partition, offset, arrival }, this.alone);
  }
}
