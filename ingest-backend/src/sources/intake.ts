import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { Archiver, Partition, Progress } from '../archive/index.js';
import { decodeText, Rejection, Skipped, skippedLabel, type Deriver, type Message } from '../derive/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';

/** What a source has counted and not yet told the self-metrics: told a batch at a time, since telling is slow. */
class Tally {
  accepted = 0;
  readonly skipped = new Map<string, number>();
  readonly rejected = new Map<string, number>();
}

/**
 * Where all sources hand in what they read. Knows how far each partition has been read, what of it still feeds open
 * state, and drops what a restart reads again below the stored position.
 */
export class Intake implements Progress {
  readonly #partitions = new Map<string, Partition>();
  readonly #next = new Map<Partition, number>();
  readonly #tallies = new Map<string, Tally>();
  readonly #log: BoundedLog;
  #archiver: Archiver | undefined;
  #told = { late: 0, unmapped: 0, abandoned: 0 };

  constructor(
    private readonly deriver: Deriver,
    private readonly resume: ReadonlyMap<string, number>,
    private readonly metrics: SelfMetrics,
    log: Logger
  ) {
    this.#log = new BoundedLog(log);
  }

  attach(archiver: Archiver): void {
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

  /** The offset at which reading of a partition resumes; undefined where it was never read. */
  resumeAt(partition: Partition): number | undefined {
    return this.#next.get(partition) ?? this.resume.get(partition.key);
  }

  /** Takes in one message that was checked already. Offsets of a partition only grow. */
  take(source: string, partition: Partition, offset: number, message: Message, arrival = Date.now()): void {
    const next = this.#next.get(partition) ?? this.resume.get(partition.key) ?? 0;
    if (offset < next) {
      return;
    }
    this.#next.set(partition, offset + 1);
    this.#tally(source).accepted++;
    this.deriver.accept(message, partition, offset, arrival);
  }

  /**
   * Takes in one message as text. What it is refused for is counted and logged.
   * @param arrival milliseconds: its log time, which is when it came where the source keeps none
   */
  takeText(source: string, partition: Partition, offset: number, text: string, arrival = Date.now()): void {
    const message = decodeText(text, Date.now() * 1000);
    if (message instanceof Rejection) {
      this.reject(source, message, { partition: partition.key, offset });
    } else if (message instanceof Skipped) {
      this.skip(source, message);
    } else {
      this.take(source, partition, offset, message, arrival);
    }
  }

  skip(source: string, { type }: Skipped): void {
    increment(this.#tally(source).skipped, skippedLabel(type));
  }

  reject(source: string, { code, reason }: Rejection, place: Record<string, unknown>): void {
    increment(this.#tally(source).rejected, code);
    this.#log.warn(`${source} ${code}`, { source, ...place, reason }, 'message rejected');
  }

  /**
   * Says that a partition has been read up to an offset, and whether older messages than the newest are still to come.
   * Call it after each batch.
   */
  readTo(source: string, partition: Partition, next: number, lag: number): void {
    if (next > (this.#next.get(partition) ?? -1)) {
      this.#next.set(partition, next);
    }
    this.deriver.setLagging(partition, lag > 0);
    this.metrics.lag.set({ partition: partition.key }, lag);
    this.#tell(source);
    this.#archiver?.touch();
  }

  /** Says that all that a partition holds up to a log time (milliseconds) has been handed in, though nothing came. */
  completeTo(partition: Partition, _logTime: number): void {
    this.deriver.setLagging(partition, false);
  }

  /** Begins to read a partition at an offset, whatever was read of it before. */
  startAt(partition: Partition, offset: number): void {
    this.release(partition);
    this.#next.set(partition, offset);
  }

  /** Gives up a partition. */
  release(partition: Partition): void {
    this.#next.delete(partition);
    this.deriver.setLagging(partition, false);
  }

  /** Says that older messages than those read so far may still come from a partition, or that none will. */
  setLagging(partition: Partition, lagging: boolean): void {
    this.deriver.setLagging(partition, lagging);
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    await this.#archiver?.room();
  }

  get crowded(): boolean {
    return this.#archiver?.crowded ?? false;
  }

  positions(): ReadonlyMap<Partition, number> {
    const positions = new Map(this.#next);
    for (const [partition, offset] of this.deriver.oldestNeeded()) {
      positions.set(partition, offset);
    }
    return positions;
  }

  takeLastSeen(): ReadonlyMap<string, Micros> {
    return this.deriver.takeLastSeen();
  }

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
    const { late, unmapped, abandoned } = this.deriver.stats;
    this.metrics.late.inc(late - this.#told.late);
    this.metrics.unmapped.inc(unmapped - this.#told.unmapped);
    this.metrics.abandoned.inc(abandoned - this.#told.abandoned);
    this.#told = { late, unmapped, abandoned };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
