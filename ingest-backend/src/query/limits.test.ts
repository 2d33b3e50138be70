import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATALOGUE_ENGINES, type Frame } from '@pneumograph/contract';
import type { Point } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import { QueryEngine } from './engine.js';
import { MOST_SERIES } from './limits.js';

const SECOND = 1e6;
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const START_MS = Math.floor(1520272360_000 / HOUR) * HOUR;
const START = START_MS * 1000;

let store: DuckDbStore;
let engine: QueryEngine;
let offset: number;
let failures: unknown[];
beforeEach(async () => {
  offset = 0;
  failures = [];
  store = new DuckDbStore({ path: ':memory:' });
  await store.open();
  const directory = { silentAfter: 30 * SECOND, assignments: () => [], workflows: () => [] };
  engine = new QueryEngine({
    ...{ store, directory, clock: () => START + HOUR * 1000 },
    onFailure: (error) => failures.push(error),
  });
});
afterEach(async () => {
  expect(failures).toEqual([]);
  await store.close();
});

const point = (source: string, seconds: number, value: number, metric = 'memory'): Point => ({
  kind: 'point',
  series: { workflow: 'w', model: 'm', slot: undefined, engine: source, metric },
  ...{ time: START + seconds * SECOND, value, span: 0, partition: { key: 'p' }, offset: offset++ },
});
const write = (points: Point[]) => store.write({ items: points, positions: new Map() });
const ask = async (query: object, changes: object = {}) => {
  const range = { from: START_MS, to: START_MS + 60_000, maxDataPoints: 1000, intervalMs: 1000 };
  const queries = [{ refId: 'A', kind: 'metric', metric: 'memory', ...query }];
  return (await engine.run({ ...range, queries, ...changes })).results['A']!;
};
const shown = (frames: readonly Frame[]) => frames.map(({ schema, data }) => [schema.name, ...data.values]);

describe('limits', () => {
  it('tell a part of many series as a part, in a stable order', async () => {
    const engines = Array.from({ length: MOST_SERIES + 200 }, (_, index) => `e${String(index).padStart(5, '0')}`);
    await write(engines.map((source, index) => point(source, 1, index)));
    const { status, frames } = await ask({ by: ['model', 'engine'] });
    expect(status).toBe(200);
    expect(frames.map(({ schema }) => schema.fields[1]?.labels?.['engine'])).toEqual(engines.slice(0, MOST_SERIES));
    expect(frames[0]?.schema.meta.notices).toEqual([
      { severity: 'warning', text: expect.stringContaining('1 000 of 1 200 series') },
    ]);
    expect(frames.slice(1).flatMap(({ schema }) => schema.meta.notices ?? [])).toEqual([]);
    // The largest are looked for among all.
    const top = await ask({ by: ['engine'], topN: 1 });
    expect(top.frames.map(({ data }) => data.values[1])).toEqual([[MOST_SERIES + 199]]);
    // Alert rules read the newest values: none of their engines may go missing.
    expect((await ask({ by: ['engine'], format: 'latest' })).frames).toHaveLength(engines.length);
    // Joined they are one.
    const joined = await ask({});
    expect(joined.frames).toHaveLength(1);
    expect(joined.frames[0]?.schema.meta.notices).toBeUndefined();
  });

  it('count only the series that were asked for', async () => {
    const monitors = ['a', 'b', 'c'];
    await write(
      monitors.flatMap((monitor) =>
        Array.from({ length: 400 }, (_, index) => {
          const { series, ...rest } = point('', 1, index, 'drift.psi');
          return { ...rest, series: { ...series, slot: 0, monitor, feature: `${monitor}${index}` } };
        })
      )
    );
    const of = async (query: object) => (await ask({ metric: 'drift.psi', by: ['feature'], ...query })).frames;
    expect((await of({}))[0]?.schema.meta.notices?.[0]?.text).toContain('1 000 of 1 200 series');
    const some = await of({ monitors: ['b', 'c'] });
    expect(some).toHaveLength(800);
    expect(some[0]?.schema.meta.notices).toBeUndefined();
    expect(await of({ features: ['a7'] })).toHaveLength(1);
  });

  it('tell a part of the states of many engines as a part', async () => {
    const engines = Array.from({ length: MOST_SERIES + 5 }, (_, index) => `e${index}`);
    await store.write({
      items: engines.map((source) => {
        const { series, ...rest } = point(source, 1, 1);
        return { ...rest, kind: 'state', series: { ...series, metric: 'engine.status' }, text: 'RUNNING' };
      }),
      positions: new Map(),
      lastSeen: new Map(engines.map((source) => [source, START + SECOND])),
    });
    const { frames } = await ask({ kind: 'status' });
    expect(frames).toHaveLength(MOST_SERIES);
    expect(frames[0]?.schema.meta.notices?.[0]?.severity).toBe('warning');
  });

  it('refuse an answer that could be too large, with what it would be', async () => {
    await write(Array.from({ length: 20 }, (_, index) => point(`e${index}`, 1, index)));
    const tenYears = { from: START_MS, to: START_MS + 10 * 365 * 24 * HOUR, intervalMs: 1000 };
    const { status, error } = await ask({ by: ['engine'] }, { ...tenYears, maxDataPoints: 1_000_000 });
    expect(status).toBe(400);
    expect(error).toMatch(
      /^maxDataPoints: expected an answer of at most 5 000 000 values, found up to 10 512 000: 20 series/
    );
    const usual = await ask({ by: ['engine'] }, tenYears);
    expect(usual.status).toBe(200);
    // The interval is what so many points of ten years take, and the frame says so.
    expect(usual.frames[0]?.schema.fields[0]?.config?.interval).toBe(4 * 24 * HOUR);
  });
});

it('bounds what the catalogue lists, and says what it leaves out', async () => {
  const names = Array.from({ length: CATALOGUE_ENGINES + 7 }, (_, index) => ({ src: `e${index}`, name: undefined }));
  const workflow = { name: 'w', links: [], models: [{ name: 'm', slots: [0], engines: names }] };
  const directory = { silentAfter: 30 * SECOND, assignments: () => [], workflows: () => [workflow] };
  const { workflows, omitted } = await new QueryEngine({ store, directory, clock: () => START }).catalogue();
  expect(workflows[0]?.models[0]?.engines).toHaveLength(CATALOGUE_ENGINES);
  expect(omitted).toEqual({ engines: 7 });
});

describe('models and engines that do not exist', () => {
  it.each([
    [{ kind: 'metric', models: ['nobody'] }, ['Time', 'memory']],
    [{ kind: 'metric', engines: ["'; DROP TABLE points; --"] }, ['Time', 'memory']],
    [{ kind: 'metric', metric: 'coverage', models: ['nobody'] }, ['Time', 'coverage']],
    [{ kind: 'status', models: ['nobody'] }, ['Time', 'engine.status']],
  ])('give a typed frame without rows: %j', async (query, fields) => {
    await write([point('e1', 1, 1)]);
    const { status, frames } = await ask(query);
    expect(status).toBe(200);
    expect(frames.map(({ schema }) => schema.fields.map(({ name }) => name))).toEqual([fields]);
    expect(frames[0]?.data.values).toEqual([[], []]);
  });
});

describe('compare', () => {
  it('shows the same series of an earlier time beside those of the range, shifted into it', async () => {
    const weekAgo = -WEEK / 1000;
    await write([point('e1', 1, 10), point('e1', 2, 11), point('e1', weekAgo + 1, 5), point('e1', weekAgo + 30, 6)]);
    const { frames } = await ask({ compare: '1w' });
    expect(shown(frames)).toEqual([
      ['m.memory', [START_MS + 1000, START_MS + 2000], [10, 11]],
      ['m.memory (1w earlier)', [START_MS + 1000, START_MS + 30_000], [5, 6]],
    ]);
    expect(frames.map(({ schema }) => schema.fields[1]?.labels)).toEqual([
      { workflow: 'w', model: 'm' },
      { workflow: 'w', model: 'm', compare: '1w' },
    ]);
    expect(shown((await ask({ compare: '1w', format: 'latest' })).frames)).toEqual([
      ['m.memory', [11]],
      ['m.memory (1w earlier)', [6]],
    ]);
  });

  it('fills either time as the other, and of ranked series shows those that are shown of the range', async () => {
    await write([point('e1', 0, 10), point('e2', 0, 1), point('e1', -60, 2), point('e2', -60, 100)]);
    const query = { compare: '1m', by: ['engine'], topN: 1, fill: 'zero' };
    const range = { from: START_MS, to: START_MS + 2000 };
    const two = [START_MS, START_MS + 1000];
    expect(shown((await ask(query, range)).frames)).toEqual([
      ['memory e1', two, [10, 0]],
      ['memory e1 (1m earlier)', two, [2, 0]],
    ]);
  });

  it.each(['week', '0d', '1y', '-1d'])('refuses %s', async (compare) => {
    const { status, error } = await ask({ compare });
    expect([status, error]).toEqual([400, `compare: expected a time such as 30m, 24h, 1d or 1w, found "${compare}"`]);
  });
});

it('breaks off what is asked for somebody who went away', async () => {
  await write([point('e1', 1, 1)]);
  const gone = new AbortController();
  const range = { from: START_MS, to: START_MS + 60_000 };
  const queries = Array.from({ length: 100 }, (_, index) => ({
    refId: String(index),
    kind: 'metric',
    metric: 'memory',
  }));
  const asked = engine.run({ ...range, queries }, gone.signal);
  setTimeout(() => gone.abort(), 1);
  await expect(asked).rejects.toThrow(/abort/i);
});
