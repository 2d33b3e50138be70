import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pause, type BackendProcess } from '../faults/backend.js';
import { DERIVE, MessageStream, randomNumbers, SEED } from '../faults/stream.js';
import { PARTITIONS, withBench, type Bench } from '../faults/topic.js';
import { getInfluxDb, getKafka, type InfluxDbServer } from '../servers/index.js';
import { answersOf, differences } from './answers.js';
import { Notices } from './notices.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
/** Enough for all that is sent. */
const SECONDS = 7200;
const FLEET = [
  {
    kind: 'static',
    engines: [1, 2, 3, 4, 5, 6].map((number) => ({
      ...{
        src: `e${number}`,
        name: `engine-${number}`,
        model: `m${(number - 1) % 3}`,
        workflow: `w${(number - 1) % 3}`,
      },
    })),
  },
];
const MONITORS = {
  'counts.yaml':
    'name: counts\nkind: threshold\nattach: [{}]\nparams: { metric: record.count, above: 50, hysteresis: 20 }\n',
  'bounds.yaml':
    'name: bounds\nkind: threshold\nattach: [{ slot: 1 }]\nparams: { field: price, above: 0.8, hysteresis: 0.2 }\n',
  'jumps.yaml':
    'name: jumps\nkind: threshold\nattach: [{ workflow: w0 }]\nfor: 100ms\nparams: { field: price, below: 0.3 }\n',
};

let bench: Bench;
let influx: InfluxDbServer;
let folder: string;

withBench(getKafka, (connected) => {
  bench = connected;
});
beforeAll(async () => {
  influx = await getInfluxDb();
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-roles-'));
}, 300_000);
afterAll(async () => {
  await influx?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A store in buckets of its own. */
async function makeStore(): Promise<object> {
  const { url, org, token } = influx;
  const bucket = `roles-${randomBytes(6).toString('hex')}`;
  const store = { kind: 'influxdb', url, org, token, bucket, path: path.join(folder, bucket) };
  const file = path.join(folder, `${bucket}.yaml`);
  await writeFile(file, stringify({ listen: { port: 0 }, store }));
  await promisify(execFile)(process.execPath, [CLI, 'check', '--config', file, '--apply']);
  return store;
}

/** Writes records of two models to topics of theirs until `during` is over. */
async function produceRecords(topics: readonly string[], random: () => number, isOver: () => boolean): Promise<void> {
  let price = 0.5;
  while (!isOver()) {
    for (const topic of topics) {
      const records = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
        price = Math.min(1, Math.max(0, price + (random() - 0.5) * 0.3));
        return { partition: Math.floor(random() * PARTITIONS), value: JSON.stringify({ price }) };
      });
      await bench.produce(topic, records);
    }
    await pause(50);
  }
}

it(`gives the answers and alerts of one process, whichever of two of each role is killed (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const records = [await bench.topic(), await bench.topic()];
  const [notices, reference] = [new Notices(), new Notices()];
  const streams = (group: string): object[] =>
    records.map((name, index) => ({
      ...{ workflow: `w${index}`, model: `m${index}`, slot: index, encoding: 'json' },
      ...bench.source(name, `${group}-${index}`),
    }));
  const common = {
    ...{ fleet: FLEET, workflows: [{ name: 'w0', links: ['m0:1 -> m9:0'] }], derive: DERIVE },
    sources: [{ ...bench.source(topic), rekeyTo: `${topic}.by-engine` }],
  };
  const archive = { brokers: bench.brokers, topic: `${topic}.archive`, groupId: topic, partitions: 3 };
  const shared = {
    ...{ ...common, archive, store: await makeStore(), streams: streams(topic), notify: [await notices.listen()] },
  };
  const start = async (roles: string): Promise<BackendProcess> => {
    const backend = await bench.backend(topic, { monitors: MONITORS, more: shared, args: ['--roles', roles] });
    await backend.start();
    return backend;
  };
  const pairs = await Promise.all(
    ['rekey,derive', 'archive,query', 'monitor'].map(async (roles) => [await start(roles), await start(roles)] as const)
  );
  const random = randomNumbers(SEED);
  let over = false;
  const recording = produceRecords(records, random, () => over);
  await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED, { keyed: true, punctual: true }), async () => {
    await pause(3000);
    for (const [one] of pairs) {
      await one.kill();
      await pause(random() * 3000);
      await one.start();
      await pause(2000);
    }
    // The group notices who is dead after 15 s: those that are left go on alone.
    await pairs[1]?.[1].kill();
    await pairs[2]?.[1].kill();
    await pause(18_000);
    await pairs[1]?.[1].start();
    await pairs[2]?.[1].start();
  });
  over = true;
  await recording;

  const undisturbed = await bench.backend(topic, {
    ...{ groupId: `${topic}-reference`, monitors: MONITORS },
    more: {
      ...{ ...common, streams: streams(`${topic}-reference`), notify: [await reference.listen()] },
      sources: [{ ...bench.source(topic, `${topic}-reference`), rekeyTo: `${topic}.by-engine` }],
    },
  });
  await undisturbed.start();
  await undisturbed.quiet(3 * PARTITIONS);
  const expected = await answersOf(undisturbed.url, SECONDS);
  for (const query of pairs[1] ?? []) {
    const found = async () => differences(await answersOf(query.url, SECONDS), expected);
    await expect.poll(found, { timeout: 60_000, interval: 3000 }).toEqual([]);
  }
  const steps = [...reference.told.keys()].sort();
  await expect.poll(() => [...notices.told.keys()].sort(), { timeout: 60_000, interval: 1000 }).toEqual(steps);
  expect(steps.length).toBeGreaterThan(20);
  await Promise.all([notices.close(), reference.close()]);
}, 400_000);
