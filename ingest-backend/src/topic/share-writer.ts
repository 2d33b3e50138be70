import { CompressionTypes, Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import type { ArchiveItem, Batch, Keeper } from '../archive/index.js';
import { requests, takeOver, transactionalProducer } from '../sources/index.js';
import { messagesOf, Places } from './messages.js';
import type { ArchiveTopic } from './topic.js';

/**
 * Writes what the monitors of one partition say to the archive topic, and what they go on from to the topic of states, in
 * one transaction: after a crash either both are there or neither is. The transactional id is the partition's, so that who
 * takes it over shuts out the process that had it, and ends what that left open. After a write that failed nothing more
 * is written: what is in memory may be ahead of what others have taken over.
 */
export class ShareWriter implements Keeper {
  readonly #places: Places;
  #broken: Error | undefined;

  private constructor(
    private readonly topic: ArchiveTopic,
    private readonly partition: number,
    private readonly producer: Producer,
    private readonly failed: (error: Error) => void
  ) {
    this.#places = new Places(topic.partitions);
  }

  /** @param failed told once, when nothing can be written any more */
  static async open(topic: ArchiveTopic, partition: number, failed: (error: Error) => void): Promise<ShareWriter> {
    const kafka = new Kafka({ ...topic.client, logLevel: logLevel.NOTHING });
    const id = `${topic.groupId}-monitor/${topic.topic}/${partition}`;
    const producer = transactionalProducer(kafka, id, topic.client.retry);
    await takeOver(producer);
    return new ShareWriter(topic, partition, producer, failed);
  }

  /** Entries of the state that are to be written with the next batch, beside its notes and positions. */
  readonly entries = new Map<string, string>();
  /** The state as it was written last, or recalled. */
  readonly written = new Map<string, string>();

  async write({ items, positions, notes = new Map() }: Batch): Promise<readonly ArchiveItem[]> {
    if (this.#broken !== undefined) {
      throw this.#broken;
    }
    const told = new Map(this.entries);
    notes.forEach((note, key) => told.set(`${NOTE}${key}`, note));
    positions.forEach((position, { key }) => told.set(`${POSITION}${key}`, String(position)));
    const changed = [...told].filter(([key, value]) => (this.written.get(key) ?? '') !== value);
    if (items.length === 0 && changed.length === 0) {
      return items;
    }
    try {
      await this.#commit(
        messagesOf(items, this.#places),
        changed.map(([key, value]) => this.#entry(key, value))
      );
    } catch (error) {
      this.#broken = error as Error;
      this.failed(this.#broken);
      throw error;
    }
    changed.forEach(([key, value]) => this.written.set(key, value));
    return items;
  }

  /** Whether no write has failed yet. */
  get usable(): boolean {
    return this.#broken === undefined;
  }

  async close(): Promise<void> {
    this.#broken ??= new Error('closed');
    await this.producer.disconnect().catch(() => undefined);
  }

  /** An empty text is none. */
  #entry(key: string, value: string): Message {
    return { partition: this.partition, key, value: value === '' ? null : value };
  }

  async #commit(items: readonly Message[], state: readonly Message[]): Promise<void> {
    const transaction = await this.producer.transaction();
    const compression = CompressionTypes.GZIP;
    try {
      for (const messages of requests(items)) {
        await transaction.send({ topic: this.topic.topic, messages, acks: -1, compression });
      }
      for (const messages of requests(state)) {
        await transaction.send({ topic: this.topic.state, messages, acks: -1, compression });
      }
    } catch (error) {
      await transaction.abort().catch(() => undefined);
      throw error;
    }
    await transaction.commit();
  }
}

const NOTE = 'note ';
const POSITION = 'position ';

/** What is kept of monitors, as `ShareWriter` wrote it. */
export function readState(entries: ReadonlyMap<string, string>): {
  readonly notes: Map<string, string>;
  readonly positions: Map<string, number>;
} {
  const of = (prefix: string) =>
    [...entries].flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : []
    );
  return { notes: new Map(of(NOTE)), positions: new Map(of(POSITION).map(([key, value]) => [key, Number(value)])) };
}
