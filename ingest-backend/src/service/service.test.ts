import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveRecord, formatTimestamp, type Catalogue, type Frame, type QueryResponse } from '@pneumograph/contract';
import { Tokens } from '../api/index.js';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const LOG = pino({ level: 'silent' });

let folder: string;
const services: Service[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-'));
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(config: Record<string, unknown> = {}, log = LOG): Promise<Service> {
  const text = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    derive: { grace: '200ms' },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', name: 'engine-1', model: 'lstm', workflow: 'prices' }] }],
    ...config,
  });
  const service = await Service.start(parseConfiguration(text, 'test'), { version: '9.9.9', log });
  services.push(service);
  return service;
}

function report(at: number, data: unknown, rest: Record<string, unknown> = {}): Record<string, unknown> {
  const tap = 'manifold.0.records.count';
  return {
    type: 'sensor-report',
    timestamp: formatTimestamp(START + at * 1e6),
    src: 'e1',
    tap,
    id: 1,
    delta_time: 1,
    data,
    ...rest,
  };
}

async function send(service: Service, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as never };
}

async function ask(service: Service, query: Record<string, unknown>): Promise<Frame[]> {
  const body = JSON.stringify({
    from: START / 1000 - 60_000,
    to: START / 1000 + 3_600_000,
    intervalMs: 1000,
    maxDataPoints: 10_000,
    queries: [{ refId: 'A', kind: 'metric', ...query }],
  });
  const response = await fetch(`${service.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return ((await response.json()) as QueryResponse).results['A']?.frames ?? [];
}

/** Asks until as many values are there as expected, since points are stored in batches. */
async function values(service: Service, metric: string, count: number): Promise<unknown[]> {
  let found: unknown[] = [];
  for (let tries = 0; tries < 100 && found.length < count; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = (await ask(service, { metric })).flatMap((frame) => frame.data.values[1] ?? []);
  }
  return found;
}

async function selfMetric(service: Service, line: string): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  const found = page.split('\n').find((text) => text.startsWith(line));
  return Number(found?.slice(found.lastIndexOf(' ') + 1) ?? NaN);
}

const lines = (...messages: unknown[]): string =>
  messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message))).join('\n');

describe('reports over HTTP', () => {
  it('are taken as lines, as an array, as one object, and packed', async () => {
    const service = await start();
    const json = { 'content-type': 'application/json' };
    expect((await send(service, lines(report(0, 1), report(1, 2)))).body).toEqual({
      accepted: 2,
      skipped: {},
      rejected: [],
    });
    expect((await send(service, JSON.stringify([report(2, 3)]), json)).body).toMatchObject({ accepted: 1 });
    expect((await send(service, JSON.stringify(report(3, 4)), json)).body).toMatchObject({ accepted: 1 });
    const packed = gzipSync(lines(report(4, 5)));
    expect((await send(service, packed, { 'content-encoding': 'gzip' })).body).toMatchObject({ accepted: 1 });
    expect(await values(service, 'record.count', 5)).toEqual([1, 2, 3, 4, 5]);
    expect(await values(service, 'rps', 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('show what a model loses, of what its workflow says that it puts out', async () => {
    const workflows = [{ name: 'prices', amplification: { 'lstm:1': 0.1 } }];
    const service = await start({ workflows });
    const out = { tap: 'manifold.1.records.count' };
    await send(service, lines(report(0, 100), report(1, 100), report(0, 10, out), report(1, 8, out)));
    const found = await values(service, 'loss', 2);
    expect(found).toEqual([0, expect.closeTo(0.2, 6)]);
  });

  it('that are bad are told one by one, counted by reason, and harm no other', async () => {
    const service = await start();
    const answer = await send(
      service,
      lines(
        report(0, 7),
        '{"type":"sensor-report"',
        { type: 'log', src: 'e1', timestamp: 'x', level: 8, text: 'y' },
        { type: 'brand-new' },
        report(0, 'five'),
        report(0, 1, { timestamp: '1970-01-01T00:00:00.000000Z' }),
        report(0, 1, { delta_time: 'soon' }),
        report(1, 8)
      )
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      accepted: 2,
      skipped: { log: 1, 'brand-new': 1 },
      rejected: [
        { index: 1, reason: expect.stringContaining('malformed JSON') as string },
        { index: 4, reason: expect.stringMatching(/data: expected .* found "five"/) as string },
        { index: 5, reason: expect.stringContaining('timestamp: expected') as string },
        { index: 6, reason: expect.stringContaining('delta_time: expected') as string },
      ],
    });
    expect(await values(service, 'record.count', 2)).toEqual([7, 8]);
    expect(await selfMetric(service, 'pneumograph_messages_rejected_total{source="http",reason="data"}')).toBe(1);
    expect(await selfMetric(service, 'pneumograph_messages_skipped_total{source="http",type="unknown"}')).toBe(1);
    expect(await selfMetric(service, 'pneumograph_messages_accepted_total{source="http"}')).toBe(2);
  });

  it.each([
    ['{"type":', { 'content-type': 'application/json' }, 400, 'malformed-json'],
    ['not gzip', { 'content-encoding': 'gzip' }, 400, 'malformed-gzip'],
    ['x', { 'content-encoding': 'br' }, 415, 'content-encoding'],
    ['x', { 'content-type': 'text/css' }, 415, 'media-type'],
  ])('%j as a whole cannot be read: %j → %d', async (body, headers, status, code) => {
    const answer = await send(await start(), body, headers);
    expect(answer).toMatchObject({
      status,
      body: { error: { code, message: expect.stringContaining('expected') as string } },
    });
  });

  it('survive a restart: the burst that was open goes on', async () => {
    const first = await start();
    await send(first, lines(report(0, 10), report(1, 3, { delta_time: 0 })));
    expect(await values(first, 'rps', 1)).toEqual([10]);
    await first.stop();
    const second = await start();
    await send(second, lines(report(2, 5)));
    expect(await values(second, 'rps', 2)).toEqual([10, 8]);
    expect(await values(second, 'record.count', 3)).toEqual([10, 3, 5]);
  });

  it('keep what engines and models write, counted as skipped, and answer it once, after a restart as well', async () => {
    const at = (seconds: number, rest: object) => ({
      src: 'engine-1',
      timestamp: report(seconds, 0)['timestamp'],
      ...rest,
    });
    const body = lines(
      at(0, { type: 'log', level: 16, text: 'The disk is nearly full.' }),
      report(1, 5),
      at(1, { type: 'model-console', text: 'epoch 1' }),
      at(1, { type: 'model-console', text: 'epoch 1' }),
      at(2, { type: 'model-error', console: 'Traceback', input: { slot: 0, seqno: 7, data: [1] } })
    );
    const key = { 'idempotency-key': 'texts' };
    const first = await start();
    const receipt = { accepted: 1, skipped: { log: 1, 'model-console': 2, 'model-error': 1 }, rejected: [] };
    expect((await send(first, body, key)).body).toEqual(receipt);
    expect((await send(first, body, key)).body).toEqual(receipt);
    const written = async (service: Service) => (await ask(service, { kind: 'messages' }))[0]?.data.values.slice(1, 3);
    const expected = [
      ['Traceback', 'epoch 1', 'epoch 1', 'The disk is nearly full.'],
      ['error', 'info', 'info', 'warning'],
    ];
    await expect.poll(() => written(first), { timeout: 10_000 }).toEqual(expected);
    expect(await selfMetric(first, 'pneumograph_messages_accepted_total{source="http"}')).toBe(1);
    expect(await selfMetric(first, 'pneumograph_messages_skipped_total{source="http",type="model-console"}')).toBe(2);
    await first.stop();
    const second = await start();
    expect(await values(second, 'record.count', 1)).toEqual([5]);
    expect(await written(second)).toEqual(expected);
    const [found] = await ask(second, { kind: 'messages', levels: ['error'], models: ['lstm'] });
    expect(found?.data.values[4]).toEqual([
      expect.objectContaining({ model: 'lstm', engine: 'engine-1', type: 'model-error', input: expect.any(String) }),
    ]);
  });

  it('that are sent again under their key are answered once, at the same time, later and after a restart', async () => {
    const key = { 'idempotency-key': 'attempt 1' };
    const body = lines(report(0, 10), 'rubbish', { type: 'log', src: 'e1', timestamp: '2018-03-05T17:52:45Z' });
    const answer = { accepted: 1, skipped: { log: 1 }, rejected: [{ index: 1 }] };
    const first = await start();
    for (const { status, body: found } of await Promise.all([send(first, body, key), send(first, body, key)])) {
      expect(status).toBe(200);
      expect(found).toMatchObject(answer);
    }
    await first.stop();
    const second = await start();
    expect((await send(second, body, key)).body).toMatchObject(answer);
    expect(await send(second, lines(report(1, 20)), key)).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency-key-reused' } },
    });
    expect((await send(second, lines(report(1, 20)), { 'idempotency-key': 'attempt 2' })).body).toMatchObject({
      accepted: 1,
    });
    expect(await values(second, 'record.count', 2)).toEqual([10, 20]);
    expect(await selfMetric(second, 'pneumograph_messages_accepted_total{source="http"}')).toBeLessThanOrEqual(2);
  });

  it('whose tap counts otherwise than said, or whose clock is off, are told of in the catalogue and by numbers', async () => {
    const service = await start();
    await send(service, lines(...Array.from({ length: 60 }, (_, at) => report(at, 100 + at))));
    expect(await values(service, 'record.count', 60)).toHaveLength(60);
    const catalogue = (await (await fetch(`${service.url}/api/v1/catalog`)).json()) as Catalogue;
    const engine = catalogue.workflows.find(({ name }) => name === 'prices')?.models[0]?.engines[0];
    expect(engine?.notices).toEqual([
      'manifold.0.records.count looks cumulative: check derive.counting and derive.taps',
    ]);
    // The messages are of 2018.
    expect(engine?.clockOffset).toBeLessThan(-1e8);
    expect(await selfMetric(service, 'pneumograph_taps_suspect')).toBe(1);
    expect(await selfMetric(service, 'pneumograph_clock_behind_seconds')).toBeGreaterThan(1e8);
  });

  it('of hostile names are kept apart', async () => {
    const names = [
      "'; DROP TABLE points; --",
      'a.b "c"',
      'line\nbreak',
      'ünïcödé 🫁',
      'half \ud800 pair',
      '$x {{model}}',
    ];
    const engines = names.map((model, index) => ({ src: `src ${model}`, model, workflow: index % 2 ? '' : model }));
    const service = await start({ fleet: [{ kind: 'static', engines }] });
    await send(service, lines(...engines.map(({ src }, index) => report(index, index, { src }))));
    expect(await values(service, 'record.count', names.length)).toHaveLength(names.length);
    for (const [index, model] of names.entries()) {
      const [frame, ...more] = await ask(service, { metric: 'record.count', models: [model] });
      expect(more).toEqual([]);
      expect(frame?.data.values[1]).toEqual([index]);
    }
  });
});

describe('an engine that nobody knows', () => {
  it('is shown under its own id, and counted', async () => {
    const service = await start();
    await send(service, lines(report(0, 5, { src: 'stranger' })));
    await values(service, 'record.count', 1);
    const catalogue = (await (await fetch(`${service.url}/api/v1/catalog`)).json()) as Catalogue;
    expect(catalogue.workflows.find(({ name }) => name === '')?.models).toMatchObject([
      { name: 'stranger', engines: [{ src: 'stranger' }] },
    ]);
    expect(await selfMetric(service, 'pneumograph_reports_unmapped_total')).toBe(1);
  });
});

describe('files', () => {
  const file = (): string => join(folder, 'reports.ndjson');
  const source = (follow: boolean) => ({ sources: [{ kind: 'file', path: file(), follow }] });

  it('are read once, bad lines aside, and not again after a restart', async () => {
    await writeFile(file(), lines(report(0, 1), 'rubbish', '', report(1, 2)));
    const first = await start(source(false));
    expect(await values(first, 'record.count', 2)).toEqual([1, 2]);
    await first.stop();
    const second = await start(source(false));
    expect(await values(second, 'record.count', 2)).toEqual([1, 2]);
    expect(await selfMetric(second, 'pneumograph_items_stored_total')).toBe(0);
  });

  it('are followed, half a line waited for, and a new file in the same place read from its start', async () => {
    const text = lines(report(1, 2));
    await writeFile(file(), lines(report(0, 1)) + '\n' + text.slice(0, 40));
    const service = await start(source(true));
    expect(await values(service, 'record.count', 1)).toEqual([1]);
    await appendFile(file(), text.slice(40) + '\n');
    expect(await values(service, 'record.count', 2)).toEqual([1, 2]);
    await rename(file(), `${file()}.1`);
    await writeFile(file(), lines(report(2, 3)) + '\n');
    expect(await values(service, 'record.count', 3)).toEqual([1, 2, 3]);
  });

  it('that are missing are a reason not to be ready', async () => {
    const service = await start(source(false));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const response = await fetch(`${service.url}/health/ready`);
    expect(response.status).toBe(503);
    expect(JSON.stringify(await response.json())).toContain('ENOENT');
  });
});

describe('the archive log', () => {
  it('holds every point and state as a record of the contract', async () => {
    const path = join(folder, 'archive.ndjson');
    const service = await start({ sinks: [{ kind: 'log', path }] });
    await send(
      service,
      lines({ type: 'engine-state', timestamp: formatTimestamp(START), src: 'e1', state: 'RUNNING' }, report(0, 9))
    );
    await values(service, 'rps', 1);
    await service.stop();
    const records = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => archiveRecord.parse(JSON.parse(line)));
    expect(records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'mapping', model: 'lstm', engine: 'e1' }),
        expect.objectContaining({ kind: 'state', text: 'RUNNING', value: 1, name: 'lstm.engine.status' }),
        expect.objectContaining({ kind: 'point', name: 'lstm.0.record.count', value: 9, span: 1, slot: 0 }),
        expect.objectContaining({ kind: 'point', name: 'lstm.0.rps', value: 9 }),
      ])
    );
  });
});

describe('access', () => {
  it('asks for a token where anonymous callers are not welcome', async () => {
    const path = join(folder, 'tokens.json');
    const token = await new Tokens(path).create('grafana', 'viewer');
    const service = await start({ access: { anonymous: false, tokens: path } });
    const status = async (authorization?: string): Promise<number> =>
      (await fetch(`${service.url}/api/v1/catalog`, authorization === undefined ? {} : { headers: { authorization } }))
        .status;
    expect(await status()).toBe(401);
    expect(await status('Bearer wrong')).toBe(401);
    expect(await status(`Bearer ${token}`)).toBe(200);
    // Whoever watches over the process has no token.
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('logs what was asked for a user of Grafana, refused or not, and gives a login no rights', async () => {
    const lines: Array<Record<string, unknown>> = [];
    const log = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
    const path = join(folder, 'tokens.json');
    const token = await new Tokens(path).create('grafana', 'viewer');
    const service = await start({ access: { anonymous: false, tokens: path } }, log);
    const queries = [{ refId: 'A', kind: 'metric', metric: 'rps' }];
    const query = async (user: string | undefined, headers: Record<string, string>): Promise<number> => {
      const response = await fetch(`${service.url}/api/v1/query`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(user === undefined ? {} : { 'x-grafana-user': user }),
          ...headers,
        },
        body: JSON.stringify({ from: 0, to: 1000, queries }),
      });
      await response.arrayBuffer();
      return response.status;
    };
    const bearer = { authorization: `Bearer ${token}` };
    expect(await query('j%C3%BCrgen%20k', bearer)).toBe(200);
    expect(await query('100%', bearer)).toBe(200);
    expect(await query(undefined, bearer)).toBe(200);
    expect(await query('admin', {})).toBe(401);
    const asked = () => lines.filter(({ msg }) => msg === 'asked');
    await expect.poll(() => asked().length).toBe(3);
    const url = '/api/v1/query';
    expect(asked()).toMatchObject([
      { level: 20, user: 'jürgen k', method: 'POST', url, queries, status: 200 },
      { user: '100%', queries, status: 200 },
      { user: 'admin', status: 401 },
    ]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it('does not open to other machines by accident', async () => {
    await expect(start({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toThrow('access: expected `tokens`');
  });
});

describe('what is not there', () => {
  it('is told in the shape of all errors', async () => {
    const service = await start({ sources: [] });
    const response = await fetch(`${service.url}/api/v1/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
    expect(await send(service, '{}')).toMatchObject({ status: 404, body: { error: { code: 'no-http-source' } } });
  });

  it('is described by OpenAPI, which is there', async () => {
    const service = await start();
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/api/v1/query');
  });

  it('includes another service on the same store, which says who holds it', async () => {
    await start();
    await expect(start()).rejects.toThrow(/locked|another process|in use|open/i);
  });
});
