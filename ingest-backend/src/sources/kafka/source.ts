import { randomUUID } from 'node:crypto';
import type { Admin, Batch } from 'kafkajs';
import type { Logger } from 'pino';
import type { Partition } from '../../archive/index.js';
import type { SelfMetrics } from '../../selfmetrics/index.js';
import type { Receiver } from '../receiver.js';
import type { Source } from '../source.js';
import type { Fetch } from './fetches.js';
import { eachRecord, GroupMember, type Held, type MemberOptions, type Reader } from './member.js';
import { readOffsets } from './offsets.js';
import { fingerprint, place, writeMark, type Known, type Mark } from './placement.js';

/** The store that the messages end up in, as far as reading depends on it. */
export interface Stored {
  /** Tells the store from others, also after a restart. */
  readonly id: string;
  positions(): Promise<ReadonlyMap<string, number>>;
  /** Told, before positions are asked for, that other processes may have written what is read on from there. */
  expectOthers?(): void;
  /** Where the store's own messages of a partition began, as it was at the start: see `Known`. */
  begin?(partition: string): number | undefined;
}

export interface KafkaOptions extends MemberOptions {
  readonly name?: string;
  /** Whether a message means the same whoever reads those beside it. */
  readonly independent?: boolean;
  /**
   * Whether all of the topic is read here, whoever else reads it, so that its partitions are merged at any time: in a
   * group of its own, whose name begins with `groupId`, and for which nothing is committed.
   */
  readonly alone?: boolean;
  /**
   * Milliseconds that the brokers may take from stamping a record to showing it to readers: for so long a partition without
   * news is not taken to be without older ones; 0 if left out.
   */
  readonly visibleAfter?: number;
}

/** A partition that is being read. */
interface Reading {
  readonly partition: Partition;
  /** Where reading began, and what was committed for the group then. */
  begin: number;
  readonly found: string;
  next: number;
  /** What was committed last from here. */
  committed: number | undefined;
  /** Messages still to be read; undefined until a broker told. */
  lag: number | undefined;
  /** Milliseconds; log time of the message read last. */
  newest: number | undefined;
}

/**
 * Messages of a Kafka topic. The stored position, written together with the points, is the truth for what the store
 * holds; the offsets that are committed for the group follow it, and tell other processes where to go on.
 */
export class KafkaSource implements Source, Reader {
  readonly name: string;
  readonly wholeBatches: boolean;
  readonly #member: GroupMember;
  readonly #mark: Mark;
  readonly #readings = new Map<number, Reading>();
  /** Partitions that were ever read. */
  readonly #known = new Set<number>();
  /** Whether the store has to catch up first. */
  #waiting = false;
  /** Partitions that are not fetched now. */
  #unwanted = '';
  /** How many partitions the topic has, and whether it was said that sharing them goes wrong. */
  #partitions = 0;
  #warned = false;

  private readonly options: KafkaOptions;

  constructor(
    options: KafkaOptions,
    private readonly intake: Receiver,
    private readonly store: Stored,
    private readonly metrics: SelfMetrics,
    private readonly log: Logger
  ) {
    const { alone = false, groupId } = options;
    this.options = alone ? { ...options, groupId: `${groupId}-${randomUUID()}` } : options;
    this.wholeBatches = intake.takesBytes !== true;
    this.name = options.name ?? `kafka ${options.topic}`;
    this.#mark = { store: store.id, process: randomUUID() };
    this.#member = new GroupMember(this.name, this.options, this, log);
  }

  get problem(): string | undefined {
    return this.#member.problem;
  }

  start(): Promise<void> {
    this.#member.start();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#member.stop();
  }

  /** Lag in seconds: the age of the newest message that was read, where there are more. */
  *lagSeconds(): Iterable<readonly [partition: string, seconds: number]> {
    const now = Date.now();
    for (const { partition, lag, newest } of this.#readings.values()) {
      if (lag === 0) {
        yield [partition.key, 0];
      } else if (newest !== undefined) {
        yield [partition.key, Math.max(0, now - newest) / 1000];
      }
    }
  }

  stored(positions: ReadonlyMap<string, number>): void {
    if (this.options.alone === true) {
      return;
    }
    const offsets: Array<{ partition: number; offset: string; metadata: string }> = [];
    for (const [number, reading] of this.#readings) {
      const position = positions.get(reading.partition.key);
      // A batch that was on its way to the store when the partition was placed speaks of what was before.
      const speaks = position !== undefined && position >= reading.begin && position <= reading.next;
      if (speaks && position !== reading.committed && this.#member.owns(number)) {
        reading.committed = position;
        offsets.push({ partition: number, offset: String(position), metadata: writeMark(this.#mark) });
      }
    }
    if (offsets.length > 0) {
      this.#member.commit(offsets).catch(() => {
        // Comes again with the next batch that is stored.
        offsets.forEach(({ partition }) => this.#forgetCommitted(partition));
      });
    }
  }

  async place(partitions: readonly number[], admin: Admin): Promise<(held: Held) => number> {
    for (const partition of partitions) {
      // Until it is known what a partition holds, the others wait for its event time.
      this.intake.assign(this.#partition(partition), this.name);
    }
    this.store.expectOthers?.();
    const [offsets, stored] = await Promise.all([
      readOffsets(admin, this.options.topic, this.options.groupId),
      this.store.positions(),
    ]);
    this.#partitions = offsets.count;
    return ({ partition, next }) => {
      const { key } = this.#partition(partition);
      const known = { ...offsets.of(partition), stored: stored.get(key), begin: this.store.begin?.(key) };
      return this.#begin(partition, next, known);
    };
  }

  read(batch: Batch, next: number): void {
    const reading = this.#readings.get(batch.partition) as Reading;
    const { partition } = reading;
    const now = Date.now();
    let [arrival, tombstones] = [now, 0];
    const take = (offset: number, time: number, value: string | Buffer | null, key?: Buffer | null): void => {
      arrival = time >= 0 && time < now ? time : now;
      if (value === null) {
        tombstones++;
      } else {
        this.intake.takeRaw(this.name, partition, offset, value, arrival, key);
      }
    };
    if (this.wholeBatches) {
      eachRecord(batch, take);
    } else {
      for (const { offset, timestamp, value, key } of batch.messages) {
        take(Number(offset), Number(timestamp), value, key);
      }
    }
    if (tombstones > 0) {
      this.metrics.skipped.inc({ source: this.name, type: 'tombstone' }, tombstones);
    }
    this.#warnOfSharing(batch);
    reading.newest = arrival;
    this.#readTo(reading, next, Number(batch.highWatermark));
    this.#waitWhileCrowded();
    this.#pace();
  }

  wants(partition: number): boolean {
    return !this.#waiting && !this.intake.isAhead(this.#partition(partition));
  }

  moved(partition: number, next: number, end: number): void {
    const reading = this.#readings.get(partition);
    if (reading !== undefined) {
      this.#readTo(reading, next, end);
    }
  }

  idle(partition: number, end: number, next: number, { startedAt, newest }: Fetch): void {
    const reading = this.#readings.get(partition);
    if (reading === undefined) {
      return;
    }
    // An open transaction hides messages whose time has come already.
    const lag = Math.max(0, end - next);
    if (reading.lag !== lag) {
      this.#readTo(reading, next, end);
    }
    if (lag === 0) {
      const { visibleAfter = 0 } = this.options;
      this.intake.completeTo(reading.partition, Math.max(startedAt, newest) - visibleAfter);
    }
    this.#pace();
  }

  lost(partitions: readonly number[]): void {
    for (const number of partitions) {
      const partition = this.#partition(number);
      this.#readings.delete(number);
      this.intake.release(partition);
    }
  }

  /** Decides where a partition begins; what this process holds of it goes where others read it in between. */
  #begin(number: number, next: number | undefined, known: Omit<Known, 'held' | 'first'>): number {
    const reading = this.#readings.get(number);
    const held = reading === undefined || next === undefined ? undefined : { next, found: reading.found };
    const first = !this.#known.has(number);
    const placement = place(this.#mark, { ...known, held, first });
    const { offset, kept, lost, anew } = placement;
    const partition = this.#partition(number);
    const details = { source: this.name, partition: number, offset };
    if (lost > 0) {
      this.metrics.kafkaLost.inc({ partition: partition.key }, lost);
      this.log.warn({ ...details, lost }, 'records were deleted by the retention of the topic before they were read');
    }
    if (anew) {
      this.log.warn(details, 'the topic ends before the position: it was made anew, and is read from its beginning');
    }
    if (kept && reading !== undefined) {
      reading.next = offset;
      return offset;
    }
    this.#known.add(number);
    const from = this.intake.startAt(partition, offset, placement.from, this.name);
    this.#readings.set(number, {
      partition,
      begin: offset,
      found: fingerprint(known.committed),
      next: from,
      committed: undefined,
      lag: undefined,
      newest: undefined,
    });
    return from;
  }

  /** Where an engine's messages lie in any partition, each process of a group sees a part of them alone. */
  #warnOfSharing({ messages }: Batch): void {
    if (
      !this.options.independent &&
      !this.#warned &&
      this.#readings.size < this.#partitions &&
      messages[0]?.key === null
    ) {
      this.#warned = true;
      this.log.warn(
        { source: this.name, topic: this.options.topic, groupId: this.options.groupId },
        'messages without a key are shared by several processes: bursts and counters of an engine fall apart. ' +
          'Start processes with the role rekey, see docs/kafka.md'
      );
    }
  }

  #readTo(reading: Reading, next: number, end: number): void {
    reading.next = next;
    reading.lag = Math.max(0, end - next);
    this.intake.readTo(this.name, reading.partition, next, reading.lag);
  }

  /** Stops fetching rather than waiting, so that heartbeats go on: the group takes silence for death. */
  #waitWhileCrowded(): void {
    if (this.intake.crowded && !this.#waiting) {
      this.#waiting = true;
      void this.intake.room().then(() => {
        this.#waiting = false;
        this.#pace();
      });
    }
  }

  /** Lets the member fetch what is wanted now, where that has changed. */
  #pace(): void {
    const unwanted = [...this.#readings.keys()].filter((number) => !this.wants(number)).join(' ');
    if (unwanted !== this.#unwanted) {
      this.#unwanted = unwanted;
      this.#member.pace();
    }
  }

  #forgetCommitted(number: number): void {
    const reading = this.#readings.get(number);
    if (reading !== undefined) {
      reading.committed = undefined;
    }
  }

  #partition(number: number): Partition {
    return this.intake.partition(`kafka/${this.options.topic}/${number}`);
  }
}
