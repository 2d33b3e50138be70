import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRICS, type Frame, type ProfileContent, type QueryResult } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Series } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import { QueryEngine } from './engine.js';

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const START_MS = 1520272380_000;
const START = START_MS * 1000;
const P = { key: 'stream/lstm/0' };

let store: DuckDbStore;
let engine: QueryEngine;
let offset: number;

beforeEach(async () => {
  offset = 0;
  store = new DuckDbStore({ path: ':memory:' });
  await store.open();
  engine = new QueryEngine({
    store,
    directory: { silentAfter: 30 * SECOND, workflows: () => [], assignments: () => [] },
    clock: () => START + 5 * MINUTE,
    monitors: () => [
      { name: 'data', kind: 'distribution', version: '1', state: 'failed', error: 'no reference', attached: [] },
    ],
    onFailure: (error) => expect(error).toBeUndefined(),
  });
});
afterEach(() => store.close());

function sample(name: string): Frame[] {
  const file = new URL(`../../../contract/samples/frames/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Frame[];
}

function told(metric: string, feature?: string, changes: Partial<Series> = {}): Series {
  return { workflow: 'prices', model: 'lstm', slot: 0, engine: '', metric, monitor: 'data', feature, ...changes };
}
const write = (...items: ArchiveItem[]) => store.write({ items, positions: new Map() });
function point(series: Series, seconds: number, value: number): ArchiveItem {
  const origin = { partition: P, offset: offset++ };
  return { kind: 'point', series, time: START + seconds * SECOND, value, span: 1, ...origin };
}
function profile(seconds: number, content: unknown, series = told('profile', 'price'), span = 60): ArchiveItem {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const origin = { partition: P, offset: offset++ };
  return { kind: 'profile', series, time: START + seconds * SECOND, span, content: text, ...origin };
}
function alert(id: string, changes: Partial<AlertChange> = {}): AlertChange {
  const startsAt = changes.startsAt ?? START + MINUTE;
  return {
    ...{
      kind: 'alert',
      id,
      number: changes.state === 'resolved' ? 2 : 1,
      time: startsAt,
      startsAt,
      state: 'firing',
      severity: 'warning',
      monitor: 'data',
    },
    ...{ workflow: 'prices', model: 'lstm', slot: 0, engine: '', feature: 'price', name: 'Drift' },
    ...{ text: 'price has drifted: PSI is 0.31, above 0.25.', value: 0.31, evidence: '{"psi":0.31}' },
    ...{ partition: P, offset: offset++ },
    ...changes,
  };
}

async function ask(query: object): Promise<QueryResult> {
  const range = { from: START_MS, to: START_MS + 300_000, maxDataPoints: 1000, intervalMs: 60_000 };
  return (await engine.run({ ...range, queries: [{ refId: 'A', ...query }] })).results['A'] as QueryResult;
}
async function frames(query: object): Promise<Frame[]> {
  const { error, frames: found } = await ask(query);
  expect(error).toBeUndefined();
  return found;
}
const names = (found: readonly Frame[]) => found.map(({ schema }) => schema.name);
const notices = (found: readonly Frame[]) =>
  found.flatMap(({ schema }) => schema.meta.notices?.map(({ text }) => text));

describe('metrics of monitors', () => {
  it('are told apart by monitor and feature unless the query says otherwise', async () => {
    await write(
      point(told('drift.psi', 'price'), 1, 0.1),
      point(told('drift.psi', 'volume'), 1, 0.3),
      point(told('drift.psi', 'price', { monitor: 'other' }), 1, 0.2)
    );
    const all = await frames({ kind: 'metric', metric: 'drift.psi' });
    expect(names(all)).toEqual([
      'lstm.0.drift.psi price (data)',
      'lstm.0.drift.psi volume',
      'lstm.0.drift.psi price (other)',
    ]);
    expect(all[0]?.schema.fields[1]?.labels).toEqual({
      ...{ workflow: 'prices', model: 'lstm', slot: '0', monitor: 'data', feature: 'price' },
    });
    const joined = await frames({ kind: 'metric', metric: 'drift.psi', by: ['model'] });
    expect(joined.map(({ schema, data }) => [schema.name, data.values[1]])).toEqual([['lstm.drift.psi', [0.3]]]);
    const alias = '{{monitor}}: {{feature}}';
    expect(
      names(await frames({ kind: 'metric', metric: 'drift.psi', alias, monitors: ['data'], features: ['price'] }))
    ).toEqual(['data: price']);
  });

  it('may have names that monitors gave, also in dotted names and in the catalogue', async () => {
    await write(point(told('spread.ratio'), 1, 5), point(told('spread.ratio', undefined, { model: 'a.b' }), 1, 7));
    expect(names(await frames({ kind: 'metric', metric: 'spread.ratio' }))).toEqual([
      'a.b.0.spread.ratio',
      'lstm.0.spread.ratio',
    ]);
    const dotted = await frames({ kind: 'metric', metric: 'a.b.0.spread.ratio' });
    expect(dotted.map(({ data }) => data.values[1])).toEqual([[7]]);
    expect((await ask({ kind: 'metric', metric: 'spread.ration' })).error).toContain('did you mean spread.ratio');
    const { metrics, monitors } = await engine.catalogue();
    expect(metrics.slice(METRICS.length)).toMatchObject([{ name: 'spread.ratio', slotted: true, area: 'data' }]);
    expect(monitors).toMatchObject([{ name: 'data', state: 'failed', error: 'no reference' }]);
  });

  it('leave no engine without a name in the catalogue, but the features that they tell of', async () => {
    await write(
      point(told('drift.psi', 'price'), 1, 0.1),
      point(told('error.mae', 'provisional'), 1, 0.1),
      profile(1, { counts: [1] }, told('profile', 'venue'))
    );
    const { workflows, metrics } = await engine.catalogue();
    expect(workflows).toEqual([
      { name: 'prices', models: [{ name: 'lstm', slots: [0], features: ['price', 'venue'], engines: [] }], links: [] },
    ]);
    expect(metrics).toHaveLength(METRICS.length);
  });

  it('alone can be asked for by monitor or feature', async () => {
    const { status, error } = await ask({ kind: 'metric', metric: 'rps', monitors: ['data'] });
    expect([status, error]).toEqual([
      400,
      'monitors, features: rps is told by no monitor: expected none, found "data"',
    ]);
  });
});

describe('alerts', () => {
  it('are a table in the shape of the sample, newest first, those that fire until now', async () => {
    await write(
      alert('a', { startsAt: START - MINUTE }),
      alert('a', { startsAt: START - MINUTE, state: 'resolved', time: START + 2 * MINUTE }),
      alert('b', { severity: 'critical', feature: undefined, slot: undefined, value: undefined, evidence: undefined })
    );
    const found = await frames({ kind: 'alerts' });
    expect(found).toEqual(sample('alerts'));
    const column = (name: string) =>
      found[0]?.data.values[found[0].schema.fields.findIndex((field) => field.name === name)];
    expect(column('id')).toEqual(['b', 'a']);
    expect(column('time')).toEqual([START_MS + 60_000, START_MS - 60_000]);
    expect(column('timeEnd')).toEqual([START_MS + 300_000, START_MS + 120_000]);
    expect(column('state')).toEqual(['firing', 'resolved']);
  });

  it('are filtered, and say where there are more', async () => {
    await write(
      alert('a', { severity: 'info', model: 'gru' }),
      alert('b', { monitor: 'noise' }),
      alert('c', { startsAt: START + 2 * MINUTE, slot: 1 }),
      alert('self', { workflow: 'pneumograph' })
    );
    const ids = async (query: object) =>
      (await frames({ kind: 'alerts', ...query })).map(({ data }) => data.values[13]);
    expect(await ids({ severities: ['info'] })).toEqual([['a']]);
    expect(await ids({ monitors: ['noise'] })).toEqual([['b']]);
    expect(await ids({ models: ['lstm'], slots: [1] })).toEqual([['c']]);
    expect(await ids({ states: ['resolved'] })).toEqual([[]]);
    expect(await ids({ workflow: 'pneumograph' })).toEqual([['self']]);
    expect(notices(await frames({ kind: 'alerts', limit: 1 }))).toEqual([
      'There are more than 1 alerts in this range: older ones are left out.',
    ]);
    const { error } = await ask({ kind: 'alerts', states: ['open'] });
    expect(error).toBe('states[0]: expected pending, firing, recovering, resolved, no-data or error, found "open"');
  });
});

const PRICE: ProfileContent = {
  ...{ type: 'numeric', edges: [null, 10, 20, null], counts: [1, 2, 1], reference: [2, 2, 0], missing: 1, total: 5 },
};

describe('profiles', () => {
  it('are columns of bins over time in the shape of the sample, beside the reference', async () => {
    await write(
      profile(60, PRICE),
      profile(90, { ...PRICE, counts: [0, 0, 4] }),
      profile(100, { ...PRICE, counts: [0, 4, 0] }),
      profile(
        90,
        { type: 'boolean', categories: ['false', 'true'], counts: [3, 1], missing: 0, total: 4 },
        told('profile', 'up')
      )
    );
    const found = await frames({ kind: 'profile' });
    expect(found).toEqual(sample('profile'));
    expect(names(found)).toEqual(['lstm.0.profile price', 'lstm.0.profile up']);
    expect(found[0]?.schema.fields.map(({ name }) => name)).toEqual(['Time', '< 10', '10 – 20', '≥ 20']);
    // A window that ends where a bucket does is in it: the bucket is told by its end.
    expect(found[0]?.data.values).toEqual([
      [START_MS + 60_000, START_MS + 120_000],
      [0.25, 0],
      [0.5, 0.5],
      [0.25, 0.5],
    ]);
    expect(found[0]?.schema.meta.custom).toMatchObject({ reference: [0.5, 0.5, 0], missing: 3, total: 15 });
    const [counts] = await frames({ kind: 'profile', format: 'counts', features: ['price'] });
    expect(counts?.data.values.slice(1)).toEqual([
      [1, 0],
      [2, 4],
      [1, 4],
    ]);
  });

  it('are a table of the whole range beside the reference', async () => {
    await write(profile(60, PRICE), profile(120, { ...PRICE, counts: [4, 0, 0] }));
    const found = await frames({ kind: 'profile', format: 'table' });
    expect(found).toEqual(sample('profile-table'));
    expect(found[0]?.data.values).toEqual([
      ['< 10', '10 – 20', '≥ 20'],
      [0.5, 0.5, 0],
      [0.625, 0.25, 0.125],
    ]);
  });

  it('that cannot be read are told, and lose no others', async () => {
    await write(
      profile(60, PRICE),
      profile(61, '{'),
      profile(62, { ...PRICE, edges: [1, 2] }),
      profile(63, { counts: [1] }, told('profile', 'broken'))
    );
    const [broken, price] = await frames({ kind: 'profile' });
    expect(price?.data.values[0]).toEqual([START_MS + 60_000]);
    expect(notices([price!])).toEqual([
      '2 distributions of lstm.0.profile price cannot be read, the last of 2018-03-05T17:54:02.000000Z: ' +
        'edges: expected 4 edges of 3 bins, found 2.',
    ]);
    expect(broken?.data.values).toEqual([[]]);
    expect(broken?.schema.meta.type).toBeUndefined();
    expect(notices([broken!])[0]).toContain('type: ');
  });

  it('take the bins of the newest, and say what was left out', async () => {
    await write(profile(60, { ...PRICE, edges: [null, 1, 2, null] }), profile(120, PRICE));
    const found = await frames({ kind: 'profile' });
    expect(found[0]?.data.values[0]).toEqual([START_MS + 120_000]);
    expect(notices(found)).toEqual([
      'One window of lstm.0.profile price until 2018-03-05T17:54:00.000000Z had other bins than the newest: left out.',
    ]);
  });

  it('answer nothing found with a heat map without bins, or an empty table', async () => {
    const empty = await frames({ kind: 'profile' });
    expect(empty.map(({ schema }) => schema.fields.map(({ name }) => name))).toEqual([['Time']]);
    expect((await frames({ kind: 'profile', format: 'table' }))[0]?.data.values).toEqual([[], [], []]);
  });
});
