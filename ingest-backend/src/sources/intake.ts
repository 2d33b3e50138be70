import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { Archiver, Origin, Partition, Presence, Progress } from '../archive/index.js';
import { decodeText, isText, Rejection, Skipped, skippedLabel, type Deriver, type Message } from '../derive/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';
import { Log, type Entry } from './log.js';
import type { Receiver } from './receiver.js';

/** What a source has counted and not yet told the self-metrics: told a batch at a time, since telling is slow. */
class Tally {
  accepted = 0;
  readonly skipped = new Map<string, number>();
  readonly rejected = new Map<string, number>();
}

/** What takes in the points that come of the messages. */
type Taker = Pick<Archiver, 'touch' | 'room' | 'crowded' | 'discard'>;

/** Messages of a partition that may wait for slower ones before its source had better read those. */
const FAR_AHEAD = 20_000;

/**
 * Where all sources hand in what they read. Merges the partitions of a log, knows how far each has been read, what of
 * it still feeds open state, and drops what a restart reads again below the stored position.
 */
export class Intake implements Progress, Receiver {
  readonly #partitions = new Map<string, Partition>();
  readonly #logs = new Map<string, Log>();
  readonly #logOf = new Map<Partition, Log>();
  readonly #next = new Map<Partition, number>();
  /** Notes of partitions as they were last told, by their keys. */
  readonly #noted = new Map<string, string>();
  readonly #stored: Map<string, number>;
  /** Where this process begins, in partitions of which it reads what comes before as well. */
  readonly #begins = new Map<Partition, number>();
  readonly #tallies = new Map<string, Tally>();
  readonly #log: BoundedLog;
  #archiver: Taker | undefined;
  /** Called when an engine says that its model changed: the fleet should be asked anew. */
  onRemap: (() => void) | undefined;
  #told = { late: 0, duplicate: 0, unmapped: 0, abandoned: 0 };

  /** @param stored position of each partition, as the store says at the start */
  constructor(
    private readonly deriver: Deriver,
    stored: ReadonlyMap<string, number>,
    private readonly metrics: SelfMetrics,
    log: Logger
  ) {
    this.#stored = new Map(stored);
    this.#log = new BoundedLog(log);
  }

  attach(archiver: Taker): void {
    this.#archiver = archiver;
  }

  /** The partition of this key, one object each. */
  partition(key: string): Partition {
    let partition = this.#partitions.get(key);
    if (partition === undefined) {
      partition = { key };
      this.#partitions.set(key, partition);
    }
    return partition;
  }

  /**
   * Says that a partition is read from now on.
   * @param log name of the log that it belongs to: the partitions of one are merged in the order of log time
   */
  assign(partition: Partition, log = partition.key): void {
    let merged = this.#logs.get(log);
    if (merged === undefined) {
      merged = new Log(this.#hand, log === partition.key);
      this.#logs.set(log, merged);
    }
    merged.add(partition);
    this.#logOf.set(partition, merged);
  }

  /**
   * Reads a partition that is assigned from an offset on, whatever was read of it before: that is for others to finish.
   * @param from where reading begins: what lies below the offset brings about state alone, which another process had
   */
  startAt(partition: Partition, offset: number, from = offset, log?: string): number {
    this.release(partition);
    this.assign(partition, log);
    this.#next.set(partition, from);
    if (from < offset) {
      this.#begins.set(partition, offset);
      this.deriver.disown(partition);
    }
    return from;
  }

  /** Whether an item is this process's: not where it comes of messages that another one read. */
  owns({ partition, offset }: Origin): boolean {
    return this.#begins.size === 0 || offset >= (this.#begins.get(partition) ?? 0);
  }

  /** Gives a partition up, since another process reads it now: what is not stored of it is that one's to derive. */
  release(partition: Partition): void {
    this.#logOf.get(partition)?.remove(partition, Date.now());
    this.#logOf.delete(partition);
    this.#next.delete(partition);
    this.#begins.delete(partition);
    this.#archiver?.discard(this.deriver.forget(partition));
    this.metrics.lag.remove({ partition: partition.key });
  }

  /** The offset at which reading of a partition resumes; undefined where it was never read. */
  resumeAt(partition: Partition): number | undefined {
    return this.#next.get(partition) ?? this.#stored.get(partition.key);
  }

  /**
   * Takes in one message that was checked already. Offsets of a partition only grow.
   * @param arrival log time in milliseconds, see `Deriver.accept`
   */
  take(source: string, partition: Partition, offset: number, message: Message, arrival = Date.now()): void {
    if (offset < (this.resumeAt(partition) ?? 0)) {
      return;
    }
    this.#next.set(partition, offset + 1);
    if (this.owns({ partition, offset })) {
      const tally = this.#tally(source);
      if (isText(message)) {
        increment(tally.skipped, message.type);
      } else {
        tally.accepted++;
      }
    }
    if (!this.#logOf.has(partition)) {
      this.assign(partition);
    }
    this.#logOf.get(partition)?.push({ message, partition, offset, arrival }, Date.now());
  }

  takeRaw(source: string, partition: Partition, offset: number, content: string | Buffer, arrival = Date.now()): void {
    const message = decodeText(content.toString(), Date.now() * 1000);
    if (message instanceof Rejection) {
      this.reject(source, message, { partition: partition.key, offset });
    } else if (message instanceof Skipped) {
      this.skip(source, message);
    } else {
      this.take(source, partition, offset, message, arrival);
    }
  }

  skip(source: string, { type, remaps }: Skipped): void {
    increment(this.#tally(source).skipped, skippedLabel(type));
    if (remaps) {
      this.onRemap?.();
    }
  }

  reject(source: string, { code, reason }: Rejection, place: Record<string, unknown>): void {
    increment(this.#tally(source).rejected, code);
    this.#log.warn(`${source} ${code}`, { source, ...place, reason }, 'message rejected');
  }

  /** Says that a partition has been read up to an offset, and how much of it is there still. Call it after each batch. */
  readTo(source: string, partition: Partition, next: number, lag: number): void {
    if (next > (this.#next.get(partition) ?? -1)) {
      this.#next.set(partition, next);
    }
    this.metrics.lag.set({ partition: partition.key }, lag);
    this.#advance(partition);
    this.#tell(source);
  }

  /**
   * Says that everything has been handed in that came to a partition up to a log time, though the last message of it
   * may be older: an idle partition must not hold the others up.
   * @param upTo log time in milliseconds; `now` where whatever comes next comes at its time, until further notice
   */
  completeTo(partition: Partition, upTo: number | 'now'): void {
    this.#logOf.get(partition)?.complete(partition, upTo);
    this.#advance(partition);
  }

  /** Goes on by the clock though nothing was read. */
  advance(now: number): void {
    for (const log of this.#logs.values()) {
      log.advance(now);
    }
    const reached = new Map<Log, number>();
    for (const log of this.#logs.values()) {
      reached.set(log, log.reached(now));
    }
    this.deriver.advance((partition) => reached.get(this.#logOf.get(partition) as Log) ?? now);
  }

  /**
   * Of each log the age of the moment, in log time, up to which all that came to it has been taken in order: from then
   * on something is still to be read, waits for a slower partition, or for its time to be settled.
   * @param now wall clock in milliseconds
   * @returns seconds by the name of the log; without those of which nothing is known yet
   */
  watermarkAges(now: number): Map<string, number> {
    const upTo = new Map<Log, number>();
    for (const log of this.#logs.values()) {
      upTo.set(log, log.reached(now));
    }
    for (const { partition, arrival } of this.deriver.unsettled()) {
      const log = this.#logOf.get(partition);
      if (log !== undefined) {
        upTo.set(log, Math.min(upTo.get(log) ?? Infinity, arrival));
      }
    }
    const ages = new Map<string, number>();
    for (const [name, log] of this.#logs) {
      const moment = upTo.get(log) ?? -Infinity;
      if (log.size > 0 && moment > -Infinity) {
        ages.set(name, Math.max(0, now - moment) / 1000);
      }
    }
    return ages;
  }

  /** Whether so much of a partition waits for slower ones that its source had better read those. */
  isAhead(partition: Partition): boolean {
    return (this.#logOf.get(partition)?.queued(partition) ?? 0) > FAR_AHEAD;
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    await this.#archiver?.room();
  }

  get crowded(): boolean {
    return this.#archiver?.crowded ?? false;
  }

  /** Told when positions are stored. */
  stored(positions: ReadonlyMap<string, number>): void {
    positions.forEach((position, key) => this.#stored.set(key, position));
  }

  positions(): ReadonlyMap<Partition, number> {
    const positions = new Map(this.#next);
    const hold = (partition: Partition, offset: number): void => {
      if (offset < (positions.get(partition) ?? Infinity)) {
        positions.set(partition, offset);
      }
    };
    for (const [partition, log] of this.#logOf) {
      const waiting = log.waiting(partition);
      if (waiting !== undefined) {
        hold(partition, waiting);
      }
    }
    this.deriver.oldestNeeded().forEach((offset, partition) => hold(partition, offset));
    for (const [partition, begin] of this.#begins) {
      if (this.#isRebuilding(partition)) {
        positions.delete(partition);
      } else {
        positions.set(partition, Math.max(begin, positions.get(partition) ?? 0));
      }
    }
    return positions;
  }

  takeSettled(): ReadonlyMap<string, Micros> {
    return this.deriver.takeSettled(this.#isRebuilding);
  }

  takeNotes(): ReadonlyMap<string, string> {
    const notes = new Map(
      [...this.deriver.takeNotes(this.#isRebuilding)].map(([key, note]) => [key, JSON.stringify(note)])
    );
    const note = (key: string, value: string): void => {
      if (this.#noted.get(key) !== value) {
        this.#noted.set(key, value);
        notes.set(key, value);
      }
    };
    for (const partition of this.#next.keys()) {
      if (this.#isRebuilding(partition)) {
        continue;
      }
      // What a restart reads again does not count as less than had been taken in: the notes are of then.
      const taken = Math.max(this.#takenOf(partition), this.deriver.takenBefore(partition));
      note(takenKey(partition.key), String(taken));
      const begin = this.#begins.get(partition);
      if (begin !== undefined) {
        note(beginKey(partition.key), String(begin));
      }
    }
    return notes;
  }

  takeHeard(): ReadonlyMap<string, readonly Presence[]> {
    return this.deriver.takeHeard();
  }

  #takenOf(partition: Partition): number {
    return this.#logOf.get(partition)?.waiting(partition) ?? this.#next.get(partition) ?? 0;
  }

  /** Whether what comes of a partition brings about state alone, as yet. */
  readonly #isRebuilding = (partition: Partition): boolean =>
    this.#takenOf(partition) < (this.#begins.get(partition) ?? 0);

  #advance(partition: Partition): void {
    this.#logOf.get(partition)?.advance(Date.now());
    this.#archiver?.touch();
  }

  readonly #hand = ({ message, partition, offset, arrival }: Entry, alone: boolean): void => {
    const counted = this.owns({ partition, offset }) ? undefined : { ...this.deriver.stats };
    this.deriver.accept(message, partition, offset, arrival, alone);
    if (counted !== undefined) {
      Object.assign(this.deriver.stats, counted);
    }
  };

  #tally(source: string): Tally {
    let tally = this.#tallies.get(source);
    if (tally === undefined) {
      tally = new Tally();
      this.#tallies.set(source, tally);
    }
    return tally;
  }

  #tell(source: string): void {
    const { accepted, skipped, rejected } = this.#tally(source);
    this.#tallies.delete(source);
    this.metrics.accepted.inc({ source }, accepted);
    skipped.forEach((count, type) => this.metrics.skipped.inc({ source, type }, count));
    rejected.forEach((count, reason) => this.metrics.rejected.inc({ source, reason }, count));
    const { late, duplicate, unmapped, abandoned } = this.deriver.stats;
    this.metrics.late.inc(late - this.#told.late);
    this.metrics.duplicate.inc(duplicate - this.#told.duplicate);
    this.metrics.unmapped.inc(unmapped - this.#told.unmapped);
    this.metrics.abandoned.inc(abandoned - this.#told.abandoned);
    this.#told = { late, duplicate, unmapped, abandoned };
  }
}

/** The key of the note that says up to which offset the messages of a partition had been taken in. */
export function takenKey(partition: string): string {
  return `taken ${partition}`;
}

/** The key of the note that says from which offset on the store has what its process took of a partition. */
export function beginKey(partition: string): string {
  return `begin ${partition}`;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
