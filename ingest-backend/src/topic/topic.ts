import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners, type ITopicConfig, type KafkaConfig } from 'kafkajs';
import type { ArchiveConfiguration } from '../config/index.js';
import { kafkaClient } from '../sources/index.js';

/** The archive topic, as all processes that share the work know it. */
export interface ArchiveTopic {
  readonly client: KafkaConfig;
  readonly topic: string;
  /** Beside it: what monitors go on from, by key, compacted. It has as many partitions. */
  readonly state: string;
  readonly groupId: string;
  readonly partitions: number;
}

/** What monitors go on from may be large. */
const LARGEST_STATE = 16 * 2 ** 20;
/** Only closed segments are compacted: small ones keep short what is read at a start. */
const STATE_SEGMENT = 64 * 2 ** 20;

/**
 * Reaches the archive topic and the one of states; makes them where they are missing.
 * @throws Error that says what was expected of the brokers
 */
export async function openTopic(configuration: ArchiveConfiguration): Promise<ArchiveTopic> {
  const { topic, groupId, brokers } = configuration;
  const client = kafkaClient(configuration);
  const admin = new Kafka({ ...client, logLevel: logLevel.NOTHING }).admin();
  const state = `${topic}.state`;
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const count = (name: string): Promise<number> => whenMade(async () => (await admin.fetchTopicOffsets(name)).length);
    const partitions = existing.has(topic) ? await count(topic) : configuration.partitions;
    const missing = [
      { topic, numPartitions: partitions, configEntries: [] },
      { topic: state, numPartitions: partitions, configEntries: entries(STATE_ENTRIES) },
    ].filter((one: ITopicConfig) => !existing.has(one.topic));
    // Another process may make them at the same time.
    await admin.createTopics({ topics: missing, waitForLeaders: true }).catch((error: Error) => {
      if (!/already exists/i.test(describe(error))) {
        throw error;
      }
    });
    const [found, states] = [await count(topic), await count(state)];
    if (found !== states) {
      throw new Error(
        `expected as many partitions of ${state} as of ${topic}, found ${states} and ${found}: stop all processes, ` +
          `delete the topic ${state}, and start again; monitors begin anew`
      );
    }
    return { client, topic, state, groupId, partitions: found };
  } catch (error) {
    throw new Error(`archive: topic ${topic} at ${brokers.join(', ')}: ${describe(error as Error)}`, { cause: error });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

const STATE_ENTRIES = {
  'cleanup.policy': 'compact',
  'max.message.bytes': String(LARGEST_STATE),
  'segment.bytes': String(STATE_SEGMENT),
};

function entries(config: Readonly<Record<string, string>>): Array<{ name: string; value: string }> {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}

/** What brokers answer of a topic that is being made. */
const BEING_MADE = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION'];
const ATTEMPTS = 40;
const PAUSE_MILLIS = 250;

async function whenMade<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const { type = '' } = ((error as Error).cause ?? error) as { type?: string };
      if (attempt === ATTEMPTS || !BEING_MADE.includes(type)) {
        throw error;
      }
      await sleep(PAUSE_MILLIS);
    }
  }
}

/** kafkajs tells of topics that were not made in errors within its error. */
function describe(error: Error & { readonly errors?: readonly Error[] }): string {
  return error.errors?.map(({ message }) => message).join('; ') ?? error.message;
}

/** What a key is placed by: its partition alone. */
const place = Partitioners.DefaultPartitioner();

/**
 * The partition of a workflow: that in which Kafka's own clients would put a message with its name as key. All that is
 * told of a workflow is in one, so that monitors which join, group and inhibit see all of it.
 */
export function partitionOf(name: string, count: number): number {
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
    ...{ partitionId, leader: 0, partitionErrorCode: 0, replicas: [], isr: [] },
  }));
  return place({ topic: '', partitionMetadata, message: { key: name, value: null } });
}
