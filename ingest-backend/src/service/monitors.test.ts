import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatTimestamp } from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { DuckDbStore, type StoredAlert } from '../store/index.js';
import { Service } from './index.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'monitors-'));
  await mkdir(join(folder, 'monitors'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'store.duckdb');

/** Runs the backend, sends memory reports of these seconds and bytes, and stops it. */
async function run(reports: ReadonlyArray<readonly [at: number, bytes: number]>): Promise<void> {
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: path() },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm', workflow: 'prices' }] }],
    monitors: { path: join(folder, 'monitors') },
    streams: [{ workflow: 'prices', model: 'lstm', slot: 0, kind: 'http', encoding: 'json' }],
  });
  const log = pino({ level: 'silent' });
  const service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  const lines = reports.map(([at, data]) =>
    JSON.stringify({
      type: 'sensor-report',
      timestamp: formatTimestamp(START + at * 1e6),
      src: 'e1',
      tap: 'sys.memory',
      id: 1,
      delta_time: 1,
      data,
    })
  );
  await fetch(`${service.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  await expect
    .poll(async () => (await (await fetch(`${service.url}/metrics`)).text()).includes('_items_stored_total 0\n'))
    .toBe(false);
  await service.stop();
}

async function alerts(): Promise<StoredAlert[]> {
  const store = new DuckDbStore({ path: path() });
  await store.open();
  const any = { workflow: undefined, models: [], slots: [], engines: [], monitors: [], features: [] };
  const found = await store.alerts({ ...any, from: 0, to: START * 2, states: [], severities: [], limit: 100 });
  await store.close();
  return found;
}

it('of metrics raise alerts that outlive the process and resolve in the next one', async () => {
  const text = 'name: memory\nkind: threshold\nattach: [{ model: lstm }]\nparams: { metric: memory, above: 1000 }\n';
  await writeFile(join(folder, 'monitors', 'memory.yaml'), text);
  await run([
    [0, 900],
    [1, 1100],
    [2, 1200],
  ]);
  const [firing, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(firing).toMatchObject({
    monitor: 'memory',
    state: 'firing',
    workflow: 'prices',
    model: 'lstm',
    engine: 'e1',
    name: 'Value out of bounds',
    text: 'memory is 1100, above 1000.',
    value: 1100,
    startsAt: START + 1e6,
  });
  await run([[3, 1300]]);
  expect(await alerts()).toEqual([firing]);
  await run([[4, 800]]);
  expect(await alerts()).toEqual([{ ...firing, state: 'resolved', endsAt: START + 4e6 }]);
});

it('that fail as soon as they begin keep nothing else from starting, and are an alert', async () => {
  const text =
    'name: shape\nkind: distribution\nattach: [{ model: lstm }]\nparams: { reference: { file: nowhere.csv } }\n';
  await writeFile(join(folder, 'monitors', 'shape.yaml'), text);
  await run([[0, 900]]);
  expect(await alerts()).toMatchObject([
    { monitor: 'shape', name: 'Monitor failed', text: expect.stringContaining('nowhere.csv') as string },
  ]);
});

it('that are wrong are refused before anything starts, all of them at once', async () => {
  await writeFile(join(folder, 'monitors', 'a.yaml'), 'name: a\nkind: threshold\nattach: []\nparams: { above: 1 }\n');
  await writeFile(join(folder, 'monitors', 'b.yaml'), 'name: b\nkind: nonsense\n');
  await expect(run([])).rejects.toThrow(/a\.yaml:3: attach: expected at least one.*\n.*b\.yaml:2: kind: /);
});
