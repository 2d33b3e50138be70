import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatTimestamp, type QueryResponse } from '@pneumograph/contract';
import { freePort } from './servers/index.js';

const CLI = fileURLToPath(new URL('../../ingest-backend/bin/pneumograph.js', import.meta.url));
const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const CRASHES = 4;
const REPORTS = 400;

let folder: string;
let backend: ChildProcess | undefined;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-crash-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const config = {
    listen: { port },
    derive: { grace: '300ms' },
    store: { kind: 'duckdb', path: path.join(folder, 'store.duckdb') },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm', workflow: 'w' }] }],
  };
  await writeFile(path.join(folder, 'p.yaml'), JSON.stringify(config));
});
afterEach(async () => {
  backend?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  backend = spawn(process.execPath, [CLI, 'start', '--config', path.join(folder, 'p.yaml')], { stdio: 'ignore' });
  for (let tries = 0; tries < 400; tries++) {
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the backend does not start');
}

async function crash(): Promise<void> {
  const exit = once(backend as ChildProcess, 'exit');
  backend?.kill('SIGKILL');
  await exit;
}

/** Every third report ends a burst of three, two seconds long. */
function report(index: number): object {
  return {
    type: 'sensor-report',
    timestamp: formatTimestamp(START + index * 100_000),
    src: 'e1',
    tap: 'manifold.0.records.count',
    id: 1,
    delta_time: index % 3 === 2 ? 2 : 0,
    data: index,
  };
}

/** What the model writes meanwhile, all of it at one moment. */
function written(index: number): object {
  return { type: 'model-console', timestamp: formatTimestamp(START), src: 'e1', text: `line ${index}` };
}

/** Sends one report and one text; true where it was answered for, so that neither must be lost. */
async function send(index: number): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([report(index), written(index)]),
  });
  return response.ok;
}

async function stored(metric: string): Promise<number[]> {
  return (await asked({ kind: 'metric', metric })) as number[];
}

async function asked(query: object): Promise<unknown[]> {
  const body = {
    from: START / 1000,
    to: START / 1000 + 3_600_000,
    intervalMs: 100,
    maxDataPoints: 100_000,
    queries: [{ refId: 'A', ...query }],
  };
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { results } = (await response.json()) as QueryResponse;
  return results['A']?.frames[0]?.data.values[1] ?? [];
}

it(
  'keeps what it answered for through kill -9 at any moment, once and in the right bursts',
  { timeout: 90_000 },
  async () => {
    await start();
    for (let index = 0; index < REPORTS; index++) {
      expect(await send(index)).toBe(true);
      if ((index + 1) % Math.ceil(REPORTS / (CRASHES + 1)) === 0) {
        await crash();
        await start();
      }
    }
    const counts = Array.from({ length: REPORTS }, (_, index) => index);
    const rates = counts.filter((index) => index % 3 === 2).map((index) => (3 * index - 3) / 2);
    await expect.poll(() => stored('rps'), { timeout: 20_000, interval: 200 }).toHaveLength(rates.length);
    expect(await stored('rps')).toEqual(rates);
    expect(await stored('record.count')).toEqual(counts);
    const texts = await asked({ kind: 'messages', limit: 10_000 });
    expect(texts.toSorted()).toEqual(counts.map((index) => `line ${index}`).sort());
  }
);
