import { Kafka, type KafkaConfig, type Message } from 'kafkajs';
import { modelOf, toRecord, type ArchiveItem, type Sink } from '../../archive/index.js';
import { IdempotentProducer } from '../../sources/index.js';

export interface KafkaSinkOptions {
  readonly client: KafkaConfig;
  readonly topic: string;
}

/**
 * Writes the archive stream to a topic, keyed by model: what is told of a model stays in order. The producer is
 * idempotent: a request that is sent again by the client is there once. A write that failed is told again as a whole by
 * a new producer, so that readers may find records twice, and know them by what the contract calls `origin`. Packed by
 * gzip, which every client can read.
 */
export class KafkaSink implements Sink {
  readonly name: string;
  readonly #kafka: Kafka;
  readonly #producer: IdempotentProducer;

  constructor(private readonly options: KafkaSinkOptions) {
    this.name = `kafka ${options.topic}`;
    this.#kafka = new Kafka(options.client);
    this.#producer = new IdempotentProducer(this.#kafka, () => this.#createTopic());
  }

  async write(items: readonly ArchiveItem[]): Promise<void> {
    await this.#producer.send(this.options.topic, messagesOf(items));
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }

  /** With as many partitions as the brokers give a topic by default. */
  async #createTopic(): Promise<void> {
    const { topic } = this.options;
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      if (!(await admin.listTopics()).includes(topic)) {
        await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
      }
    } finally {
      await admin.disconnect();
    }
  }
}

/** One at a time, as they are sent. */
function* messagesOf(items: readonly ArchiveItem[]): Iterable<Message> {
  for (const item of items) {
    yield { key: modelOf(item), value: Buffer.from(JSON.stringify(toRecord(item))) };
  }
}
