import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatTimestamp,
  SELF_METRICS,
  SELF_WORKFLOW,
  type Catalogue,
  type Frame,
  type QueryResponse,
} from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const LOG = pino({ level: 'silent' });
const DAY = 24 * 3600_000;
const PROCESS = `${hostname()}:0`;

let folder: string;
let running: Service | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'self-'));
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(derive: object = { grace: '200ms' }): Promise<Service> {
  const config = {
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    sinks: [{ kind: 'log', path: join(folder, 'archive.ndjson') }],
    fleet: [{ kind: 'static', engines: [{ src: 'e1', name: 'engine-1', model: 'lstm', workflow: 'prices' }] }],
    derive,
  };
  running = await Service.start(parseConfiguration(JSON.stringify(config), 'test'), { version: '9.9.9', log: LOG });
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const report = (time: number, data: unknown): object => ({
  type: 'sensor-report',
  timestamp: formatTimestamp(time * 1000),
  src: 'e1',
  tap: 'manifold.0.records.count',
  id: 1,
  delta_time: 1,
  data,
});

async function send(service: Service, ...messages: object[]): Promise<void> {
  const response = await fetch(`${service.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(messages),
  });
  expect(response.status).toBe(200);
}

async function ask(service: Service, query: Record<string, unknown>): Promise<Frame[]> {
  const now = Date.now();
  const queries = [{ refId: 'A', kind: 'metric', by: ['model', 'engine'], ...query }];
  const response = await fetch(`${service.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: now - DAY, to: now + DAY, maxDataPoints: 1, queries }),
  });
  const answer = ((await response.json()) as QueryResponse).results['A'];
  expect(answer?.error).toBeUndefined();
  return answer?.frames ?? [];
}

/** A value over all of the time, by what it is about. */
async function told(service: Service, metric: string): Promise<Record<string, number>> {
  const frames = await ask(service, { metric, workflow: SELF_WORKFLOW });
  return Object.fromEntries(
    frames.map(({ schema: { fields }, data }) => {
      expect(fields[1]?.labels).toMatchObject({ workflow: SELF_WORKFLOW, engine: PROCESS });
      // At midnight there may be two buckets.
      const values = (data.values[1] ?? []) as number[];
      return [String(fields[1]?.labels?.['model']), values.reduce((sum, value) => sum + value, 0)];
    })
  );
}

async function selfMetric(service: Service, line: string): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  const found = page.split('\n').find((text) => text.startsWith(line));
  return Number(found?.slice(found.lastIndexOf(' ') + 1) ?? NaN);
}

/** What still waits when a process stops is read again, and counted again, by the next. */
async function settled(service: Service): Promise<void> {
  await expect.poll(() => selfMetric(service, 'pneumograph_items_stored_total'), { timeout: 5000 }).toBeGreaterThan(1);
  const age = () => selfMetric(service, 'pneumograph_watermark_age_seconds{log="http"}');
  await expect.poll(age, { timeout: 5000 }).toBe(0);
}

interface Row {
  readonly metric: string;
  readonly model: string;
  readonly time: number;
  readonly value: number;
  readonly span: number;
  readonly offset: number;
  readonly position: number;
}

/** The points of the process itself, in a store that nobody has open. */
async function stored(): Promise<Row[]> {
  const instance = await DuckDBInstance.create(join(folder, 'store.duckdb'), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(`
    SELECT metric, model, time::DOUBLE AS time, value, span, "offset"::DOUBLE AS "offset", position::DOUBLE AS position
    FROM points p JOIN series s ON p.series = s.id JOIN partitions q ON p.partition = q.id
    WHERE workflow = '${SELF_WORKFLOW}' AND key = 'self/${PROCESS}' ORDER BY time`);
  const rows = found.getRowObjects() as unknown as Row[];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe('self-metrics', () => {
  it('are stored as what totals grew by over the time they cover, and go on after a restart without doubling', async () => {
    const time = Date.now() - 60_000;
    const began = performance.now();
    const first = await start();
    await send(first, report(time, 1), report(time + 1000, 2), report(time, 1), report(time, 'five'), { type: 'log' });
    await settled(first);
    await stop();
    const seconds = (performance.now() - began) / 1000;
    const rows = await stored();
    const last = await start();
    await send(last, report(time + 2000, 3), { ...report(time, 5), src: 'stranger' });
    await settled(last);
    await stop();
    const service = await start();

    expect(await told(service, 'self.rejected.count')).toEqual({ data: 1 });
    expect(await told(service, 'self.skipped.count')).toEqual({ log: 1 });
    expect(await told(service, 'self.duplicate.count')).toEqual({ derive: 1 });
    expect(await told(service, 'self.unmapped.count')).toEqual({ derive: 1 });
    expect(await told(service, 'self.late.count')).toEqual({ derive: 0 });
    await stop();

    const all = await stored();
    // Nothing of the first run was written again, and no two points are one.
    expect(all.slice(0, rows.length)).toEqual(rows.map((row) => ({ ...row, position: all[0]?.position })));
    expect(new Set(all.map(({ metric, model, offset }) => `${metric} ${model} ${offset}`)).size).toBe(all.length);
    // The store need not remember points that it will never see again.
    expect(all.filter(({ offset, position }) => offset >= position)).toEqual([]);
    const rates = all.filter(({ metric }) => metric === 'self.accepted.rate');
    expect(rates[0]?.span).toBeGreaterThan(0);
    expect(rates[0]?.span).toBeLessThanOrEqual(seconds);
    expect(rates.reduce((sum, { value, span }) => sum + value * span, 0)).toBeCloseTo(5, 6);
    expect(all.find(({ metric }) => metric === 'self.bursts.open')?.span).toBe(0);
  });

  it('are all told but the lag of Kafka', async () => {
    const service = await start();
    await send(service, report(Date.now(), 1), report(Date.now(), 'five'), { type: 'log' });
    await settled(service);
    await stop();
    const metrics = new Set((await stored()).map(({ metric }) => metric));
    const expected = SELF_METRICS.map(({ name }) => name).filter((name) => name !== 'self.lag.seconds');
    expect([...metrics].sort()).toEqual(expected.sort());
  });

  it('are for those alone who ask for them by name', async () => {
    const first = await start();
    await send(first, report(Date.now() - 5000, 1));
    await settled(first);
    await stop();
    const service = await start();

    const catalogue = (await (await fetch(`${service.url}/api/v1/catalog`)).json()) as Catalogue;
    expect(catalogue.workflows.map(({ name }) => name)).toEqual(['prices']);
    expect(catalogue.self?.name).toBe(SELF_WORKFLOW);
    expect(catalogue.self?.models.map(({ name }) => name)).toEqual([
      'derive',
      'http',
      `log ${join(folder, 'archive.ndjson')}`,
      'store',
    ]);
    expect(catalogue.self?.models[0]?.engines).toMatchObject([{ src: PROCESS, name: PROCESS }]);

    const metric = 'self.stored.rate';
    expect((await told(service, metric))['store']).toBeGreaterThan(0);
    expect((await ask(service, { metric: 'store.self.stored.rate', workflow: SELF_WORKFLOW })).length).toBe(1);
    const [unnamed] = await ask(service, { metric });
    expect(unnamed?.data.values).toEqual([[], []]);
    expect(unnamed?.schema.meta?.notices?.[0]?.text).toContain('expected the workflow "pneumograph"');
    expect((await ask(service, { metric, workflow: 'prices' }))[0]?.data.values).toEqual([[], []]);
    const models = (frames: Frame[]) => frames[0]?.data.values[0];
    expect(models(await ask(service, { kind: 'topology' }))).toEqual(['prices/lstm']);
    expect(models(await ask(service, { kind: 'topology', workflow: SELF_WORKFLOW }))).toHaveLength(4);
    for (const frame of await ask(service, { kind: 'status' })) {
      expect(frame.schema.fields[1]?.labels?.['workflow']).toBe('prices');
    }
    const counts = await ask(service, { metric: 'record.count' });
    expect(counts.map(({ schema: { fields } }) => fields[1]?.labels?.['workflow'])).toEqual(['prices']);
    // Nobody names a workflow to a sink.
    const archive = await readFile(join(folder, 'archive.ndjson'), 'utf8');
    expect(archive).toContain('lstm.0.record.count');
    expect(archive).not.toContain(SELF_WORKFLOW);
  });

  it('say how far everything has been taken in order', async () => {
    const service = await start({ grace: '3s' });
    const age = (): Promise<number> => selfMetric(service, 'pneumograph_watermark_age_seconds{log="http"}');
    expect(await age()).toBe(0);
    await send(service, report(Date.now(), 1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The report waits for its neighbours.
    expect(await age()).toBeGreaterThanOrEqual(0.3);
    await expect.poll(age, { timeout: 10_000 }).toBe(0);
  });
});
