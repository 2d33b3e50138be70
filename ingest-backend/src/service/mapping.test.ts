import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTimestamp, type QueryResponse } from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const LOG = pino({ level: 'silent' });
const NEVER = '1h';

let folder: string;
let service: Service | undefined;
let proxy: Server;
/** The model of each engine that Connect tells of; undefined where none is loaded. */
let loaded: Record<string, string | undefined>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mapping-'));
  loaded = {};
  proxy = createServer((request, response) => {
    const [, name, path] = /^\/api\/1\/service\/([^/]+)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (path === '1/connect') {
      response.end(JSON.stringify(Object.keys(loaded).map((id) => ({ id, name: `name-${id}`, api: 'engine' }))));
    } else {
      const model = loaded[(name ?? '').replace('name-', '')];
      response.writeHead(model === undefined ? 404 : 200).end(JSON.stringify({ name: model }));
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  proxy.closeAllConnections();
  proxy.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(every: string): Promise<void> {
  await service?.stop();
  const text = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    fleet: [
      { kind: 'connect', url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, workflow: 'w', every },
    ],
  });
  service = await Service.start(parseConfiguration(text, 'test'), { version: '9', log: LOG });
}

async function send(message: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${service?.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ timestamp: formatTimestamp(Date.now() * 1000), ...message }),
  });
  expect(response.status).toBe(200);
}

const report = (src: string, data: number, rest: Record<string, unknown> = {}) =>
  send({ type: 'sensor-report', src, tap: 'sys.memory', id: 1, delta_time: 1, data, ...rest });

const loads = (src: string, op: string) => send({ type: 'engine-config', src, item: 'model', op });

/** Sums of what each model reported, as `workflow/model`. */
async function sums(): Promise<Record<string, number>> {
  const to = Date.now() + 60_000;
  const query = { refId: 'A', kind: 'metric', metric: 'memory', over: 'sum', by: ['model'], format: 'latest' };
  const response = await fetch(`${service?.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: to - 86_400_000, to, intervalMs: 86_400_000, maxDataPoints: 10, queries: [query] }),
  });
  const found: Record<string, number> = {};
  for (const { schema, data } of ((await response.json()) as QueryResponse).results['A']?.frames ?? []) {
    schema.fields.forEach(({ labels }, index) => {
      if (labels?.['model'] !== undefined) {
        found[`${labels['workflow']}/${labels['model']}`] = (data.values[index] as number[]).at(-1) as number;
      }
    });
  }
  return found;
}

async function until(expected: Record<string, number>): Promise<void> {
  for (let tries = 0; tries < 300 && JSON.stringify(await sums()) !== JSON.stringify(expected); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await sums()).toEqual(expected);
}

/** Resolves once the fleet says that an engine runs a model. */
async function mapped(model: string): Promise<void> {
  for (let there = false; !there;) {
    const catalogue = await (await fetch(`${service?.url}/api/v1/catalog`)).text();
    there = catalogue.includes(`"name":"${model}"`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('mapping over time', () => {
  it('follows an engine that tells of its model, and keeps the past over a restart', async () => {
    loaded = { e1: 'a' };
    await start(NEVER);
    const whileA = formatTimestamp(Date.now() * 1000);
    await report('e1', 1);
    loaded = { e1: 'b' };
    await loads('e1', 'load');
    await mapped('b');
    await report('e1', 10);
    loaded = { e1: undefined };
    await loads('e1', 'unload');
    await mapped('e1');
    await report('e1', 100);
    await until({ '/e1': 100, 'w/a': 1, 'w/b': 10 });
    loaded = { e1: 'a' };
    await start(NEVER);
    await report('e1', 3);
    await report('name-e1', 1000, { timestamp: whileA });
    await until({ '/e1': 100, 'w/a': 1004, 'w/b': 10 });
  });

  it('gives a model what its engine reported before anyone knew it', async () => {
    await start('500ms');
    await report('e1', 1);
    await report('name-e1', 2);
    // Held for a while, then shown under the names that it reports by.
    await until({ '/e1': 1, '/name-e1': 2 });
    loaded = { e1: 'a' };
    await until({ 'w/a': 3 });
    await start('500ms');
    await report('e1', 4);
    await until({ 'w/a': 7 });
  });
});
