import type { Admin } from 'kafkajs';
import type { Known } from './placement.js';

interface Offsets {
  /** Partitions of the topic. */
  readonly count: number;
  /** @throws Error where the brokers know nothing of the partition */
  of(partition: number): Pick<Known, 'low' | 'high' | 'committed'>;
}

/**
 * What the brokers say of each partition of a topic: the range that it holds, and what the group committed. */
export async function readOffsets(admin: Admin, topic: string, groupId: string): Promise<Offsets> {
  const [ranges, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const committed = new Map(
    group?.partitions
      .map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata }] as const)
      .filter(([, { offset }]) => offset >= 0)
  );
  const of: Offsets['of'] = (partition) => {
    const range = ranges.find((candidate) => candidate.partition === partition);
    if (range === undefined) {
      throw new Error(`${topic}: expected the brokers to know partition ${partition}, found ${ranges.length} others`);
    }
    return { low: Number(range.low), high: Number(range.high), committed: committed.get(partition) };
  };
  return { count: ranges.length, of };
}
