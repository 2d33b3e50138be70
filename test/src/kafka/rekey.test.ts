import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Kafka,
  logLevel,
  PartitionAssigners,
  Partitioners,
  type Admin,
  type KafkaMessage,
  type Producer,
} from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { kafkaClient, observingAssigner } from '@pneumograph/ingest-backend';
import { getKafka, type KafkaServer } from '../servers/index.js';
import { Backends, createTopic, report, upTo } from './backend.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
const PATIENCE = { timeout: 90_000, interval: 500 };
const PARTITIONS = 4;
const ENGINES = 7;
vi.setConfig({ testTimeout: 240_000 });

let server: KafkaServer;
let kafka: Kafka;
let admin: Admin;
let producer: Producer;
const backends = new Backends();
const processes = new Set<ChildProcess>();

beforeAll(async () => {
  server = await getKafka();
  // The product's own client, since the copies are packed with a codec that kafkajs alone cannot read.
  kafka = new Kafka({
    ...kafkaClient({ brokers: server.brokers, clientId: 'test', tls: false }),
    logLevel: logLevel.NOTHING,
  });
  admin = kafka.admin();
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
}, 300_000);
afterEach(async () => {
  await Promise.all([...processes].map((child) => kill(child)));
  await backends.clean();
});
afterAll(async () => {
  await Promise.all([admin?.disconnect(), producer?.disconnect()]);
  await server?.stop();
});

async function newTopic(): Promise<{ topic: string; rekeyTo: string }> {
  const topic = `rekey-${process.pid}-${Math.random().toString(36).slice(2)}`;
  await createTopic(admin, topic, PARTITIONS);
  return { topic, rekeyTo: `${topic}.by-engine` };
}

/** A process of its own with the role `rekey`, resolved once it answers. */
async function startRekey(folder: string, name: string, source: Record<string, unknown>): Promise<ChildProcess> {
  const file = path.join(folder, `${name}.yaml`);
  await writeFile(
    file,
    JSON.stringify({ listen: { port: 0 }, sources: [{ kind: 'kafka', brokers: server.brokers, ...source }] })
  );
  const child = spawn(process.execPath, [CLI, 'start', '--config', file, '--roles', 'rekey'], {
    stdio: ['ignore', 'pipe', process.env['SHOW_LOG'] === undefined ? 'ignore' : 'inherit'],
  });
  processes.add(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  processes.delete(child);
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}

interface Copy extends Pick<KafkaMessage, 'key' | 'value' | 'timestamp' | 'headers'> {
  readonly partition: number;
}

/** Collects what a reader of committed messages sees of a topic; kafkajs by itself would see some aborted ones. */
async function collect(topic: string): Promise<{ copies: Copy[]; stop: () => Promise<void> }> {
  const committedOnly = observingAssigner(PartitionAssigners.roundRobin, {
    answered: () => undefined,
    outOfRange: () => undefined,
  });
  const consumer = kafka.consumer({
    groupId: `${topic}-check`,
    maxWaitTimeInMs: 200,
    partitionAssigners: [committedOnly],
  });
  const copies: Copy[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      copies.push({ ...message, partition });
      return Promise.resolve();
    },
  });
  return { copies, stop: () => consumer.disconnect() };
}

it('copies what came, bytes, time and headers untouched, by engine; what names no engine without a key', async () => {
  const { topic, rekeyTo } = await newTopic();
  const odd = ['not JSON', '{"type":"log"}', ' {"src" : "e1" }\n', Buffer.from([0xff, 0xfe]), null];
  const timestamps = odd.map((_, index) => String(1_520_272_365_000 + index));
  const headers = { trace: 'abc' };
  await producer.send({
    topic,
    messages: odd.map((value, index) => ({ value, timestamp: timestamps[index] as string, headers })),
  });
  await startRekey(await backends.folder(), 'one', { topic, rekeyTo, groupId: topic });
  const partitions = () =>
    admin.fetchTopicOffsets(rekeyTo).then(
      ({ length }) => length,
      () => 0
    );
  await expect.poll(() => admin.listTopics(), PATIENCE).toContain(rekeyTo);
  await expect.poll(partitions, PATIENCE).toBe(PARTITIONS);
  const { copies, stop } = await collect(rekeyTo);
  await expect.poll(() => copies.length, PATIENCE).toBe(odd.length);
  copies.sort((a, b) => Number(a.timestamp) - Number(b.timestamp));
  expect(copies.map(({ timestamp }) => timestamp)).toEqual(timestamps);
  expect(copies.map(({ key }) => key?.toString() ?? null)).toEqual([null, null, 'e1', null, null]);
  expect(copies.map(({ value }) => value)).toEqual(odd.map((value) => value && Buffer.from(value as string)));
  expect(copies.map((copy) => copy.headers?.['trace']?.toString())).toEqual(odd.map(() => 'abc'));
  await stop();
});

it('copies each message once while processes join, leave and are killed, and derivation reads the copy', async () => {
  const { topic, rekeyTo } = await newTopic();
  const source = { topic, rekeyTo, groupId: topic };
  const folder = await backends.folder();
  const first = await startRekey(folder, 'first', source);
  await expect.poll(() => admin.listTopics(), PATIENCE).toContain(rekeyTo);
  const derive = async () => backends.start({ brokers: server.brokers, ...source }, await backends.folder());
  const [one, other] = [await derive(), await derive()];
  const shares = () => Promise.all([one, other].map((backend) => backend.partitions()));
  await expect.poll(shares, PATIENCE).toEqual([PARTITIONS / 2, PARTITIONS / 2]);

  let sent = 0;
  let producing = true;
  const production = (async () => {
    while (producing) {
      const messages = Array.from({ length: 50 }, () => ({ value: report(sent, `e${sent++ % ENGINES}`) }));
      await producer.send({ topic, messages });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  })();

  const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));
  await pause(5000);
  const second = await startRekey(folder, 'second', source);
  await pause(5000);
  await kill(first);
  await pause(3000);
  const third = await startRekey(folder, 'third', source);
  await pause(5000);
  // Stands still for so long that the others take its partitions, then wakes up in the middle of its work.
  second.kill('SIGSTOP');
  await pause(22_000);
  second.kill('SIGCONT');
  await pause(3000);
  await kill(third, 'SIGTERM');
  await pause(3000);
  producing = false;
  await production;

  const { copies, stop } = await collect(rekeyTo);
  await expect.poll(() => copies.length, PATIENCE).toBeGreaterThanOrEqual(sent);
  await pause(2000);
  const numbers = copies.map(({ value }) => (JSON.parse(String(value)) as { data: number }).data);
  expect(numbers.sort((a, b) => a - b)).toEqual(upTo(sent));
  const places = new Set(copies.map(({ key, partition }) => `${String(key)} ${partition}`));
  expect(places.size).toBe(ENGINES);
  await stop();

  const both = async () => [...(await one.counts()), ...(await other.counts())].sort((a, b) => a - b);
  await expect.poll(both, PATIENCE).toEqual(upTo(sent));
});
