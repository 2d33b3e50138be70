import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { formatTimestamp } from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { Service } from '../service/index.js';

const COMMAND = fileURLToPath(new URL('../../bin/pneumograph.js', import.meta.url));
const START = Date.UTC(2018, 2, 5, 17) * 1000;
const REPORTS = 30;

let folder: string;
let service: Service;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    derive: { grace: '0ms' },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm, "new"', workflow: 'prices' }] }],
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  const lines = Array.from({ length: REPORTS }, (_, index) =>
    JSON.stringify({
      ...{ type: 'sensor-report', timestamp: formatTimestamp(START + index * 60e6), src: 'e1', id: 1 },
      ...{ tap: 'manifold.0.records.count', delta_time: 60, data: index },
    })
  );
  await fetch(`${service.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  const stored = async () => expect((await run('--metric', 'record.count')).out.split('\n')).toHaveLength(REPORTS + 1);
  await vi.waitFor(stored, { timeout: 60_000, interval: 200 });
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [COMMAND, 'export', '--url', service.url, ...args], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

it('writes Parquet with typed columns', async () => {
  const from = formatTimestamp(START + 10 * 60e6);
  expect(await run('--metric', 'record.count', '--from', from, '-o', 'points.parquet')).toMatchObject({ code: 0, err: '' });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const sql = `SELECT count(*)::INTEGER, sum(value), max(time)::VARCHAR, any_value(model), typeof(any_value(slot))
    FROM '${join(folder, 'points.parquet')}'`;
  expect((await connection.runAndReadAll(sql)).getRows()).toEqual([
    [20, (10 + 29) * 10, '2018-03-05 17:29:00', 'lstm, "new"', 'INTEGER'],
  ]);
  instance.closeSync();
});

it('writes CSV by the ending of the file, and leaves no other behind', async () => {
  expect(await run('--slot', '0', '--model', 'lstm, "new"', '--out', 'points.csv')).toMatchObject({ code: 0 });
  const lines = (await readFile(join(folder, 'points.csv'), 'utf8')).split('\r\n');
  expect(lines[0]).toMatch(/^time,workflow,model,/);
  expect(lines[1]).toContain('prices,"lstm, ""new""",0,e1,');
  expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
});

it.each([
  [['--format', 'parquet'], 2, 'expected --out with a file'],
  [['--what', 'records'], 2, 'Allowed choices are points, alerts'],
  [['--from', 'yesterday'], 1, 'from: expected epoch milliseconds or ISO 8601, found yesterday'],
  [['--url', 'http://127.0.0.1:9', '-o', 'none.csv'], 1, 'http://127.0.0.1:9: expected a running backend, found none'],
])('%j ends with %i and says why', async (args, code, message) => {
  expect(await run(...args)).toMatchObject({ code, err: expect.stringContaining(message) as string });
  expect(await readdir(folder)).not.toContain('none.csv');
});
