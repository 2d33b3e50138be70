import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { getKafka } from '../servers/index.js';
import { pause, type BackendProcess } from './backend.js';
import { expectSame } from './stored.js';
import { flood, MessageStream, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

const PATIENCE = { timeout: 60_000, interval: 300 };
/** Longer than the group waits for a member that is silent. */
const LONG_FREEZE = 18_000;
const MOST_MEMORY = 1.2e9;

let bench: Bench;
const mounts: string[] = [];

withBench(
  getKafka,
  (connected) => {
    bench = connected;
  },
  () => mounts.splice(0).forEach((folder) => execFileSync('umount', [folder]))
);

/** Mounts a small disk. @returns undefined where that is not allowed here */
async function smallDisk(): Promise<string | undefined> {
  const folder = await bench.folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  mounts.push(folder);
  return folder;
}

/** Takes all room there is, to the last byte. */
async function fill(file: string): Promise<void> {
  const full = await writeFile(file, Buffer.alloc(128 * 2 ** 20)).catch((error: NodeJS.ErrnoException) => error.code);
  expect(full).toBe('ENOSPC');
}

const read = async (backend: BackendProcess, topic: string) =>
  (await backend.metrics()).get(`pneumograph_messages_accepted_total{source="kafka ${topic}"}`) ?? 0;

it(`waits while the disk is full, and stores everything after (FAULT_SEED=${SEED})`, async ({ skip }) => {
  const store = await smallDisk();
  if (store === undefined) {
    return skip('no small disk could be mounted here: that takes root');
  }
  const topic = await bench.topic();
  const backend = await bench.backend(topic, { store });
  await backend.start();
  const ballast = path.join(store, 'ballast');
  const messages = flood(PARTITIONS, 60_000);
  await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED), async () => {
    await pause(2000);
    await fill(ballast);
    await expect.poll(() => backend.reasons().then(String), PATIENCE).toContain('store: ');
    for (let from = 0; from < messages.length; from += 5000) {
      await bench.produce(topic, messages.slice(from, from + 5000));
    }
    let before = -1;
    const standsStill = async () => {
      const [now, last] = [await read(backend, topic), before];
      before = now;
      return now === last;
    };
    await expect.poll(standsStill, { ...PATIENCE, interval: 2000 }).toBe(true);
    expect(await read(backend, topic)).toBeLessThan(messages.length);
    const memory = (await backend.metrics()).get('process_resident_memory_bytes');
    expect(memory).toBeLessThan(MOST_MEMORY);
    await rm(ballast);
    await expect.poll(() => backend.reasons(), PATIENCE).toEqual([]);
  });
  const found = await bench.finish(backend);
  expectSame(found, await bench.undisturbed(topic));
}, 240_000);

it(`stores the same though it stands still, and is asked a lot (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const backend = await bench.backend(topic);
  await backend.start();
  let asking = true;
  const askers = [1, 2, 3].map(async () => {
    while (asking) {
      const queries = ['rps', 'record.count'].map((metric) => ({
        refId: metric,
        kind: 'metric',
        metric,
        by: ['engine'],
      }));
      const body = JSON.stringify({ from: 1.52e12, to: 1.53e12, intervalMs: 1000, maxDataPoints: 10_000, queries });
      const headers = { 'content-type': 'application/json' };
      await (await fetch(`${backend.url}/api/v1/query`, { method: 'POST', headers, body })).text();
    }
  });
  await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED), async () => {
    for (const millis of [3000, LONG_FREEZE, 1000]) {
      await pause(2000);
      backend.signal('SIGSTOP');
      await pause(millis);
      backend.signal('SIGCONT');
    }
    await pause(1000);
  });
  asking = false;
  await Promise.all(askers);
  const found = await bench.finish(backend);
  expectSame(found, await bench.undisturbed(topic));
}, 240_000);
