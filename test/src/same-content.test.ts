import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { METRICS, type QueryResponse } from '@pneumograph/contract';
import { getKafka, startBackend, type KafkaServer, type RunningBackend } from './servers/index.js';
import { TUTORIAL_CONFIG, tutorialMessages, tutorialRange } from './tutorial.js';

const CLI = fileURLToPath(new URL('../../ingest-backend/bin/pneumograph.js', import.meta.url));
const RANGE = tutorialRange(Date.UTC(2018, 2, 5, 17, 52, 45));
const GRACE_MILLIS = 500;

let folder: string;
let file: string;
let kafka: KafkaServer;
const backends: RunningBackend[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-same-'));
  file = path.join(folder, 'reports.ndjson');
  await writeFile(
    file,
    tutorialMessages(RANGE)
      .map((message) => JSON.stringify(message) + '\n')
      .join('')
  );
  kafka = await getKafka();
});

afterAll(async () => {
  await Promise.all(backends.map((backend) => backend.stop()));
  await kafka?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(config: Record<string, unknown>): Promise<RunningBackend> {
  const derive = { grace: `${GRACE_MILLIS}ms`, silentAfter: '10m' };
  const backend = await startBackend({ config: { ...TUTORIAL_CONFIG, derive, ...config } });
  backends.push(backend);
  return backend;
}

/** Every stored point that can be asked for, engine by engine, in the finest buckets, and the states. */
async function content(backend: RunningBackend): Promise<unknown> {
  const by = ['workflow', 'model', 'slot', 'engine'];
  const queries = [
    // What is worked out when asked follows from the others, but for the last digits of sums.
    ...METRICS.filter(({ joins }) => joins === undefined).map(({ name }) => ({
      refId: name,
      kind: 'metric',
      metric: name,
      by,
    })),
    { refId: 'states', kind: 'status' },
  ];
  const response = await fetch(`${backend.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...RANGE, maxDataPoints: 10_000, intervalMs: 100, queries }),
  });
  const { results } = (await response.json()) as QueryResponse;
  return Object.fromEntries(Object.entries(results).map(([refId, { frames }]) => [refId, frames]));
}

/** What is stored once nothing more comes of it. */
async function settled(backend: RunningBackend): Promise<unknown> {
  let [before, same] = ['', 0];
  for (let tries = 0; tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = JSON.stringify(await content(backend));
    const rates = /"lstm\.0\.rps/.test(now);
    same = now === before && rates ? same + 1 : 0;
    // Longer unchanged than a report can wait for its neighbours.
    if (same * 200 > 4 * GRACE_MILLIS) {
      return JSON.parse(now);
    }
    before = now;
  }
  throw new Error('the stored content does not come to rest');
}

async function pneumograph(...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [CLI, ...args])).stdout;
}

async function publish(topic: string): Promise<void> {
  const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] });
  await admin.disconnect();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  // Without keys, one engine's reports come over every partition.
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  await producer.send({ topic, messages: lines.map((value, index) => ({ value, partition: index % 3 })) });
  await producer.disconnect();
}

describe('one file of messages', () => {
  let expected: unknown;

  it('goes in over HTTP by replay, and its tutorial names answer', async () => {
    const backend = await start({});
    const count = tutorialMessages(RANGE).length;
    expect(await pneumograph('replay', file, '--to', backend.url)).toBe(`${count} accepted, 0 skipped, 0 rejected\n`);
    expected = await settled(backend);
    const names = JSON.stringify(expected);
    for (const name of ['lstm.0.rps', 'lstm.0.record.count', 'lstm.cpu.utilization', 'lstm.memory']) {
      expect(names).toContain(name);
    }
  });

  it('ends in the same content packed by gzip, and sent a second time to another backend', async () => {
    const backend = await start({});
    const packed = path.join(folder, 'reports.ndjson.gz');
    await writeFile(packed, gzipSync(await readFile(file)));
    await pneumograph('replay', packed, '--to', backend.url);
    expect(await settled(backend)).toEqual(expected);
  });

  it('ends in the same content through the file source', async () => {
    const backend = await start({ sources: [{ kind: 'file', path: file }] });
    expect(await settled(backend)).toEqual(expected);
  });

  it('ends in the same content through a WebSocket, the first half from what its server had buffered', async () => {
    const messages = (await readFile(file, 'utf8')).trim().split('\n');
    const half = messages.length >> 1;
    const server = createServer((_request, response) => response.end(`[${messages.slice(0, half).join()}]`));
    new WebSocketServer({ server }).on('connection', (client) =>
      messages.slice(half).forEach((message) => client.send(message))
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/2/pneumo`;
    try {
      expect(await settled(await start({ sources: [{ kind: 'websocket', url }] }))).toEqual(expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('ends in the same content through a real broker, spread over partitions without keys', async () => {
    const topic = `notify-${Date.now()}`;
    await publish(topic);
    const sources = [{ kind: 'kafka', brokers: kafka.brokers, topic, groupId: topic }];
    expect(await settled(await start({ sources }))).toEqual(expected);
  });
});
