import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, PartitionAssigners, type Admin, type Batch, type Consumer, type EachBatchPayload } from 'kafkajs';
import type { ConsumerEndBatchProcessEvent, KafkaConfig, KafkaMessage } from 'kafkajs';
import type { Logger } from 'pino';
import { kafkaLogging } from './client.js';
import { observingAssigner, type Fetch } from './fetches.js';
import { RecordBatch, type Visit } from './record-batch.js';

export interface MemberOptions {
  readonly client: KafkaConfig;
  readonly topic: string;
  readonly groupId: string;
  /** Partitions whose batches are read at the same time. */
  readonly concurrency?: number;
}

/** A partition to be placed, and where reading stands if it was held before. */
export interface Held {
  readonly partition: number;
  readonly next: number | undefined;
}

/** What is done with the partitions that a member of a group is given. */
export interface Reader {
  /**
   * Finds out what it takes to say where reading of partitions begins. The answer says it, partition by partition, for
   * those that are still this member's by then. A failure makes the member join anew.
   */
  place(partitions: readonly number[], admin: Admin): Promise<(held: Held) => number>;
  /** Whether the messages of a batch are the record batches that they lie in, see `eachRecord`; not, if left out. */
  readonly wholeBatches?: boolean;
  /** Takes in messages. A failure makes the member join anew; the batch will come again. */
  read(batch: Batch, next: number): Promise<void> | void;
  /** Says that reading stands at `next` though no message came: a marker, an aborted transaction, a compacted stretch. */
  moved(partition: number, next: number, end: number): void;
  /** Says that nothing lay between where reading stands and what can be read when a broker answered. */
  idle(partition: number, end: number, next: number, fetch: Fetch): void;
  /** Whether more of a partition is wanted now, see `pace`; always, if left out. */
  wants?(partition: number): boolean;
  /** Says that partitions went to other members. */
  lost(partitions: readonly number[]): void;
}

interface Assigned {
  readonly partition: number;
  /** The offset to be read next; undefined until the partition was placed. */
  next: number | undefined;
  /** Whether it may be read: false from each assignment until it is placed. */
  ready: boolean;
}

const RETRY_MILLIS = 3000;
/** Partitions without news are known to be without within this time. */
const LONGEST_FETCH_MILLIS = 250;
/** A member that was killed is noticed within this time. */
const SESSION_MILLIS = 15_000;
/** A member that leaves waits for the group's consent no longer than this. */
const LEAVE_MILLIS = 3000;
/** New partitions of the topic are noticed within this time. */
const METADATA_MILLIS = 30_000;
/** Longer than the heartbeat's interval: without any answer for so long, the brokers are away. */
const SILENCE_MILLIS = 10_000;

/**
 * A member of a consumer group, through kafkajs, that never gives up: brokers that are away and errors of any kind make
 * it join anew, and are told as its problem meanwhile. The offsets that it reads from are the reader's, not the group's.
 */
export class GroupMember {
  readonly #kafka: Kafka;
  readonly #assigned = new Map<number, Assigned>();
  readonly #stopping = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stopping.signal.addEventListener('abort', () => resolve());
  });
  #consumer: Consumer | undefined;
  #fail: (error: Error) => void = () => undefined;
  /** Counts placements: one that an assignment overtook is void. */
  #placement = 0;
  #failure: string | undefined = 'not connected yet';
  #lastAnswer = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly options: MemberOptions,
    private readonly reader: Reader,
    private readonly log: Logger
  ) {
    this.#kafka = new Kafka({ ...options.client, ...kafkaLogging(name, log) });
  }

  /** Why nothing can be read now, or undefined. */
  get problem(): string | undefined {
    const silence = Date.now() - this.#lastAnswer;
    return this.#failure ?? (silence > SILENCE_MILLIS ? this.#silent(silence) : undefined);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Whether a partition is this member's and placed. */
  owns(partition: number): boolean {
    return this.#assigned.get(partition)?.ready ?? false;
  }

  /** Commits offsets for the group. @throws Error where the brokers refuse it */
  async commit(offsets: ReadonlyArray<{ partition: number; offset: string; metadata: string }>): Promise<void> {
    const { topic } = this.options;
    await this.#consumer?.commitOffsets(offsets.map((offset) => ({ ...offset, topic })));
  }

  get topic(): string {
    return this.options.topic;
  }

  /** Asks the reader anew which partitions it wants. */
  pace(): void {
    this.#pauseOrResume();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#consume();
      } catch (error) {
        const message = this.#explain(error as Error);
        if (this.#failure !== message) {
          this.log.error({ source: this.name, error: message }, 'Kafka cannot be read; trying again');
        }
        this.#failure = message;
        await sleep(RETRY_MILLIS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Joins the group and reads until it fails or shall stop. */
  async #consume(): Promise<void> {
    const consumer = this.#createConsumer();
    this.#consumer = consumer;
    const failed = new Promise<never>((_, reject) => (this.#fail = reject));
    const joining = this.#join(consumer);
    try {
      await Promise.race([joining, failed, this.#stopped]);
      await Promise.race([failed, this.#stopped]);
    } finally {
      this.#consumer = undefined;
      this.#placement++;
      this.#assigned.forEach((assigned) => (assigned.ready = false));
      // kafkajs cannot leave while it joins: what it was asked to end would be a member for ever. In the middle of a
      // rebalance either waits for all the other members: that is not worth waiting for.
      const leave = () => consumer.disconnect().catch(() => undefined);
      const left = joining.then(leave, leave);
      await Promise.race([left, sleep(LEAVE_MILLIS, undefined, { ref: false })]);
    }
  }

  async #join(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [this.options.topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.options.concurrency ?? 1,
      eachBatch: (payload) => this.#read(consumer, payload),
    });
  }

  #createConsumer(): Consumer {
    const assigner = observingAssigner(PartitionAssigners.roundRobin, {
      answered: (fetch) => this.#answered(fetch),
      outOfRange: (partition) => this.placeAgain(partition),
      wholeBatches: this.reader.wholeBatches ?? false,
    });
    const consumer = this.#kafka.consumer({
      groupId: this.options.groupId,
      partitionAssigners: [assigner],
      maxWaitTimeInMs: LONGEST_FETCH_MILLIS,
      sessionTimeout: SESSION_MILLIS,
      metadataMaxAge: METADATA_MILLIS,
      // A topic that the brokers made on the way would have as many partitions as they think fit.
      allowAutoTopicCreation: false,
      // What kafkajs starts again by itself after a failure depends on the failure's kind; `#run` does it for all.
      retry: { ...this.options.client.retry, restartOnFailure: () => Promise.resolve(false) },
    });
    const current = (act: () => void) => () => this.#consumer === consumer && act();
    consumer.on('consumer.crash', ({ payload }) => current(() => this.#fail(payload.error))());
    consumer.on('consumer.heartbeat', () => (this.#lastAnswer = Date.now()));
    consumer.on('consumer.end_batch_process', (event) => current(() => this.#skip(event))());
    consumer.on('consumer.group_join', ({ payload }) =>
      current(() => this.#assign(payload.memberAssignment[this.options.topic] ?? []))()
    );
    return consumer;
  }

  #assign(partitions: readonly number[]): void {
    this.#lastAnswer = Date.now();
    const lost = [...this.#assigned.keys()].filter((partition) => !partitions.includes(partition));
    lost.forEach((partition) => this.#assigned.delete(partition));
    this.reader.lost(lost);
    for (const partition of partitions) {
      const next = this.#assigned.get(partition)?.next;
      this.#assigned.set(partition, { partition, next, ready: false });
    }
    this.#pauseOrResume();
    void this.#place();
  }

  /** Stops reading a partition until the reader has said anew where it begins. */
  placeAgain(partition: number): void {
    const assigned = this.#assigned.get(partition);
    if (assigned?.ready === true) {
      assigned.ready = false;
      this.#pauseOrResume();
      void this.#place();
    }
  }

  /** Asks the reader where all that is not ready begins. */
  async #place(): Promise<void> {
    const placement = ++this.#placement;
    const waiting = [...this.#assigned.values()].filter(({ ready }) => !ready);
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      const begin = await this.reader.place(
        waiting.map(({ partition }) => partition),
        admin
      );
      if (placement !== this.#placement) {
        return;
      }
      for (const assigned of waiting) {
        const { partition } = assigned;
        assigned.next = begin(assigned);
        this.#consumer?.seek({ topic: this.options.topic, partition, offset: String(assigned.next) });
        assigned.ready = true;
      }
      this.#failure = undefined;
      this.#pauseOrResume();
    } catch (error) {
      if (placement === this.#placement) {
        this.#fail(error as Error);
      }
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  async #read(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const assigned = this.#assigned.get(batch.partition);
    if (consumer !== this.#consumer || assigned?.ready !== true || payload.isStale()) {
      return;
    }
    // Any other than expected means that kafkajs moved by itself.
    if (fetchedOffset(batch) !== assigned.next) {
      this.placeAgain(batch.partition);
      return;
    }
    const next = Number(batch.lastOffset()) + 1;
    try {
      await this.reader.read(batch, next);
    } catch (error) {
      assigned.ready = false;
      this.#fail(error as Error);
      return;
    }
    assigned.next = next;
    payload.resolveOffset(batch.lastOffset());
  }

  /** A batch of which nothing was left to be read. */
  #skip({ payload: { partition, batchSize, lastOffset, highWatermark } }: ConsumerEndBatchProcessEvent): void {
    const assigned = this.#assigned.get(partition);
    const next = Number(lastOffset) + 1;
    if (batchSize === 0 && assigned?.ready === true && next > (assigned.next ?? next)) {
      assigned.next = next;
      this.reader.moved(partition, next, Number(highWatermark));
    }
  }

  #answered(fetch: Fetch): void {
    this.#lastAnswer = Date.now();
    for (const { partition, offset, highWatermark, stableEnd, empty } of fetch.partitions) {
      const assigned = this.#assigned.get(partition);
      // Nothing may come of a partition that holds more, where others filled the answer.
      if (empty && assigned?.ready === true && assigned.next === offset && offset >= stableEnd) {
        this.reader.idle(partition, highWatermark, offset, fetch);
      }
    }
  }

  #pauseOrResume(): void {
    const { topic } = this.options;
    const running = [...this.#assigned.values()].filter(
      ({ partition, ready }) => ready && (this.reader.wants?.(partition) ?? true)
    );
    const resumed = running.map(({ partition }) => partition);
    const paused = [...this.#assigned.keys()].filter((partition) => !resumed.includes(partition));
    this.#consumer?.pause([{ topic, partitions: paused }]);
    this.#consumer?.resume([{ topic, partitions: resumed }]);
  }

  #explain(error: Error): string {
    const { topic, client } = this.options;
    const { type } = (error.cause ?? error) as { type?: string };
    switch (type) {
      case 'UNKNOWN_TOPIC_OR_PARTITION':
        return `expected a topic ${topic}, found none at ${(client.brokers as string[]).join(', ')}`;
      case 'ILLEGAL_SASL_STATE':
        // kafkajs takes a broker's refusal of a token for its consent, and fails at the next request.
        return 'SASL OAUTHBEARER authentication failed: the broker refused the token';
      default:
        return error.message;
    }
  }

  #silent(millis: number): string {
    return `no answer from ${(this.options.client.brokers as string[]).join(', ')} for ${Math.round(millis / 1000)} s`;
  }
}

/** The offset that was asked for: the types leave it out. */
function fetchedOffset(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

/** Visits the records of a batch, whether they came in record batches or, from older brokers, as messages. */
export function eachRecord(batch: Batch, visit: Visit): void {
  const from = fetchedOffset(batch);
  for (const message of batch.messages as ReadonlyArray<KafkaMessage | RecordBatch>) {
    if (message instanceof RecordBatch) {
      message.read(from, visit);
    } else {
      visit(Number(message.offset), Number(message.timestamp), message.value?.toString('utf8') ?? null);
    }
  }
}
