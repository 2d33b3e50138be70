import { CompressionTypes, Kafka, Partitioners, type KafkaConfig, type Message, type Producer } from 'kafkajs';
import { toRecord, type ArchiveItem, type Sink } from '../../archive/index.js';

export interface KafkaSinkOptions {
  readonly client: KafkaConfig;
  readonly topic: string;
}

/** Bytes sent in one request: brokers take batches of about 1 MB by default, and all may be of one model. */
const REQUEST_BYTES = 500_000;

/**
 * Writes the archive stream to a topic, keyed by model: what is told of a model stays in order. The producer is
 * idempotent: a request that is sent again by the client is there once. A write that failed is told again as a whole by
 * a new producer, so that readers may find records twice, and know them by what the contract calls `origin`. Packed by
 * gzip, which every client can read.
 */
export class KafkaSink implements Sink {
  readonly name: string;
  readonly #kafka: Kafka;
  #producer: Producer | undefined;

  constructor(private readonly options: KafkaSinkOptions) {
    this.name = `kafka ${options.topic}`;
    this.#kafka = new Kafka(options.client);
  }

  async write(items: readonly ArchiveItem[]): Promise<void> {
    const { topic } = this.options;
    const producer = (this.#producer ??= await this.#connect());
    try {
      for (const messages of chunks(items)) {
        await producer.send({ topic, messages, acks: -1, compression: CompressionTypes.GZIP });
      }
    } catch (error) {
      // After a failure the sequence numbers of an idempotent producer are of no use any more.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    await this.#createTopic();
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
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

function* chunks(items: readonly ArchiveItem[]): Iterable<Message[]> {
  let [chunk, bytes]: [Message[], number] = [[], 0];
  for (const item of items) {
    const value = Buffer.from(JSON.stringify(toRecord(item)));
    if (chunk.length > 0 && bytes + value.length > REQUEST_BYTES) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push({ key: modelOf(item), value });
    bytes += value.length;
  }
  if (chunk.length > 0) {
    yield chunk;
  }
}

function modelOf(item: ArchiveItem): string {
  return item.kind === 'mapping' || item.kind === 'alert' ? item.model : item.series.model;
}
