import { Kafka, logLevel, type Consumer, type EachBatchPayload, type KafkaConfig } from 'kafkajs';
import type { Logger } from 'pino';
import type { Partition } from '../archive/index.js';
import { Skipped } from '../derive/index.js';
import type { Intake } from './intake.js';
import type { Source } from './source.js';

export interface KafkaOptions {
  readonly client: KafkaConfig;
  readonly topic: string;
  readonly groupId: string;
}

const RETRY_MILLIS = 3000;

/**
 * Messages of a Kafka topic, through kafkajs; nothing else in the backend knows kafkajs. The stored position is the
 * truth; the group's committed offsets follow it, so that Kafka's own tools show the lag.
 */
export class KafkaSource implements Source {
  readonly name: string;
  problem: string | undefined = 'not connected yet';
  readonly #kafka: Kafka;
  readonly #consumer: Consumer;
  #assigned: ReadonlySet<number> = new Set();
  readonly #caughtUp = new Set<number>();
  #stopped = false;
  #connecting: Promise<void> = Promise.resolve();
  readonly #committed = new Map<string, number>();

  constructor(
    private readonly options: KafkaOptions,
    private readonly intake: Intake,
    private readonly log: Logger
  ) {
    this.name = `kafka ${options.topic}`;
    this.#kafka = new Kafka({ ...options.client, logLevel: logLevel.WARN, logCreator: () => this.#logKafka });
    this.#consumer = this.#kafka.consumer({
      groupId: options.groupId,
      retry: { restartOnFailure: () => this.#restart() },
    });
    this.#consumer.on('consumer.fetch_start', ({ timestamp }) => {
      for (const number of this.#caughtUp) {
        this.intake.completeTo(this.#partition(number), timestamp - 1000);
      }
    });
    this.#consumer.on('consumer.crash', ({ payload }) => (this.problem = payload.error.message));
    this.#consumer.on('consumer.group_join', ({ payload }) => {
      this.problem = undefined;
      this.#assign(payload.memberAssignment[options.topic] ?? []);
    });
  }

  start(): Promise<void> {
    this.#connecting = this.#connect();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#consumer.disconnect().catch(() => undefined);
    await this.#connecting;
  }

  stored(positions: ReadonlyMap<string, number>): void {
    const offsets = [];
    for (const [key, position] of positions) {
      const number = this.#numberOf(key);
      if (number !== undefined && this.#committed.get(key) !== position) {
        this.#committed.set(key, position);
        offsets.push({ topic: this.options.topic, partition: number, offset: String(position) });
      }
    }
    if (offsets.length > 0) {
      // For Kafka's tools alone: a commit that fails is made good by the next one.
      this.#consumer.commitOffsets(offsets).catch(() => undefined);
    }
  }

  /** Brokers may be away when the backend starts: it goes on trying, and says so. */
  async #connect(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#consumer.connect();
        await this.#consumer.subscribe({ topics: [this.options.topic], fromBeginning: true });
        await this.#consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) => this.#batch(payload),
        });
        return;
      } catch (error) {
        this.problem = (error as Error).message;
        this.log.error({ source: this.name, error: this.problem }, 'Kafka cannot be reached; trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const partition = this.#partition(batch.partition);
    const now = Date.now();
    this.#caughtUp.delete(batch.partition);
    for (const { offset, value, timestamp } of batch.messages) {
      if (!payload.isRunning() || payload.isStale()) {
        return;
      }
      if (value === null) {
        this.intake.skip(this.name, new Skipped('tombstone'));
      } else {
        this.intake.takeText(
          this.name,
          partition,
          Number(offset),
          value.toString('utf8'),
          Math.min(now, Number(timestamp))
        );
      }
    }
    const next = Number(batch.lastOffset()) + 1;
    payload.resolveOffset(batch.lastOffset());
    if (next >= Number(batch.highWatermark)) {
      this.#caughtUp.add(batch.partition);
    }
    this.intake.readTo(this.name, partition, next, Math.max(0, Number(batch.highWatermark) - next));
    await this.#roomWithHeartbeat(() => payload.heartbeat());
  }

  /** Waits for room without losing the partition: the group takes silence for death. */
  async #roomWithHeartbeat(heartbeat: () => Promise<void>): Promise<void> {
    const room = this.intake.room().then(() => true);
    for (;;) {
      await heartbeat();
      if (await Promise.race([room, new Promise<false>((resolve) => setTimeout(() => resolve(false), 1000).unref())])) {
        return;
      }
    }
  }

  #assign(numbers: readonly number[]): void {
    const assigned = new Set(numbers);
    for (const number of this.#assigned) {
      if (!assigned.has(number)) {
        this.intake.release(this.#partition(number));
      }
    }
    this.#assigned = assigned;
    this.#caughtUp.clear();
    for (const number of assigned) {
      this.intake.assign(this.#partition(number), this.name);
      const position = this.intake.resumeAt(this.#partition(number));
      if (position !== undefined) {
        this.#consumer.seek({ topic: this.options.topic, partition: number, offset: String(position) });
      }
    }
    this.#findRead(assigned).catch((error: Error) =>
      this.log.warn({ source: this.name, error: error.message }, 'cannot tell which partitions hold messages')
    );
  }

  /** No batch will ever come of a partition that is read to its end: nobody need wait for it. */
  async #findRead(assigned: ReadonlySet<number>): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      for (const { partition: number, high, low } of await admin.fetchTopicOffsets(this.options.topic)) {
        const position = this.intake.resumeAt(this.#partition(number)) ?? Number(low);
        if (assigned === this.#assigned && assigned.has(number) && position >= Number(high)) {
          this.#caughtUp.add(number);
        }
      }
    } finally {
      await admin.disconnect();
    }
  }

  #partition(number: number): Partition {
    return this.intake.partition(`kafka/${this.options.topic}/${number}`);
  }

  #numberOf(key: string): number | undefined {
    const prefix = `kafka/${this.options.topic}/`;
    return key.startsWith(prefix) ? Number(key.slice(prefix.length)) : undefined;
  }

  #restart(): Promise<boolean> {
    return Promise.resolve(!this.#stopped);
  }

  readonly #logKafka = ({ level, log }: { level: logLevel; log: { message: string } }): void => {
    const details = { source: this.name };
    if (level <= logLevel.ERROR) {
      this.log.error(details, log.message);
    } else {
      this.log.warn(details, log.message);
    }
  };
}
