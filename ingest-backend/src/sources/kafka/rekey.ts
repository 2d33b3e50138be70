import {
  Kafka,
  logLevel,
  Partitioners,
  type Admin,
  type Batch,
  type ICustomPartitioner,
  type KafkaMessage,
  type Message,
  type Producer,
} from 'kafkajs';
import type { Logger } from 'pino';
import type { SelfMetrics } from '../../selfmetrics/index.js';
import type { Source } from '../source.js';
import { LZ4 } from './codecs.js';
import { GroupMember, type Held, type MemberOptions, type Reader } from './member.js';
import { readOffsets } from './offsets.js';
import { place } from './placement.js';
import { requests, takeOver, transactionalProducer } from './producer.js';

export interface RekeyOptions extends MemberOptions {
  /** The topic that is written. */
  readonly to: string;
}

/** Source partitions that are copied at the same time: each waits for the brokers several times a transaction. */
const CONCURRENCY = 8;

/**
 * Copies a topic whose messages have no keys to one where the engine is the key, so that several processes can share it:
 * all messages of an engine are in one partition there. Each message is copied exactly once: its copy and the offset of
 * the original are one transaction. Each partition of the original has a transactional id of its own, so that whoever
 * takes over a partition shuts out the process that had it, and ends what that left open.
 */
export class Rekeyer implements Source, Reader {
  readonly name: string;
  readonly #kafka: Kafka;
  readonly #member: GroupMember;
  readonly #producers = new Map<number, Producer>();
  readonly #lags = new Map<number, { lag: number; newest: number }>();

  constructor(
    private readonly options: RekeyOptions,
    private readonly metrics: SelfMetrics,
    private readonly log: Logger
  ) {
    this.name = `rekey ${options.topic}`;
    // Each transaction makes kafkajs log errors that it tries again; what it gives up on reaches the member.
    this.#kafka = new Kafka({ ...options.client, logLevel: logLevel.NOTHING });
    this.#member = new GroupMember(this.name, { concurrency: CONCURRENCY, ...options }, this, log);
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
    this.lost([...this.#producers.keys()]);
  }

  *lagSeconds(): Iterable<readonly [partition: string, seconds: number]> {
    for (const [partition, { lag, newest }] of this.#lags) {
      yield [this.#key(partition), lag === 0 ? 0 : Math.max(0, Date.now() - newest) / 1000];
    }
  }

  async place(partitions: readonly number[], admin: Admin): Promise<(held: Held) => number> {
    await this.#createTarget(admin);
    // First the old owner is shut out, then is read what it committed.
    await Promise.all(partitions.map((partition) => this.#takeOver(partition)));
    const { topic, groupId } = this.options;
    const offsets = await readOffsets(admin, topic, groupId);
    return ({ partition }) => {
      const range = offsets.of(partition);
      // What was committed is the only truth, so it goes as the position of a store.
      const known = { ...range, committed: undefined, stored: range.committed?.offset, held: undefined, first: true };
      const { offset, lost, anew } = place({ store: '', process: '' }, known);
      if (lost > 0) {
        this.metrics.kafkaLost.inc({ partition: this.#key(partition) }, lost);
      }
      if (lost > 0 || anew) {
        const details = { source: this.name, partition, offset, lost };
        this.log.warn(details, anew ? 'the topic was made anew' : 'records were deleted by retention before the copy');
      }
      return offset;
    };
  }

  async read(batch: Batch, next: number): Promise<void> {
    const { topic, groupId, to } = this.options;
    const { partition } = batch;
    const producer = this.#producers.get(partition);
    if (producer === undefined) {
      throw new Error(`partition ${partition} of ${topic} was taken away`);
    }
    let keyed = 0;
    const transaction = await producer.transaction();
    for (const messages of requests(batch.messages)) {
      const copies = messages.map(copy);
      keyed += copies.filter(({ key }) => key !== null).length;
      await transaction.send({ topic: to, messages: copies, compression: LZ4 });
    }
    const offsets = [{ partition, offset: String(next) }];
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: offsets }] });
    await transaction.commit();
    this.metrics.rekeyed.inc({ topic: to, keyed: 'true' }, keyed);
    this.metrics.rekeyed.inc({ topic: to, keyed: 'false' }, batch.messages.length - keyed);
    const newest = Number(batch.messages.at(-1)?.timestamp ?? Date.now());
    this.#setLag(partition, Number(batch.highWatermark) - next, newest);
  }

  moved(partition: number, next: number, end: number): void {
    this.#setLag(partition, end - next);
  }

  idle(partition: number, end: number, next: number): void {
    this.#setLag(partition, end - next);
  }

  lost(partitions: readonly number[]): void {
    for (const partition of partitions) {
      void this.#producers.get(partition)?.disconnect();
      this.#producers.delete(partition);
      this.#lags.delete(partition);
      this.metrics.lag.remove({ partition: this.#key(partition) });
    }
  }

  /** As many partitions as the original has, since the brokers' default is often one. */
  async #createTarget(admin: Admin): Promise<void> {
    const { topic, to } = this.options;
    const topics = await admin.listTopics();
    if (!topics.includes(to)) {
      const numPartitions = (await admin.fetchTopicOffsets(topic)).length;
      const configEntries = [{ name: 'message.timestamp.type', value: 'CreateTime' }];
      await admin.createTopics({ topics: [{ topic: to, numPartitions, configEntries }], waitForLeaders: true });
    }
  }

  /** Makes the producer of a partition anew: that shuts out every older one, also one of this process. */
  async #takeOver(partition: number): Promise<void> {
    const { client, topic, groupId } = this.options;
    await this.#producers.get(partition)?.disconnect();
    const id = `${groupId}/${topic}/${partition}`;
    const producer = transactionalProducer(this.#kafka, id, client.retry, createPartitioner);
    this.#producers.set(partition, producer);
    await takeOver(producer);
  }

  #setLag(partition: number, lag: number, newest?: number): void {
    const least = Math.max(0, lag);
    this.#lags.set(partition, { lag: least, newest: newest ?? this.#lags.get(partition)?.newest ?? Date.now() });
    this.metrics.lag.set({ partition: this.#key(partition) }, least);
  }

  #key(partition: number): string {
    return `kafka/${this.options.topic}/${partition}`;
  }
}

/** As Kafka's own clients place keys. Without one the bytes decide, so that a request that is sent again is the same. */
const createPartitioner: ICustomPartitioner = () => {
  const place = Partitioners.DefaultPartitioner();
  return (request) => {
    const { key, value, timestamp } = request.message;
    return place({ ...request, message: { ...request.message, key: key ?? value ?? timestamp ?? '' } });
  };
};

/** The message with its engine as key; null where it names none. All else stays as it was. */
function copy({ value, headers, timestamp }: KafkaMessage): Message {
  return {
    key: value === null ? null : readEngine(value),
    value,
    ...(headers === undefined ? {} : { headers }),
    ...(Number(timestamp) < 0 ? {} : { timestamp }),
  };
}

function readEngine(value: Buffer): string | null {
  try {
    const message = JSON.parse(value.toString('utf8')) as { src?: unknown } | null;
    return typeof message?.src === 'string' && message.src !== '' ? message.src : null;
  } catch {
    return null;
  }
}
