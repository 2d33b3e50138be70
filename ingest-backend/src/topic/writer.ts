import { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { ArchiveItem, Batch, Keeper } from '../archive/index.js';
import { IdempotentProducer, kafkaLogging } from '../sources/index.js';
import { messagesOf, Places, presenceMessages, type Notice, type Placed } from './messages.js';
import type { ArchiveTopic } from './topic.js';

/**
 * Writes batches to the archive topic in the place of a store: what a batch brings is there once `write` resolves, maybe
 * twice after a failure; each item names its message, so that a store takes it once. Positions and notes are not its
 * business.
 */
export class TopicWriter implements Keeper {
  readonly #places: Places;
  readonly #producer: IdempotentProducer;

  constructor(
    private readonly topic: ArchiveTopic,
    log: Logger
  ) {
    const kafka = new Kafka({ ...topic.client, ...kafkaLogging(`archive ${topic.topic}`, log) });
    this.#producer = new IdempotentProducer(kafka);
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
    await this.#producer.close();
  }

  async #send(messages: readonly Placed[], topic = this.topic.topic): Promise<void> {
    await this.#producer.send(topic, messages);
  }
}
