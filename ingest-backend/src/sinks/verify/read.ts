import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { splitLines } from '../../lines/index.js';
import { fullFiles } from '../log/index.js';

/** All records in a log's files, oldest first. */
export async function* readLog(path: string): AsyncGenerator<string> {
  for (const file of [...(await fullFiles(path)), { path, packed: false }]) {
    const bytes = createReadStream(file.path);
    yield* splitLines(file.packed ? bytes.pipe(createGunzip()) : bytes);
  }
}

/** Tells every record of a topic, as far as it goes by now. */
export async function readTopic(client: KafkaConfig, topic: string, tell: (text: string) => void): Promise<void> {
  const kafka = new Kafka({ ...client, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const groupId = `${client.clientId ?? 'pneumograph'}-verify-${randomUUID()}`;
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const left = new Map(
      offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, Number(high)])
    );
    if (left.size === 0) {
      return;
    }
    const consumer = kafka.consumer({ groupId });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
        const run = consumer.run({
          autoCommit: false,
          eachBatch: ({ batch: { partition, messages } }) => {
            const end = left.get(partition) ?? 0;
            for (const { offset, value } of messages) {
              if (Number(offset) < end && value !== null) {
                tell(value.toString('utf8'));
              }
            }
            if (Number(messages.at(-1)?.offset ?? -1) + 1 >= end) {
              left.delete(partition);
            }
            if (left.size === 0) {
              resolve();
            }
            return Promise.resolve();
          },
        });
        run.catch(reject);
      });
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => undefined);
    }
  } finally {
    await admin.disconnect();
  }
}
