import { randomUUID } from 'node:crypto';
import type { Admin, Batch } from 'kafkajs';
import type { Logger } from 'pino';
import { RecordReader, type ArchiveItem } from '../archive/index.js';
import { eachRecord, GroupMember, type Held, type Reader } from '../sources/index.js';
import { isNotice, readMessage } from './messages.js';
import type { ArchiveTopic } from './topic.js';

/** What came by the topic, and from which offset on there is more. */
interface Piece {
  readonly partition: number;
  readonly next: number;
  readonly items: readonly ArchiveItem[];
}

export interface TailOptions {
  /** Whether anybody wants to know. */
  readonly wanted: () => boolean;
  /** How far the store has taken each partition in, by its key. */
  readonly stored: () => Promise<ReadonlyMap<string, number>>;
  /** Told of what is stored by now. */
  readonly take: (items: readonly ArchiveItem[]) => void;
  /** Told that some of it was let go, since the store is far behind. */
  readonly missed: () => void;
}

/** So often is the store asked, while it has something to catch up with. */
const PERIOD_MILLIS = 250;
const MOST_ITEMS = 200_000;

/** Follows the archive topic from its end on, and tells what comes once the store has it. */
export class TopicTail implements Reader {
  readonly wholeBatches = true;
  readonly #member: GroupMember;
  readonly #reader = new RecordReader();
  #pieces: Piece[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly topic: ArchiveTopic,
    private readonly options: TailOptions,
    log: Logger
  ) {
    const { client, groupId } = topic;
    const member = { client, topic: topic.topic, groupId: `${groupId}-query-${randomUUID()}` };
    this.#member = new GroupMember(`archive ${topic.topic}`, member, this, log);
  }

  get problem(): string | undefined {
    return this.#member.problem;
  }

  start(): void {
    this.#member.start();
    this.#timer = setInterval(() => {
      this.#asking = this.#asking.then(() => this.#tell());
    }, PERIOD_MILLIS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#member.stop();
    await this.#asking;
  }

  async place(_partitions: readonly number[], admin: Admin): Promise<(held: Held) => number> {
    const ranges = await admin.fetchTopicOffsets(this.topic.topic);
    return ({ partition, next }) => next ?? Number(ranges.find((range) => range.partition === partition)?.high ?? 0);
  }

  read(batch: Batch, next: number): void {
    if (!this.options.wanted()) {
      return;
    }
    const items: ArchiveItem[] = [];
    eachRecord(batch, (_offset, _time, value) => {
      try {
        const found = readMessage(value ?? '', this.#reader);
        if (!isNotice(found)) {
          items.push(found);
        }
      } catch {
        // The archive counts what it cannot read.
      }
    });
    this.#pieces.push({ partition: batch.partition, next, items });
    this.#size += items.length;
    if (this.#size > MOST_ITEMS) {
      this.#pieces = [];
      this.#size = 0;
      this.options.missed();
    }
  }

  moved(): void {
    // What holds nothing changes nothing.
  }

  idle(): void {
    // As above.
  }

  lost(): void {
    // Its only member has all partitions again in a moment.
  }

  async #tell(): Promise<void> {
    if (this.#pieces.length === 0) {
      return;
    }
    const stored = await this.options.stored().catch(() => new Map<string, number>());
    const ready = this.#pieces.filter(({ partition, next }) => (stored.get(this.#key(partition)) ?? 0) >= next);
    this.#pieces = this.#pieces.filter((piece) => !ready.includes(piece));
    const items = ready.flatMap((piece) => piece.items);
    this.#size -= items.length;
    this.options.take(items);
  }

  #key(partition: number): string {
    return archivePartition(this.topic, partition);
  }
}

/** What positions of a partition of the topic are known by. */
export function archivePartition({ topic }: Pick<ArchiveTopic, 'topic'>, partition: number): string {
  return `kafka/${topic}/${partition}`;
}
