import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { parseTimestamp, type ArchiveRecord } from '@pneumograph/contract';
import { startOwnKafka, type OwnKafka } from '../servers/index.js';
import { pause, type BackendProcess } from './backend.js';
import { storedRows } from './stored.js';
import { MessageStream, randomNumbers, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 8);
const PATIENCE = { timeout: 60_000, interval: 300 };

let bench: Bench;
let server: OwnKafka;

withBench(startOwnKafka, (connected, started) => {
  bench = connected;
  server = started;
});

/** What tells a record from all others, as the contract says. */
function identity(record: ArchiveRecord): string {
  switch (record.kind) {
    case 'mapping':
      return JSON.stringify(record);
    case 'alert':
      return `alert ${record.state} ${record.id}`;
    default: {
      const { workflow, model, engine, origin = '', time } = record;
      const { metric, slot } =
        record.kind === 'state'
          ? { metric: 'engine.status', slot: undefined }
          : { metric: record.metric, slot: record.kind === 'message' ? undefined : record.slot };
      const series = [workflow, model, engine, metric, slot].filter((part) => part !== undefined).join(' ');
      const at = origin.lastIndexOf('@');
      return [series, parseTimestamp(time), origin.slice(0, at), origin.slice(at + 1)].join(' ');
    }
  }
}

const parse = (text: string): ArchiveRecord[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ArchiveRecord);

async function logged(file: string): Promise<ArchiveRecord[]> {
  const folder = path.dirname(file);
  const full = readdirSync(folder).filter((name) => /\.ndjson\.\d+(\.gz)?$/.test(name));
  const texts = full.map((name) => {
    const data = readFileSync(path.join(folder, name));
    return name.endsWith('.gz') ? gunzipSync(data).toString() : data.toString();
  });
  return [...texts, await readFile(file, 'utf8')].flatMap(parse);
}

/** All records of a topic, those that are there twice twice. */
async function published(topic: string): Promise<ArchiveRecord[]> {
  const admin = bench.kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(ends.filter(({ high }) => high !== '0').map(({ partition, high }) => [partition, Number(high)]));
  const records: ArchiveRecord[] = [];
  const consumer = bench.kafka.consumer({ groupId: `read-${Math.random()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const record = JSON.parse((message.value as Buffer).toString()) as ArchiveRecord;
      expect(message.key?.toString()).toBe(record.model);
      records.push(record);
      if (Number(message.offset) + 1 >= (left.get(partition) ?? Infinity)) {
        left.delete(partition);
      }
    },
  });
  await expect.poll(() => left.size, PATIENCE).toBe(0);
  await consumer.disconnect();
  return records;
}

interface Setting {
  readonly backend: BackendProcess;
  readonly topic: string;
  readonly archive: string;
  readonly log: string;
}

async function setUp(required: boolean): Promise<Setting> {
  const topic = await bench.topic();
  const log = path.join(await bench.folder(), 'archive.ndjson');
  const archive = `${topic}-archive`;
  const sinks = [
    { kind: 'log', path: log, rotate: { size: '40K', keep: 1000 }, required },
    { kind: 'kafka', brokers: bench.brokers, topic: archive, required },
  ];
  return { backend: await bench.backend(topic, { more: { sinks } }), topic, archive, log };
}

/** What `pneumograph sinks verify` says, and how it ends. */
function verify({ file }: BackendProcess): Promise<{ code: number; text: string }> {
  const cli = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'sinks', 'verify', '--config', file], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

const waiting = async (backend: BackendProcess): Promise<number> =>
  [...(await backend.metrics())]
    .filter(([name]) => name.startsWith('pneumograph_sink_waiting_records'))
    .reduce((sum, [, value]) => sum + value, 0);

/** Stops the backend and holds what its sinks have against what its store has. */
async function expectParity({ backend, archive, log }: Setting): Promise<void> {
  await backend.quiet(PARTITIONS);
  await expect.poll(() => waiting(backend), PATIENCE).toBe(0);
  await backend.stop();
  const stored = new Set((await storedRows(backend.store)).map(({ origin }) => origin));
  const inLog = (await logged(log)).filter(({ kind }) => kind !== 'mapping').map(identity);
  const inTopic = (await published(archive)).filter(({ kind }) => kind !== 'mapping').map(identity);
  expect(stored.size).toBeGreaterThan(1000);
  expect(inLog.length).toBe(new Set(inLog).size);
  expect([...stored].filter((origin) => !inLog.includes(origin))).toEqual([]);
  expect(inLog.filter((origin) => !stored.has(origin))).toEqual([]);
  expect(new Set(inTopic)).toEqual(stored);
}

it(
  `tells log and topic what the store has, killed ${KILLS} times at random moments (FAULT_SEED=${SEED})`,
  { timeout: 180_000 + KILLS * 10_000 },
  async () => {
    const setting = await setUp(true);
    const { backend, topic } = setting;
    const random = randomNumbers(SEED);
    await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED), async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        await backend.spawn({ sources: [bench.source(topic, `${topic}-${kill}`)] });
        await backend.listening();
        await pause(random() * 2500);
        await backend.kill();
      }
    });
    await backend.start();
    await backend.quiet(PARTITIONS);
    await expect.poll(() => waiting(backend), PATIENCE).toBe(0);
    // Of a backend that runs it is asked over HTTP what it has, of one that does not its store.
    expect(await verify(backend)).toMatchObject({ code: 0, text: expect.stringContaining('all agree') });
    await expectParity(setting);
    expect(await verify(backend)).toMatchObject({ code: 0, text: expect.stringContaining('all agree') });

    const lines = (await readFile(setting.log, 'utf8')).trimEnd().split('\n');
    await writeFile(setting.log, lines.slice(0, -1).join('\n') + '\n');
    const { code, text } = await verify(backend);
    expect(code).toBe(1);
    expect(text).toMatch(
      new RegExp(`^2018-03-05T1\\d:00Z  (log ${setting.log}|kafka ${setting.archive}): expected`, 'm')
    );
  }
);

it('spools through an outage of its broker, stores meanwhile, and repairs the gap', { timeout: 240_000 }, async () => {
  // What is read comes over HTTP: the broker that goes away is that of the sink alone.
  const log = path.join(await bench.folder(), 'archive.ndjson');
  const archive = `outage-${SEED}-archive`;
  const sinks = [
    { kind: 'log', path: log },
    { kind: 'kafka', brokers: bench.brokers, topic: archive },
  ];
  const topic = await bench.topic();
  const backend = await bench.backend(topic, { more: { sources: [{ kind: 'http' }], sinks } });
  await backend.start();
  const values: number[] = [];
  const report = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, () => {
      const value = values.push(values.length);
      const timestamp = new Date(Date.UTC(2018, 2, 5) + value * 100).toISOString().replace('Z', '000Z');
      return JSON.stringify({
        ...{ type: 'sensor-report', timestamp, src: 'e1', tap: 'manifold.0.records.count', id: 1 },
        ...{ delta_time: 0.1, data: value },
      });
    });
    const response = await fetch(`${backend.url}/api/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    expect(response.status).toBe(200);
  };
  await report(100);
  await expect.poll(() => waiting(backend), PATIENCE).toBe(0);
  await server.kill();
  await report(100);
  await expect
    .poll(() => backend.reasons(), PATIENCE)
    .toContainEqual(expect.stringContaining(`sink kafka ${archive}:`));
  const counted = async () =>
    (await logged(log)).filter(({ kind, name }) => kind === 'point' && /count$/.test(String(name)));
  await expect.poll(async () => (await counted()).length, PATIENCE).toBe(200);
  // The process is killed in the middle of the outage, and more comes after that.
  await backend.kill();
  await backend.start();
  await report(100);
  await expect.poll(async () => (await counted()).length, PATIENCE).toBe(300);
  expect(await waiting(backend)).toBeGreaterThan(200);
  await server.restart();
  await expect.poll(() => waiting(backend), PATIENCE).toBe(0);
  await expect.poll(() => backend.reasons(), PATIENCE).toEqual([]);
  const counts = (await published(archive)).filter(({ kind, name }) => kind === 'point' && /count$/.test(String(name)));
  const once = [...new Map(counts.map((record) => [identity(record), record])).values()];
  expect(once.map(({ value }) => value)).toEqual(values.map((value) => value + 1));
});
