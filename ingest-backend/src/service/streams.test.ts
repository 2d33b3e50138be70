import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avro from 'avsc';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../config/index.js';
import { DuckDbStore, type StoredAlert } from '../store/index.js';
import { Service } from './index.js';

const AT = { workflow: 'prices', model: 'lstm', slot: 0 };
const JSON_HEADERS = { 'content-type': 'application/json' };

let folder: string;
let running: Service | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
  await mkdir(join(folder, 'monitors'));
  const definition = 'name: bounds\nkind: threshold\nattach: [{ model: lstm }]\nparams: { field: price, above: 10 }\n';
  await writeFile(join(folder, 'monitors', 'bounds.yaml'), definition);
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function start(...streams: object[]): Promise<Service> {
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    streams,
    monitors: { path: join(folder, 'monitors') },
  });
  const log = pino({ level: 'silent' });
  running = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

async function send(
  service: Service,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_HEADERS,
  query = 'workflow=prices&model=lstm&slot=0'
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.url}/api/v1/records?${query}`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}

/** The alerts in the store, oldest first, once the backend is stopped. */
async function alerts(): Promise<StoredAlert[]> {
  await stop();
  const store = new DuckDbStore({ path: join(folder, 'store.duckdb') });
  await store.open();
  const any = { workflow: undefined, models: [], slots: [], engines: [], monitors: [], features: [] };
  const found = await store.alerts({ ...any, from: 0, to: 1e18, states: [], severities: [], limit: 100 });
  await store.close();
  return found.reverse();
}

const texts = async (): Promise<string[]> => (await alerts()).map(({ state, text }) => `${state}: ${text}`);
const prices = (...values: number[]): string => JSON.stringify(values.map((price) => ({ price })));

describe('records over HTTP', () => {
  it('are watched by the monitors attached to their stream', async () => {
    const service = await start({ ...AT, kind: 'http', encoding: 'json' });
    expect(await send(service, prices(1, 12))).toEqual({ status: 200, body: { accepted: 2, rejected: [] } });
    expect((await send(service, '{"price":3}')).body).toMatchObject({ accepted: 1 });
    expect((await send(service, '{"price":20}\n{"price"\n', { 'content-type': 'application/x-ndjson' })).body).toEqual({
      accepted: 1,
      rejected: [{ index: 1, reason: 'record: expected JSON, found "{\\"price\\""' }],
    });
    const page = await (await fetch(`${service.url}/metrics`)).text();
    expect(page).toContain('pneumograph_records_read_total{stream="prices/lstm:0"} 4\n');
    expect(page).toContain('pneumograph_records_bad_total{stream="prices/lstm:0",reason="json"} 1\n');
    expect(await texts()).toEqual(['resolved: price is 12, above 10.', 'firing: price is 20, above 10.']);
  });

  it('are there after a restart, and taken once where they are sent again under their key', async () => {
    const stream = { ...AT, kind: 'http', encoding: 'json' };
    const key = { ...JSON_HEADERS, 'idempotency-key': 'k1' };
    const first = await send(await start(stream), prices(1, 12), key);
    await stop();
    const service = await start(stream);
    expect(await send(service, prices(1, 12), key)).toEqual(first);
    expect((await send(service, prices(1, 13), key)).status).toBe(422);
    expect(await texts()).toEqual(['firing: price is 12, above 10.']);
  });

  it('may be CSV under a header line, and Avro', async () => {
    const schema: avro.Schema = { type: 'record', name: 'Price', fields: [{ name: 'price', type: 'double' }] };
    const service = await start(
      { ...AT, kind: 'http', encoding: 'csv' },
      { ...AT, slot: 1, kind: 'http', encoding: 'avro-binary', schema }
    );
    const csv = { 'content-type': 'text/csv' };
    expect((await send(service, 'note,price\r\n"a\n\nb",11\r\nx,y,2\r\n', csv)).body).toEqual({
      accepted: 1,
      rejected: [{ index: 1, reason: 'row: expected 2 columns, found 3' }],
    });
    const bytes = new Uint8Array(avro.Type.forSchema(schema).toBuffer({ price: 21 }));
    const binary = { 'content-type': 'avro/binary' };
    const out = 'workflow=prices&model=lstm&slot=1';
    expect((await send(service, bytes, binary, out)).body).toEqual({ accepted: 1, rejected: [] });
    expect(await send(service, prices(1), JSON_HEADERS, out)).toMatchObject({
      status: 400,
      body: { error: { code: 'wrong-body', message: 'expected one record as avro/binary, found text' } },
    });
    expect(await texts()).toEqual(['firing: price is 11, above 10.', 'firing: price is 21, above 10.']);
  });

  it('need a stream that the configuration has', async () => {
    const service = await start({ ...AT, kind: 'http', encoding: 'json' });
    expect(await send(service, prices(1), JSON_HEADERS, 'model=lstm&slot=0')).toMatchObject({
      status: 404,
      body: { error: { code: 'no-http-stream', message: expect.stringContaining('at lstm:0 in the') as unknown } },
    });
    expect(await send(service, prices(1), JSON_HEADERS, 'model=lstm&slot=x')).toMatchObject({
      status: 400,
      body: { error: { message: 'slot: expected a slot such as 0, found "x"' } },
    });
  });
});

describe('records in a file', () => {
  it('are read as it grows, and go on where they were after a restart', async () => {
    const path = join(folder, 'prices.csv');
    await writeFile(path, 'at,price\n2026-01-01T00:00:00Z,5\n2026-01-01T00:00:01Z,15\n');
    const stream = { ...AT, kind: 'file', path, encoding: 'csv', follow: true, time: 'at' };
    const read = (service: Service) =>
      fetch(`${service.url}/metrics`)
        .then((page) => page.text())
        .then((text) => Number(/records_read_total\{[^}]*\} (\d+)/.exec(text)?.[1] ?? 0));
    let service = await start(stream);
    await expect.poll(() => read(service), { timeout: 10_000 }).toBe(2);
    await stop();
    await appendFile(path, '2026-01-01T00:00:02Z,25\n2026-01-01T00:00:03Z,1\n');
    service = await start(stream);
    await expect.poll(() => read(service), { timeout: 10_000 }).toBe(2);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    const second = Date.UTC(2026, 0, 1) * 1000;
    expect(alert).toMatchObject({
      state: 'resolved',
      text: 'price is 15, above 10.',
      startsAt: second + 1e6,
      endsAt: second + 3e6,
    });
  });
});
