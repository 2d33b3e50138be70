import type { Admin, Batch } from 'kafkajs';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { SelfMetrics } from '../selfmetrics/index.js';
import type { KafkaSource } from '../sources/index.js';
import type { StreamRecord } from './records.js';
import { Streams } from './streams.js';

const TOPIC = { kind: 'kafka' as const, topic: 'prices', brokers: ['localhost:9092'], clientId: 'test', tls: false };
const EMPTY = { fetchTopicOffsets: () => [0, 1].map((partition) => ({ partition, low: '0', high: '0' })) };
const ADMIN = { ...EMPTY, fetchOffsets: () => [] } as unknown as Admin;

function batch(partition: number, time: number): Batch {
  const messages = [{ offset: '0', timestamp: String(time), key: null, value: Buffer.from(String(time)) }];
  return { topic: TOPIC.topic, partition, highWatermark: '1', messages } as unknown as Batch;
}

it('gives records the times of their log, though a broker shows them a while after it stamped them', async () => {
  const records: StreamRecord[] = [];
  const nothing = () => undefined;
  const streams = new Streams({
    streams: [
      {
        address: { workflow: 'w', model: 'm', slot: 0 },
        format: { encoding: 'json', schema: undefined },
        stream: { ...TOPIC, workflow: 'w', model: 'm', slot: 0, encoding: 'json' },
      },
    ],
    consumer: {
      take: (_stream, taken) => void records.push(...taken),
      bad: nothing,
      reached: nothing,
      forget: nothing,
    },
    store: { id: 'store', positions: () => Promise.resolve(new Map()) },
    positions: new Map(),
    journals: 'unused',
    metrics: new SelfMetrics(),
    log: pino({ level: 'silent' }),
  });
  const [source] = streams.sources as [KafkaSource];
  const begin = await source.place([0, 1], ADMIN);
  [0, 1].forEach((partition) => begin({ partition, next: undefined }));
  const asked = Date.now() - 60_000;
  const hear = (startedAt: number, end: number) =>
    [0, 1].forEach((partition) => source.idle(partition, end, end, { startedAt, newest: 0, partitions: [] }));
  hear(asked, 0);
  source.read(batch(0, asked - 300), 1);
  source.read(batch(1, asked - 500), 1);
  hear(asked + 10_000, 1);
  expect(records.map(({ time }) => time / 1000)).toEqual([asked - 500, asked - 300]);
});
