import type { Admin } from 'kafkajs';
import type { Known } from './placement.js';

/**
 * What the brokers say of each partition of a topic: the range that it holds, and what the group committed.
 * @throws Error where they know nothing of a partition
 */
export async function readOffsets(
  admin: Admin,
  topic: string,
  groupId: string
): Promise<(partition: number) => Pick<Known, 'low' | 'high' | 'committed'>> {
  const [ranges, [group]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
  ]);
  const committed = new Map(
    group?.partitions
      .map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata }] as const)
      .filter(([, { offset }]) => offset >= 0)
  );
  return (partition) => {
    const range = ranges.find((candidate) => candidate.partition === partition);
    if (range === undefined) {
      throw new Error(`${topic}: expected the brokers to know partition ${partition}, found ${ranges.length} others`);
    }
    return { low: Number(range.low), high: Number(range.high), committed: committed.get(partition) };
  };
}
