import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners, type Admin, type Consumer, type Producer } from 'kafkajs';
import type { Deliver, Inlet, Link, Outlet, Port, Transport } from './transport.js';

export interface KafkaTransportOptions {
  readonly brokers: readonly string[];
  readonly workflow: string;
  readonly links: readonly Link[];
}

/** Milliseconds between signs of life while an engine is busy with a batch, or paused. */
const HEARTBEAT = 3000;
/** Milliseconds that the end of reading waits for the end of what was sent. */
const [DRAIN_PATIENCE, DRAIN_PAUSE] = [3000, 100];

/** The topic of the stream that a port writes: `{workflow}.{model}.{slot}`. */
export function topicOf(workflow: string, { model, slot }: Port): string {
  return `${workflow}.${model}.${slot}`;
}

/**
 * Streams over Kafka topics, one for each writing port. The engines of a model are one consumer group: they share
 * the partitions of a topic, and go on after a restart where they had stopped.
 */
export class KafkaTransport implements Transport {
  readonly #kafka: Kafka;
  readonly #closers: Array<() => Promise<void>> = [];
  #producer: Promise<Producer> | undefined;

  constructor(private readonly options: KafkaTransportOptions) {
    this.#kafka = new Kafka({
      clientId: 'pneumograph-demo',
      brokers: [...options.brokers],
      logLevel: logLevel.NOTHING,
    });
  }

  outlet(from: Port): Outlet {
    const topic = topicOf(this.options.workflow, from);
    return {
      send: async (lines) => {
        if (lines.length > 0) {
          const producer = await (this.#producer ??= this.#connectProducer());
          await producer.send({ topic, messages: lines.map((value) => ({ value })) });
        }
      },
      // A send is over only when the broker has the records: nothing is under way by now.
      close: () => Promise.resolve(),
    };
  }

  async inlet(model: string, deliver: Deliver): Promise<Inlet> {
    const { workflow, links } = this.options;
    const slots = new Map(
      links.filter(({ to }) => to.model === model).map(({ from, to }) => [topicOf(workflow, from), to.slot])
    );
    const groupId = `pneumograph-demo.${workflow}.${model}`;
    const consumer = this.#kafka.consumer({
      groupId,
      maxWaitTimeInMs: 250,
    });
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // A broker that has just started is not ready for groups yet: such a consumer starts again by itself.
        if (!payload.restart) {
          reject(payload.error);
        }
      });
    });
    // Awaited below; until then its failure is not to pass for an unhandled one.
    joined.catch(() => undefined);
    await consumer.connect();
    this.#closers.push(() => consumer.disconnect());
    await consumer.subscribe({ topics: [...slots.keys()], fromBeginning: true });
    await runBatches(consumer, (topic, lines) => deliver(slots.get(topic) as number, lines));
    await joined;
    return {
      close: async () => {
        await this.#drained(groupId, [...slots.keys()]);
        await consumer.stop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closers.map((close) => close()));
    await (await this.#producer?.catch(() => undefined))?.disconnect();
  }

  /**
   * Resolves once the engines of a model have dealt with all that was sent to them. What a broken engine still holds
   * after the bound waits in the topic for the next start.
   */
  async #drained(groupId: string, topics: string[]): Promise<void> {
    const admin = this.#kafka.admin();
    const deadline = performance.now() + DRAIN_PATIENCE;
    try {
      await admin.connect();
      while ((await lag(admin, groupId, topics)) > 0 && performance.now() < deadline) {
        await sleep(DRAIN_PAUSE);
      }
    } catch {
      // Brokers that are away hold nothing up: there is nothing to drain from.
    } finally {
      await admin.disconnect();
    }
  }

  async #connectProducer(): Promise<Producer> {
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return producer;
  }
}

/**
 * Creates the topics of a workflow where they do not exist: as many partitions as the reading model has engines.
 * @param unread ports that no model of the workflow reads
 * @throws KafkaJSError where no broker can be reached
 */
export async function createTopics(
  options: KafkaTransportOptions,
  enginesOf: (model: string) => number,
  unread: readonly Port[] = []
): Promise<void> {
  const admin = new Kafka({
    clientId: 'pneumograph-demo',
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 3 },
  }).admin();
  try {
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        ...options.links.map(({ from, to }) => ({
          topic: topicOf(options.workflow, from),
          numPartitions: enginesOf(to.model),
        })),
        ...unread.map((port) => ({ topic: topicOf(options.workflow, port), numPartitions: 1 })),
      ],
    });
  } finally {
    await admin.disconnect();
  }
}

/** Records in the topics that a group has not dealt with. */
async function lag(admin: Admin, groupId: string, topics: string[]): Promise<number> {
  let records = 0;
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, Number(end.high)]));
    for (const { partition, offset } of partitions) {
      // -1: nothing of this partition has been dealt with yet.
      records += (ends.get(partition) ?? 0) - Math.max(0, Number(offset));
    }
  }
  return records;
}

function runBatches(consumer: Consumer, deliver: (topic: string, lines: string[]) => Promise<void>): Promise<void> {
  return consumer.run({
    eachBatchAutoResolve: true,
    async eachBatch(payload) {
      const { batch } = payload;
      const alive = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT);
      try {
        await deliver(
          batch.topic,
          batch.messages.map(({ value }) => value?.toString() ?? '')
        );
      } finally {
        clearInterval(alive);
      }
    },
  });
}
