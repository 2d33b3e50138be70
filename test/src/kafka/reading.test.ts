import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { QueryResponse } from '@pneumograph/contract';
import { fetchJars, getKafka, runToEnd, type KafkaServer } from '../servers/index.js';
import { Backends, createTopic, report, reports, upTo, type Running } from './backend.js';

const PRODUCE = fileURLToPath(new URL('../../src/kafka/Produce.java', import.meta.url));
const PATIENCE = { timeout: 30_000, interval: 200 };
vi.setConfig({ testTimeout: 90_000 });

let server: KafkaServer;
let kafka: Kafka;
let admin: Admin;
let producer: Producer;
const backends = new Backends();
const topics: string[] = [];

beforeAll(async () => {
  server = await getKafka();
  kafka = new Kafka({ clientId: 'test', brokers: server.brokers, logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
}, 300_000);
afterEach(async () => {
  await backends.clean();
  if (topics.length > 0) {
    await admin.deleteTopics({ topics: topics.splice(0) });
  }
});
afterAll(async () => {
  await Promise.all([admin?.disconnect(), producer?.disconnect()]);
  await server?.stop();
});

async function newTopic(partitions: number): Promise<string> {
  const name = unique();
  await createTopic(admin, name, partitions);
  topics.push(name);
  return name;
}

const unique = (): string => `read-${process.pid}-${Math.random().toString(36).slice(2)}`;

const source = (topic: string) => ({ brokers: server.brokers, topic, groupId: topic });

const send = (topic: string, values: ReadonlyArray<string | null>, partition?: number) =>
  producer.send({
    topic,
    messages: values.map((value) => ({ value, ...(partition === undefined ? {} : { partition }) })),
  });

const lag = (backend: Running, topic: string, partition: number): Promise<number> =>
  backend.metric(`pneumograph_source_lag_records{partition="kafka/${topic}/${partition}"}`);

describe('a Kafka source', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'])("reads what Kafka's own producer packs with %s", async (codec) => {
    const topic = await newTopic(1);
    const folder = await backends.folder();
    const file = path.join(folder, 'reports.ndjson');
    await writeFile(file, reports(0, 3000).join('\n'));
    const classpath = path.join(await fetchJars(), '*');
    await runToEnd('java', ['-cp', classpath, PRODUCE, server.brokers.join(','), topic, codec, file]);
    const backend = await backends.start(source(topic), folder);
    await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(3000));
  });

  it('reads unkeyed messages from all partitions, and goes on after a restart without doubling', async () => {
    const topic = await newTopic(4);
    const folder = await backends.folder();
    await send(topic, reports(0, 400));
    const first = await backends.start(source(topic), folder);
    await expect.poll(() => first.counts(), PATIENCE).toEqual(upTo(400));
    await first.stop();
    await send(topic, reports(400, 500));
    const second = await backends.start(source(topic), folder);
    await expect.poll(() => second.counts(), PATIENCE).toEqual(upTo(500));
    expect(await second.metric('pneumograph_items_replayed_total')).toBe(0);
  });

  it('counts tombstones and passes over transaction markers and what was aborted, to the very end', async () => {
    const topic = await newTopic(1);
    const transactional = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    await transactional.connect();
    await send(topic, [report(0), null]);
    for (const [value, commit] of [
      [report(1), true],
      [report(1000), false],
    ] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await (commit ? transaction.commit() : transaction.abort());
    }
    const folder = await backends.folder();
    const backend = await backends.start(source(topic), folder);
    await expect.poll(() => backend.counts(), PATIENCE).toEqual([0, 1]);
    await expect.poll(() => lag(backend, topic, 0), PATIENCE).toBe(0);
    const skipped = `pneumograph_messages_skipped_total{source="kafka ${topic}",type="tombstone"}`;
    await expect.poll(() => backend.metric(skipped), PATIENCE).toBe(1);
    // Two records, and twice a record with its marker.
    const position = `pneumograph_source_position{partition="kafka/${topic}/0"}`;
    await expect.poll(() => backend.metric(position), PATIENCE).toBe(6);

    const open = await transactional.transaction();
    await open.send({ topic, messages: [{ value: report(2) }] });
    await send(topic, [report(3)]);
    await expect.poll(() => lag(backend, topic, 0), PATIENCE).toBe(2);
    expect(await backend.counts()).toEqual([0, 1]);
    await open.abort();
    await expect.poll(() => backend.counts(), PATIENCE).toEqual([0, 1, 3]);
    await expect.poll(() => lag(backend, topic, 0), PATIENCE).toBe(0);
    await transactional.disconnect();
  });

  it('passes over aborted transactions that lie one within the other', async () => {
    const topic = await newTopic(1);
    const producers = ['a', 'b', 'c'].map((name) =>
      kafka.producer({ transactionalId: `${topic}-${name}`, maxInFlightRequests: 1, idempotent: true })
    );
    await Promise.all(producers.map((producer) => producer.connect()));
    const [outer, inner, whole] = await Promise.all(producers.map((producer) => producer.transaction()));
    const write = (transaction: typeof outer, index: number) =>
      transaction?.send({ topic, messages: [{ value: report(index) }] });
    // Brokers list them by their end: the inner one comes first, the whole one counts.
    await write(outer, 1000);
    await write(whole, 0);
    await write(inner, 1001);
    await inner?.abort();
    await write(outer, 1002);
    await write(whole, 1);
    await outer?.abort();
    await whole?.commit();
    await send(topic, [report(2)]);
    const backend = await backends.start(source(topic), await backends.folder());
    await expect.poll(() => lag(backend, topic, 0), PATIENCE).toBe(0);
    await expect.poll(() => backend.counts(), PATIENCE).toEqual([0, 1, 2]);
    await Promise.all(producers.map((producer) => producer.disconnect()));
  });

  it('goes on where retention stopped deleting, and counts what nobody read', async () => {
    const topic = await newTopic(2);
    const folder = await backends.folder();
    await send(topic, reports(0, 10), 0);
    const first = await backends.start(source(topic), folder);
    await expect.poll(() => first.counts(), PATIENCE).toEqual(upTo(10));
    await first.stop();
    await send(topic, reports(10, 30), 0);
    // kafkajs deletes only from topics that it has asked about.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '25' }] });
    const second = await backends.start(source(topic), folder);
    await expect.poll(() => second.counts(), PATIENCE).toEqual([...upTo(10), 25, 26, 27, 28, 29]);
    expect(await second.metric(`pneumograph_kafka_lost_records_total{partition="kafka/${topic}/0"}`)).toBe(15);
    expect(backends.lines.join('')).toContain('"lost":15');
  });

  it('reads a topic that was made anew from its beginning', async () => {
    const topic = await newTopic(1);
    const folder = await backends.folder();
    await send(topic, reports(0, 10));
    const first = await backends.start(source(topic), folder);
    await expect.poll(() => first.counts(), PATIENCE).toEqual(upTo(10));
    await first.stop();
    await admin.deleteTopics({ topics: [topic] });
    await createTopic(admin, topic, 1);
    await send(topic, reports(10, 15));
    const second = await backends.start(source(topic), folder);
    await expect.poll(() => second.counts(), PATIENCE).toEqual(upTo(15));
    expect(backends.lines.join('')).toContain('made anew');
  });

  it('tells lag as 0 of partitions that never held anything, in records and in seconds', async () => {
    const topic = await newTopic(2);
    await send(topic, reports(0, 5), 0);
    const backend = await backends.start(source(topic), await backends.folder());
    await expect.poll(() => lag(backend, topic, 0), PATIENCE).toBe(0);
    await expect.poll(() => lag(backend, topic, 1), PATIENCE).toBe(0);
    expect(await backend.metric(`pneumograph_source_lag_seconds{partition="kafka/${topic}/1"}`)).toBe(0);
    expect(await backend.reasons()).toEqual([]);
    await expect.poll(() => backend.metric(`pneumograph_watermark_age_seconds{log="kafka ${topic}"}`)).toBeLessThan(60);
  });

  it('tells lag by partition and the watermark by topic of itself, for those who ask for it', async () => {
    const topic = await newTopic(2);
    const folder = await backends.folder();
    await send(topic, reports(0, 5), 0);
    const first = await backends.start(source(topic), folder);
    await expect.poll(() => first.counts(), PATIENCE).toEqual(upTo(5));
    await expect.poll(() => lag(first, topic, 1), PATIENCE).toBe(0);
    await first.stop();
    const second = await backends.start(source(topic), folder);
    const partitions = [`kafka/${topic}/0`, `kafka/${topic}/1`];
    expect(Object.keys(await told(second, 'self.lag.records'))).toEqual(partitions);
    expect(await told(second, 'self.lag.seconds')).toEqual(Object.fromEntries(partitions.map((key) => [key, 0])));
    expect((await told(second, 'self.watermark.age'))[`kafka ${topic}`]).toBeLessThan(60);
    expect((await told(second, 'self.accepted.rate'))[`kafka ${topic}`]).toBeGreaterThan(0);
  });
});

/** The newest value of a self-metric, by what it is about. */
async function told({ service }: Running, metric: string): Promise<Record<string, number>> {
  const query = { refId: 'A', kind: 'metric', workflow: 'pneumograph', metric, by: ['model'], format: 'latest' };
  const response = await fetch(`${service.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: Date.now() - 600_000, to: Date.now() + 600_000, queries: [query] }),
  });
  const { results } = (await response.json()) as QueryResponse;
  return Object.fromEntries(
    (results['A']?.frames ?? []).map(({ schema: { fields }, data }) => [
      String(fields[0]?.labels?.['model']),
      data.values[0]?.[0] as number,
    ])
  );
}
