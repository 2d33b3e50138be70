import { CompressionTypes, Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { ArchiveItem, Batch, Keeper } from '../archive/index.js';
import { kafkaLogging } from '../sources/index.js';
import { messagesOf, Places, presenceMessages, type Notice, type Placed } from './messages.js';
import type { ArchiveTopic } from './topic.js';

/** Bytes sent in one request: brokers take batches of about 1 MB by default, and all may be of one partition. */
const REQUEST_BYTES = 500_000;

/**
 * Writes batches to the archive topic in the place of a store: what a batch brings is there once `write` resolves, maybe
 * twice after a failure; each item names its message, so that a store takes it once. Positions and notes are not its
 * business.
 */
export class TopicWriter implements Keeper {
  readonly #kafka: Kafka;
  readonly #places: Places;
  #producer: Producer | undefined;

  constructor(
    private readonly topic: ArchiveTopic,
    log: Logger
  ) {
    this.#kafka = new Kafka({ ...topic.client, ...kafkaLogging(`archive ${topic.topic}`, log) });
    this.#places = new Places(topic.partitions);
  }

  async write({ items, heard = new Map() }: Batch): Promise<readonly ArchiveItem[]> {
    await this.#send([...messagesOf(items, this.#places), ...presenceMessages(heard, this.#places)]);
    return items;
  }

  /** Tells something to the monitors of all workflows. */
  async tellAll(notice: Notice): Promise<void> {
    const value = JSON.stringify(notice);
    await this.#send(Array.from({ length: this.topic.partitions }, (_, partition) => ({ partition, value })));
  }

  /** Writes entries of the state, each to the partition that a name has. @param key what the entries' keys begin with */
  async tellState(key: string, values: ReadonlyMap<string, string>): Promise<void> {
    const messages = [...values].map(([name, value]) => ({
      ...{ partition: this.#places.of(name), key: `${key}${name}`, value },
    }));
    await this.#send(messages, this.topic.state);
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  async #send(all: readonly Placed[], topic = this.topic.topic): Promise<void> {
    const producer = (this.#producer ??= await this.#connect());
    try {
      for (const messages of chunks(all)) {
        await producer.send({ topic, messages, acks: -1, compression: CompressionTypes.GZIP });
      }
    } catch (error) {
      // After a failure the sequence numbers of an idempotent producer are of no use any more.
      await this.close();
      throw error;
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }
}

/** Messages in their order, as many together as go into a request. */
export function* chunks<M extends { readonly value: unknown }>(messages: readonly M[]): Iterable<M[]> {
  let [chunk, size]: [M[], number] = [[], 0];
  for (const message of messages) {
    const bytes = typeof message.value === 'string' ? Buffer.byteLength(message.value) : 0;
    if (chunk.length > 0 && size + bytes > REQUEST_BYTES) {
      yield chunk;
      [chunk, size] = [[], 0];
    }
    chunk.push(message);
    size += bytes;
  }
  if (chunk.length > 0) {
    yield chunk;
  }
}
