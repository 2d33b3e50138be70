import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configuration, Service } from '@pneumograph/ingest-backend';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type AlertmanagerServer, startAlertmanager } from './servers/index.js';

interface Told {
  readonly status: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

const WAIT = { timeout: 30_000, interval: 100 };

let folder: string;
let hook: Server;
let told: Told[];
let alertmanager: AlertmanagerServer | undefined;
let missing: string | undefined;
let service: Service;

beforeEach(async () => {
  told = [];
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-alertmanager-'));
  hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(...(JSON.parse(body) as { alerts: Told[] }).alerts);
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  alertmanager = await startAlertmanager({
    route: { receiver: 'hook', group_by: ['...'], group_wait: '0s', group_interval: '1s' },
    receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true }] }],
  }).catch((error: Error) => {
    missing = error.message;
    return undefined;
  });
  const definition = 'name: bounds\nkind: threshold\nattach: [{ model: lstm }]\nparams: { field: price, above: 10 }\n';
  await mkdir(path.join(folder, 'monitors'));
  await writeFile(path.join(folder, 'monitors', 'bounds.yaml'), definition);
  const config = configuration.parse({
    listen: { port: 0 },
    access: { anonymous: 'admin' },
    store: { kind: 'duckdb', path: path.join(folder, 'store.duckdb') },
    streams: [{ workflow: 'prices', model: 'lstm', slot: 0, kind: 'http', encoding: 'json' }],
    monitors: { path: path.join(folder, 'monitors') },
    notify: [{ name: 'am', kind: 'alertmanager', url: alertmanager?.url ?? 'http://127.0.0.1:1' }],
  });
  service = await Service.start(config, { version: '9.9.9', log: pino({ level: 'silent' }) });
}, 600_000);
afterEach(async () => {
  await service.stop();
  await alertmanager?.stop();
  await new Promise((resolve) => hook.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function send(...prices: number[]): Promise<void> {
  const response = await fetch(`${service.url}/api/v1/records?workflow=prices&model=lstm&slot=0`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(prices.map((price) => ({ price }))),
  });
  expect(response.status).toBe(200);
}

it(
  'a real Alertmanager takes alerts, holds them, and tells that they fire and are over',
  { timeout: 90_000 },
  async (context) => {
    if (alertmanager === undefined) {
      return context.skip(`no Alertmanager: ${missing ?? ''}`);
    }
    const { url } = alertmanager;
    const held = async (): Promise<Told[]> => (await (await fetch(`${url}/api/v2/alerts`)).json()) as Told[];
    const steps = () => told.map(({ status, annotations: { description } }) => `${status}: ${description ?? ''}`);

    await send(11);
    await vi.waitFor(() => expect(steps()).toEqual(['firing: price is 11, above 10.']), WAIT);
    expect(await held()).toMatchObject([
      {
        labels: {
          ...{ alertname: 'Value out of bounds', monitor: 'bounds', severity: 'warning', workflow: 'prices' },
          ...{ model: 'lstm', slot: '0', feature: 'price' },
        },
        annotations: { summary: 'Value out of bounds', value: '11', key: expect.stringMatching(/\/1$/) as string },
        status: { state: 'active' },
      },
    ]);
    await send(5);
    await vi.waitFor(() => expect(steps().at(-1)).toBe('resolved: price is 11, above 10.'), WAIT);
    expect(await held()).toEqual([]);
    // The next one has the same labels, and is another all the same.
    await send(12, 13);
    await vi.waitFor(() => expect(steps().at(-1)).toBe('firing: price is 12, above 10.'), WAIT);
    expect(await held()).toHaveLength(1);
  }
);
