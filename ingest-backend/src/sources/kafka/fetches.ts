import type { Cluster, PartitionAssigner } from 'kafkajs';
import { hideAborted, type AbortedTransaction, type FetchedRecord } from './aborted.js';
import { readBatches, type FetchProtocol } from './record-batch.js';

/** What a broker answered of one partition. */
export interface FetchedPartition {
  readonly partition: number;
  /** The offset that was asked for. */
  readonly offset: number;
  /** The end of the partition, and the end of what open transactions let be read. */
  readonly highWatermark: number;
  readonly stableEnd: number;
  /** Whether nothing lay between the offset asked for and the end. */
  readonly empty: boolean;
}

/** One answer of one broker. */
export interface Fetch {
  /** Milliseconds; when the request was sent. */
  readonly startedAt: number;
  /** Milliseconds; log time of the newest record in the answer, 0 where it holds none. */
  readonly newest: number;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchListener {
  answered(fetch: Fetch): void;
  /** The partition does not hold the offset that was asked for. */
  outOfRange(partition: number): void;
  /** Whether messages come as the record batches that they lie in, see `RecordBatch`; not, if left out. */
  readonly wholeBatches?: boolean;
}

interface FetchRequest {
  readonly topics: ReadonlyArray<{
    readonly topic: string;
    readonly partitions: ReadonlyArray<{ readonly partition: number; readonly fetchOffset: string }>;
  }>;
}
interface FetchResponse {
  readonly responses: ReadonlyArray<{
    readonly topicName: string;
    readonly partitions: ReadonlyArray<{
      readonly partition: number;
      readonly highWatermark: string;
      readonly lastStableOffset?: string;
      readonly messages: ReadonlyArray<FetchedRecord & { readonly timestamp: string }>;
      abortedTransactions?: readonly AbortedTransaction[] | null;
    }>;
  }>;
}
interface FetchingBroker {
  fetch(request: FetchRequest): Promise<FetchResponse>;
  /** The version of a request that client and broker both speak. */
  lookupRequest(apiKey: number, versions: unknown): (request: unknown) => FetchProtocol;
}

/**
 * An assigner (round robin) that lets a consumer of one topic see the brokers' answers, and hides from it what was
 * aborted, which kafkajs does not do well (see `hideAborted`). kafkajs gives custom assigners
 * its cluster, and tells nobody else what was in a fetch: its event `consumer.fetch` comes after failed ones too and
 * names no partitions, and a partition without news reaches no callback. Knowing that a partition has no news, and what
 * its end is, is what lets event time go on.
 */
export function observingAssigner(roundRobin: PartitionAssigner, listener: FetchListener): PartitionAssigner {
  return (config) => {
    observe(config.cluster, listener);
    return roundRobin(config);
  };
}

function observe(cluster: Cluster, listener: FetchListener): void {
  const observed = new WeakSet<object>();
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!observed.has(broker)) {
      observed.add(broker);
      observeBroker(broker as FetchingBroker & typeof broker, listener);
    }
    return broker;
  };
}

function observeBroker(broker: FetchingBroker, listener: FetchListener): void {
  const fetch = broker.fetch.bind(listener.wholeBatches === true ? readingBatches(broker) : broker);
  broker.fetch = async (request) => {
    const startedAt = Date.now();
    try {
      const response = await fetch(request);
      hideAbortedOf(response);
      listener.answered(summarize(request, response, startedAt));
      return response;
    } catch (error) {
      const { name, partition } = error as Error & { partition?: number };
      if (name === 'KafkaJSOffsetOutOfRange' && partition !== undefined) {
        // kafkajs would commit "the earliest" for the group and go on without a word.
        listener.outOfRange(partition);
        return { responses: [] };
      }
      throw error;
    }
  };
}

/** The broker, but that answers to a fetch are read as record batches. */
function readingBatches(broker: FetchingBroker): FetchingBroker {
  const lookupRequest: FetchingBroker['lookupRequest'] = (apiKey, versions) => {
    const fetch = broker.lookupRequest(apiKey, versions);
    return (request) => readBatches(fetch(request));
  };
  return Object.create(broker, { lookupRequest: { value: lookupRequest } }) as FetchingBroker;
}

/** In the place of kafkajs, which is then told that there are none. */
function hideAbortedOf({ responses }: FetchResponse): void {
  for (const partition of responses.flatMap(({ partitions }) => partitions)) {
    if (partition.abortedTransactions?.length) {
      hideAborted(partition.messages, partition.abortedTransactions);
      partition.abortedTransactions = [];
    }
  }
}

function summarize({ topics }: FetchRequest, { responses }: FetchResponse, startedAt: number): Fetch {
  const asked = new Map(topics[0]?.partitions.map(({ partition, fetchOffset }) => [partition, Number(fetchOffset)]));
  let newest = 0;
  const partitions: FetchedPartition[] = [];
  for (const { partition, highWatermark, lastStableOffset, messages } of responses[0]?.partitions ?? []) {
    const end = Number(highWatermark);
    const last = messages.at(-1);
    newest = last === undefined ? newest : Math.max(newest, Number(last.timestamp));
    partitions.push({
      partition,
      offset: asked.get(partition) ?? 0,
      highWatermark: end,
      stableEnd: Number(lastStableOffset ?? end),
      empty: last === undefined,
    });
  }
  return { startedAt, newest: Math.min(newest, Date.now()), partitions };
}
