import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import { RecordReader, type Archiver, type Partition, type Presence, type Progress } from '../archive/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';
import type { Receiver } from '../sources/index.js';
import { isNotice, presencesOf, readMessage } from './messages.js';

/** Hands what comes by the archive topic to an archiver as if it had been derived here. */
export class TopicReader implements Receiver, Progress {
  readonly #reader = new RecordReader();
  readonly #partitions = new Map<string, Partition>();
  readonly #next = new Map<Partition, number>();
  readonly #log: BoundedLog;
  #heard = new Map<string, readonly Presence[]>();
  #archiver: Pick<Archiver, 'add' | 'touch' | 'room' | 'crowded'> | undefined;

  constructor(
    private readonly metrics: SelfMetrics,
    log: Logger
  ) {
    this.#log = new BoundedLog(log);
  }

  attach(archiver: Pick<Archiver, 'add' | 'touch' | 'room' | 'crowded'>): void {
    this.#archiver = archiver;
  }

  get crowded(): boolean {
    return this.#archiver?.crowded ?? false;
  }

  async room(): Promise<void> {
    await this.#archiver?.room();
  }

  partition(key: string): Partition {
    const partition = this.#partitions.get(key) ?? { key };
    this.#partitions.set(key, partition);
    return partition;
  }

  assign(): void {
    // Partitions wait for no others: what is told of a workflow is in one.
  }

  startAt(partition: Partition, offset: number): number {
    this.#next.set(partition, offset);
    return offset;
  }

  release(partition: Partition): void {
    this.#next.delete(partition);
    this.metrics.lag.remove({ partition: partition.key });
  }

  resumeAt(partition: Partition): number | undefined {
    return this.#next.get(partition);
  }

  takeRaw(source: string, partition: Partition, offset: number, content: string | Buffer): void {
    if (offset < (this.resumeAt(partition) ?? 0)) {
      return;
    }
    this.#next.set(partition, offset + 1);
    try {
      const found = readMessage(content.toString(), this.#reader);
      if (!isNotice(found)) {
        this.#archiver?.add(found);
      } else if (found.kind === 'presence') {
        for (const [engine, stretches] of presencesOf(found)) {
          this.#heard.set(engine, [...(this.#heard.get(engine) ?? []), ...stretches]);
        }
      }
    } catch (error) {
      this.metrics.rejected.inc({ source, reason: 'archive' });
      const reason = (error as Error).message;
      this.#log.warn(source, { source, partition: partition.key, offset, reason }, 'no record of the archive stream');
    }
  }

  readTo(_source: string, partition: Partition, next: number, lag: number): void {
    if (next > (this.#next.get(partition) ?? -1)) {
      this.#next.set(partition, next);
    }
    this.metrics.lag.set({ partition: partition.key }, lag);
    this.#archiver?.touch();
  }

  completeTo(): void {
    // Nothing here waits for time to pass.
  }

  isAhead(): boolean {
    return false;
  }

  positions(): ReadonlyMap<Partition, number> {
    return new Map(this.#next);
  }

  takeHeard(): ReadonlyMap<string, readonly Presence[]> {
    const heard = this.#heard;
    this.#heard = new Map();
    return heard;
  }

  takeSettled(): ReadonlyMap<string, Micros> {
    return new Map();
  }

  takeNotes(): ReadonlyMap<string, string> {
    return new Map();
  }
}
