import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startOwnKafka, type OwnKafka } from '../servers/index.js';
import { Backends, createTopic, reports, upTo } from './backend.js';

const PATIENCE = { timeout: 90_000, interval: 300 };
vi.setConfig({ testTimeout: 200_000 });

let server: OwnKafka;
let admin: Admin;
let producer: Producer;
const backends = new Backends();

beforeAll(async () => {
  server = await startOwnKafka();
  const kafka = new Kafka({ clientId: 'test', brokers: server.brokers, logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
}, 300_000);
afterEach(() => backends.clean());
afterAll(async () => {
  await Promise.all([admin?.disconnect(), producer?.disconnect()]);
  await server?.stop();
});

async function newTopic(): Promise<{ topic: string; source: Record<string, unknown> }> {
  const topic = `faults-${Math.random().toString(36).slice(2)}`;
  await createTopic(admin, topic, 4);
  return { topic, source: { brokers: server.brokers, topic, groupId: topic } };
}

const send = (topic: string, from: number, to: number) =>
  producer.send({ topic, messages: reports(from, to).map((value) => ({ value })) });

it('says that the brokers are away, and goes on by itself when they are back', async () => {
  const { topic, source } = await newTopic();
  const backend = await backends.start(source, await backends.folder());
  await send(topic, 0, 100);
  await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(100));
  await server.kill();
  await expect.poll(() => backend.reasons(), PATIENCE).not.toEqual([]);
  await server.restart();
  await send(topic, 100, 200);
  await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(200));
  await expect.poll(() => backend.reasons(), PATIENCE).toEqual([]);
});

it('leaves nobody behind in the group, whenever it is stopped', async () => {
  const { topic, source } = await newTopic();
  // Another member makes each join wait.
  await backends.start(source, await backends.folder());
  const members = async () => (await admin.describeGroups([topic])).groups[0]?.members.length;
  await expect.poll(members, PATIENCE).toBe(1);
  const folder = await backends.folder();
  for (const millis of [0, 50, 100, 200, 400, 800]) {
    const running = await backends.start(source, folder);
    await new Promise((resolve) => setTimeout(resolve, millis));
    await running.stop();
  }
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  expect(await members()).toBe(1);
});

it('warns where several share messages without keys', async () => {
  const { topic, source } = await newTopic();
  for (let count = 0; count < 2; count++) {
    await backends.start(source, await backends.folder());
  }
  const members = async () => (await admin.describeGroups([topic])).groups[0]?.members.length;
  await expect.poll(members, PATIENCE).toBe(2);
  await send(topic, 0, 100);
  await expect.poll(() => backends.lines.join(), PATIENCE).toContain('messages without a key are shared');
});

it('says which topic is missing, and reads it once it is there', async () => {
  const topic = 'late-comer';
  const backend = await backends.start({ brokers: server.brokers, topic }, await backends.folder());
  await expect
    .poll(() => backend.reasons().then(String), PATIENCE)
    .toContain('expected a topic late-comer, found none');
  await createTopic(admin, topic, 2);
  await send(topic, 0, 10);
  await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(10));
});

it('goes on where the group stands when it takes over from another store, and the other way round', async () => {
  const { topic, source } = await newTopic();
  const folders = [await backends.folder(), await backends.folder()] as const;
  const position = async (count: number, running: { metric(line: string): Promise<number> }) => {
    const sums = async () => {
      const positions = [0, 1, 2, 3].map((partition) =>
        running.metric(`pneumograph_source_position{partition="kafka/${topic}/${partition}"}`)
      );
      return (await Promise.all(positions)).reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);
    };
    await expect.poll(sums, PATIENCE).toBe(count);
    await expect.poll(() => committed(topic), PATIENCE).toBe(count);
  };
  for (const [turn, folder] of [folders[0], folders[1], folders[0]].entries()) {
    await send(topic, turn * 100, turn * 100 + 100);
    const running = await backends.start(source, folder);
    await position(turn * 100 + 100, running);
    await running.stop();
  }
  const counts = [];
  for (const [index, folder] of folders.entries()) {
    const idle = await backends.start({ ...source, topic: 'late-comer', groupId: `look-${index}` }, folder);
    counts.push(await idle.counts());
    await idle.stop();
  }
  expect(counts).toEqual([[...upTo(100), ...upTo(300).slice(200)], upTo(200).slice(100)]);
});

async function committed(topic: string): Promise<number> {
  const [group] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
  return (group?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}
