import { randomUUID } from 'node:crypto';
import { startDemo } from '@pneumograph/demo-workflow';
import { pneumoMessage, type PneumoMessage } from '@pneumograph/contract';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../testing/index.js';
import { createTopics, KafkaTransport } from './kafka.js';
import type { Link } from './transport.js';

// A broker is not to be had everywhere; those who run the tests see that these were skipped.
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

const links: Link[] = [
  { from: { model: 'a', slot: 1 }, to: { model: 'b', slot: 0 } },
  { from: { model: 'a', slot: 3 }, to: { model: 'b', slot: 2 } },
];

async function workflow(engines: number): Promise<() => KafkaTransport> {
  const options = { brokers, workflow: `test-${randomUUID()}`, links };
  await createTopics(options, () => engines);
  return () => {
    const transport = new KafkaTransport(options);
    closers.push(() => transport.close());
    return transport;
  };
}

describe.skipIf(brokers.length === 0)('streams over Kafka (KAFKA_BROKERS)', () => {
  it('deliver records in order, each stream to its slot', async () => {
    const open = await workflow(1);
    const got: string[] = [];
    await open().inlet('b', async (slot, lines) => void got.push(...lines.map((line) => `${slot} ${line}`)));
    const writer = open();
    for (let n = 0; n < 10; n++) {
      await writer.outlet({ model: 'a', slot: 1 }).send([`${n}`, `${n}.5`]);
      await writer.outlet({ model: 'a', slot: 3 }).send([`é${n}`]);
    }
    await until(() => got.length === 30);
    expect(got.filter((line) => line.startsWith('0'))).toEqual(
      Array.from({ length: 10 }, (_, n) => [`0 ${n}`, `0 ${n}.5`]).flat()
    );
    expect(got.filter((line) => line.startsWith('2'))).toEqual(Array.from({ length: 10 }, (_, n) => `2 é${n}`));
  });

  it('share records among the engines of a model, each taken once', async () => {
    const open = await workflow(2);
    const got: string[][] = [[], []];
    await Promise.all(got.map((into) => open().inlet('b', async (_slot, lines) => void into.push(...lines))));
    const records = Array.from({ length: 200 }, (_, n) => String(n));
    const outlet = open().outlet({ model: 'a', slot: 1 });
    for (const record of records) {
      await outlet.send([record]);
    }
    await until(() => got.flat().length >= records.length);
    expect(got.flat().sort()).toEqual([...records].sort());
    expect(got.every(({ length }) => length > 0)).toBe(true);
  });

  it('keep what a reader did not take for the next one', async () => {
    const open = await workflow(1);
    await open().outlet({ model: 'a', slot: 1 }).send(['before anyone reads']);
    const got: string[] = [];
    await open().inlet('b', async (_slot, lines) => void got.push(...lines));
    await until(() => got.length > 0);
    expect(got).toEqual(['before anyone reads']);
  });
});

describe.skipIf(brokers.length === 0)('the demo over Kafka (KAFKA_BROKERS)', () => {
  it('publishes with null keys, and what one model sends is what the next one gets', { timeout: 90_000 }, async () => {
    const topic = `notify-${randomUUID()}`;
    const kafka = new Kafka({ clientId: 'test', brokers, logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    closers.push(() => admin.disconnect());
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });

    const messages: PneumoMessage[] = [];
    const placed = new Set<string>();
    const consumer = kafka.consumer({ groupId: topic });
    await consumer.connect();
    closers.push(() => consumer.disconnect());
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const parsed = pneumoMessage.parse(JSON.parse(String(message.value)));
        messages.push(parsed);
        placed.add(`${parsed.src} ${partition} ${String(message.key)}`);
      },
    });

    const demo = await startDemo({ reports: { kind: 'kafka', brokers, topic }, rate: 200 });
    closers.push(() => demo.stop());
    const total = (model: string, tap: string): number =>
      messages.reduce((sum, message) => {
        const mine = demo.engines.some(({ src, model: name }) => src === message.src && name === model);
        return mine && message.type === 'sensor-report' && message.tap === tap ? sum + Number(message.data) : sum;
      }, 0);
    await until(() => total('scorer', 'manifold.1.records.count') > 100);
    await demo.stop();
    const published = async (): Promise<number> =>
      (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
    await until(async () => messages.length === (await published()));

    const finished = messages.filter((message) => message.type === 'engine-state' && message.state === 'finished');
    expect(finished).toHaveLength(demo.engines.length);
    // A run that was killed may have left records in the streams, so readers may get more than was sent in this one.
    for (const [writer, reader] of [
      ['reader:1', 'predictor:0'],
      ['predictor:1', 'scorer:0'],
      ['reader:3', 'scorer:2'],
    ] as const) {
      const count = (port: string): number => {
        const [model, slot] = port.split(':') as [string, string];
        return total(model, `manifold.${slot}.records.count`);
      };
      expect(count(reader)).toBeGreaterThanOrEqual(count(writer));
    }
    for (const { src } of demo.engines) {
      const places = [...placed].filter((place) => place.startsWith(src));
      expect(places.map((place) => place.split(' ')[1]).sort()).toEqual(['0', '1', '2']);
      expect(places.every((place) => place.endsWith(' null'))).toBe(true);
    }
  });
});
