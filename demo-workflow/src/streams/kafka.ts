import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from 'kafkajs';
import { portName, type Deliver, type Inlet, type Link, type Outlet, type Port, type Transport } from './transport.js';

export interface KafkaTransportOptions {
  readonly brokers: readonly string[];
  readonly workflow: string;
  readonly links: readonly Link[];
}

/** Milliseconds between signs of life while an engine is busy with a batch, or paused. */
const HEARTBEAT = 3000;

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
    const read = this.options.links.some((link) => portName(link.from) === portName(from));
    return {
      send: async (lines) => {
        if (read && lines.length > 0) {
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
    const consumer = this.#kafka.consumer({
      groupId: `pneumograph-demo.${workflow}.${model}`,
      maxWaitTimeInMs: 250,
    });
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    // Awaited below; until then its failure is not to pass for an unhandled one.
    joined.catch(() => undefined);
    await consumer.connect();
    this.#closers.push(() => consumer.disconnect());
    await consumer.subscribe({ topics: [...slots.keys()], fromBeginning: true });
    await runBatches(consumer, (topic, lines) => deliver(slots.get(topic) as number, lines));
    await joined;
    return { close: () => consumer.stop() };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closers.map((close) => close()));
    await (await this.#producer?.catch(() => undefined))?.disconnect();
  }

  async #connectProducer(): Promise<Producer> {
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return producer;
  }
}

/**
 * Creates the topics of a workflow where they do not exist: as many partitions as the reading model has engines.
 * @throws KafkaJSError where no broker can be reached
 */
export async function createTopics(
  options: KafkaTransportOptions,
  enginesOf: (model: string) => number
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
      topics: options.links.map(({ from, to }) => ({
        topic: topicOf(options.workflow, from),
        numPartitions: enginesOf(to.model),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

function runBatches(consumer: Consumer, deliver: (topic: string, lines: string[]) => Promise<void>): Promise<void> {
  return consumer.run({
    eachBatchAutoResolve: true,
    async eachBatch({ batch, heartbeat }) {
      const alive = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT);
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
