import { readFileSync } from 'node:fs';
import { EDGE_FIELDS, NODE_FIELDS, type Frame } from '@pneumograph/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveItem, Series } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import type { Directory, DirectoryAssignment } from './directory.js';
import { QueryEngine } from './engine.js';
import { BadRequest } from './errors.js';

const SECOND = 1e6;
const START_MS = 1520272360_000;
const START = START_MS * 1000;
const P = { key: 'kafka/notify/0' };

function sample(name: string): Frame[] {
  return JSON.parse(
    readFileSync(new URL(`../../../contract/samples/frames/${name}.json`, import.meta.url), 'utf8')
  ) as Frame[];
}

function series(metric: string, engine: string, slot?: number, model = 'lstm', workflow = 'prices'): Series {
  return { workflow, model, slot, engine, metric };
}

describe('QueryEngine', () => {
  let store: DuckDbStore;
  let engine: QueryEngine;
  let offset: number;
  let now: number;
  let assignments: Record<string, DirectoryAssignment[]>;
  let failures: unknown[];

  beforeEach(async () => {
    offset = 0;
    now = START + 60 * SECOND;
    failures = [];
    assignments = {
      e1: [{ from: 0, workflow: 'prices', model: 'lstm' }],
      e2: [{ from: 0, workflow: 'prices', model: 'lstm' }],
    };
    store = new DuckDbStore({ path: ':memory:' });
    await store.open();
    const directory: Directory = {
      silentAfter: 30 * SECOND,
      assignments: (src) => assignments[src] ?? [],
      workflows: () => [
        {
          name: 'prices',
          models: [
            { name: 'preprocess', slots: [0, 1], engines: [], position: { x: 10, y: 20 } },
            {
              name: 'lstm',
              asset: 'lstm-v3',
              slots: [0, 1],
              engines: Object.entries(assignments)
                .filter(([, all]) => all.at(-1)?.model === 'lstm')
                .map(([src]) => ({ src, name: `engine-${src.slice(1)}` })),
            },
          ],
          links: [{ from: { model: 'preprocess', slot: 1 }, to: { model: 'lstm', slot: 0 } }],
        },
      ],
    };
    engine = new QueryEngine({ store, directory, clock: () => now, onFailure: (error) => failures.push(error) });
  });
  afterEach(async () => {
    expect(failures).toEqual([]);
    await store.close();
  });

  const write = async (items: ArchiveItem[], seen: Array<[string, number]> = []) =>
    store.write({ items, positions: new Map(), lastSeen: new Map(seen) });
  const point = (of: Series, seconds: number, value: number, span = 1): ArchiveItem => ({
    kind: 'point',
    series: of,
    time: START + seconds * SECOND,
    value,
    span,
    partition: P,
    offset: offset++,
  });
  const state = (src: string, seconds: number, value: number, model = 'lstm', workflow = 'prices'): ArchiveItem => ({
    kind: 'state',
    series: series('engine.status', src, undefined, model, workflow),
    time: START + seconds * SECOND,
    value,
    text: String(value),
    partition: P,
    offset: offset++,
  });
  const request = (queries: unknown[], changes = {}) => ({
    from: START_MS,
    to: START_MS + 60_000,
    maxDataPoints: 1000,
    intervalMs: 1000,
    queries,
    ...changes,
  });
  const ask = async (query: object, changes = {}) =>
    (await engine.run(request([{ refId: 'A', kind: 'metric', metric: 'rps', ...query }], changes))).results['A']!;
  const frames = async (query: object, changes = {}) => {
    const result = await ask(query, changes);
    expect(result.error).toBeUndefined();
    expect(result.status).toBe(200);
    return result.frames;
  };
  const values = (all: Frame[]) => all.map(({ schema, data }) => [schema.name, ...data.values]);

  describe('requests', () => {
    it('refuses a request that is wrong as a whole, naming each place', async () => {
      const wrong = await engine.run({ from: 'yesterday', to: 5, queries: 7 }).catch((error: unknown) => error);
      expect(wrong).toBeInstanceOf(BadRequest);
      expect((wrong as BadRequest).details).toEqual([
        { path: 'from', expected: 'epoch milliseconds or an ISO 8601 timestamp', found: '"yesterday"' },
        { path: 'queries', expected: 'array', found: '7' },
      ]);
      await expect(engine.run(null)).rejects.toBeInstanceOf(BadRequest);
      await expect(engine.run(request([], { to: START_MS }))).rejects.toThrow('to: expected a time after `from`');
      await expect(engine.run(request([{ kind: 'metric' }]))).rejects.toThrow('queries[0].refId');
      const twice = { refId: 'A', kind: 'metric', metric: 'rps' };
      await expect(engine.run(request([twice, twice]))).rejects.toThrow('an id that no other query has');
    });

    it('lets a wrong query fail alone', async () => {
      const good = { kind: 'metric', metric: 'rps' };
      const { results } = await engine.run(
        request([
          { refId: 'good', ...good, models: null },
          { refId: 'over', ...good, over: 'median' },
          { refId: 'slots', ...good, slots: [0, 'one'] },
          { refId: 'kind', kind: 'metrics' },
          { refId: 'metric', kind: 'metric', metric: 'rpss' },
          { refId: 'worst', ...good, across: 'worst' },
          { refId: '__proto__', ...good },
        ])
      );
      expect(results['good']?.status).toBe(200);
      expect(results['over']?.error).toMatch(/^over: expected avg, sum, .* or default, found "median"$/);
      expect(results['slots']?.error).toBe('slots[1]: expected number, found "one"');
      expect(results['kind']).toMatchObject({ status: 400, frames: [] });
      expect(results['metric']?.error).toMatch(/found "rpss"; did you mean rps/);
      expect(results['worst']).toMatchObject({ status: 400, error: expect.stringContaining('engine.status alone') });
      expect(Object.keys(results)).toContain('__proto__');
    });

    it('stops where nobody waits any more', async () => {
      await expect(engine.run(request([{ refId: 'A', kind: 'topology' }]), AbortSignal.abort())).rejects.toThrow();
    });
  });

  describe('metric', () => {
    it('answers in the shape of the sample', async () => {
      await write([point(series('rps', 'e1', 0), 5, 71.6), point(series('rps', 'e1', 1), 5.5, 71.5)]);
      const answer = await frames({});
      expect(answer.map(({ schema }) => schema)).toEqual(sample('timeseries-multi').map(({ schema }) => schema));
      expect(values(answer)).toEqual([
        ['lstm.0.rps', [START_MS + 5000], [71.6]],
        ['lstm.1.rps', [START_MS + 5000], [71.5]],
      ]);
    });

    it('answers nothing found with one typed frame', async () => {
      expect(await frames({})).toEqual(sample('timeseries-multi-empty'));
      const latest = await frames({ format: 'latest' });
      expect(latest).toHaveLength(1);
      expect(latest[0]?.schema).toMatchObject({ meta: { type: 'numeric-multi', typeVersion: [0, 1] }, fields: [] });
    });

    it('joins as the catalogue says: rates by span within an engine, then added up', async () => {
      const [a, b] = [series('rps', 'e1', 0), series('rps', 'e2', 0)];
      await write([point(a, 1, 10, 1), point(a, 2, 40, 3), point(b, 3, 5, 1)]);
      expect(values(await frames({}, { intervalMs: 10_000 }))).toEqual([['lstm.0.rps', [START_MS], [32.5 + 5]]]);
    });

    it('tells engines apart by name, and takes names for ids', async () => {
      await write([point(series('memory', 'e1'), 1, 10), point(series('memory', 'e2'), 1, 20)]);
      const query = { metric: 'memory', by: ['model', 'engine'] };
      expect(values(await frames(query)).map(([name]) => name)).toEqual([
        'lstm.memory engine-1',
        'lstm.memory engine-2',
      ]);
      const [one, ...others] = await frames({ ...query, engines: ['engine-2'] });
      expect(others).toEqual([]);
      expect(one?.schema.fields[1]?.labels).toEqual({ workflow: 'prices', model: 'lstm', engine: 'e2' });
    });

    it('answers the latest values without times', async () => {
      await write([point(series('memory', 'e1'), 1, 10), point(series('memory', 'e1'), 9, 2123345920)]);
      const answer = await frames({ metric: 'memory', format: 'latest' });
      expect(answer).toEqual(sample('numeric-multi').slice(0, 1));
    });

    it('understands dotted names, also of models with dots', async () => {
      await write([point(series('rps', 'e1', 0), 1, 1), point(series('rps', 'e9', 0, 'a.1'), 1, 2)]);
      expect(values(await frames({ metric: 'a.1.0.rps' }))).toEqual([['a.1.0.rps', [START_MS + 1000], [2]]]);
      expect((await ask({ metric: 'lstn.0.rps' })).error).toContain('did you mean lstm?');
      expect((await ask({ metric: 'lstm.0.rps', models: ['lstm'] })).status).toBe(400);
    });

    it('names series by alias, and by workflow where two would share a name', async () => {
      await write([point(series('rps', 'e1', 0), 1, 1), point(series('rps', 'e8', 0, 'lstm', 'other'), 1, 2)]);
      expect(values(await frames({})).map(([name]) => name)).toEqual(['lstm.0.rps (other)', 'lstm.0.rps (prices)']);
      const alias = '{{workflow}} {{ model }}/{{slot}} {{metric}} {{nothing}}';
      expect((await frames({ alias, workflow: 'prices' }))[0]?.schema.name).toBe('prices lstm/0 rps {{nothing}}');
    });

    it('leaves out the labels that it does not group by', async () => {
      await write([point(series('rps', 'e1', 0), 1, 1), point(series('rps', 'e8', 1, 'other'), 1, 2)]);
      const [frame, ...others] = await frames({ by: [] });
      expect(others).toEqual([]);
      expect(frame?.schema).toMatchObject({ name: 'rps', fields: [{}, { labels: {} }] });
      expect(frame?.data.values[1]).toEqual([3]);
    });
  });

  describe('engine.status', () => {
    it('begins with the state in force and joins to the worst', async () => {
      await write(
        [state('e1', -50, 1), state('e2', -50, 1), state('e2', 20.5, 2)],
        [
          ['e1', now],
          ['e2', now],
        ]
      );
      const answer = await frames({ metric: 'engine.status' });
      expect(values(answer)).toEqual([['lstm.engine.status', [START_MS, START_MS + 20_000], [1, 2]]]);
      expect(answer[0]?.schema.fields[1]?.config?.mappings?.[0]?.options['2']?.text).toBe('error');
    });

    it('tells the state at the end, unknown after silence', async () => {
      await write(
        [state('e1', -50, 1), state('e2', -50, 1)],
        [
          ['e1', now],
          ['e2', START],
        ]
      );
      const latest = { metric: 'engine.status', format: 'latest', by: ['model', 'engine'] };
      expect(values(await frames(latest))).toEqual([
        ['lstm.engine.status engine-1', [1]],
        ['lstm.engine.status engine-2', [-1]],
      ]);
      expect(values(await frames({ ...latest, by: ['model'] }))).toEqual([['lstm.engine.status', [-1]]]);
      // Asked for a time when the engine was not silent yet.
      expect(values(await frames({ ...latest, by: ['model'] }, { to: START_MS + 30_000 }))).toEqual([
        ['lstm.engine.status', [1]],
      ]);
    });

    it('calls an engine unknown that reports without ever having told a state', async () => {
      delete assignments['e2'];
      await write([point(series('memory', 'e1'), 1, 1)], [['e1', now]]);
      expect(values(await frames({ metric: 'engine.status', format: 'latest' }))).toEqual([
        ['lstm.engine.status', [-1]],
      ]);
    });

    it('counts changes without carrying any', async () => {
      await write([state('e1', -50, 0), state('e1', 5, 1), state('e1', 5.1, 3)], [['e1', now]]);
      expect(values(await frames({ metric: 'engine.status', over: 'count' }))).toEqual([
        ['lstm.engine.status', [START_MS + 5000], [2]],
      ]);
    });
  });

  describe('status', () => {
    it('answers in the shape of the sample, with silence as a last row', async () => {
      await write(
        [state('e1', -5, 0), state('e1', 2.5, 1), state('e2', 1, 1)],
        [
          ['e1', now],
          ['e2', START + 2 * SECOND],
        ]
      );
      const answer = await frames({ kind: 'status' });
      expect(values(answer)).toEqual([
        ['lstm engine-1', [START_MS, START_MS + 2500], [0, 1]],
        ['lstm engine-2', [START_MS + 1000, START_MS + 32_000], [1, -1]],
      ]);
      const withoutIds = ({ schema }: Frame) =>
        JSON.parse(JSON.stringify(schema).replaceAll(/"engine":"[^"]+"/g, '"engine":""')) as unknown;
      expect(answer.map(withoutIds)).toEqual(sample('status').map(withoutIds));
    });

    it('leaves a finished engine finished', async () => {
      assignments = { e1: assignments['e1']! };
      await write([state('e1', 1, 5)], [['e1', START + SECOND]]);
      expect(values(await frames({ kind: 'status' }))).toEqual([['lstm engine-1', [START_MS + 1000], [5]]]);
    });

    it('takes the state along when an engine is given another model', async () => {
      assignments = {
        e1: [
          { from: 0, workflow: 'prices', model: 'old' },
          { from: START + 10 * SECOND, workflow: 'prices', model: 'lstm' },
        ],
      };
      await write([state('e1', 1, 1, 'old')], [['e1', now]]);
      expect(values(await frames({ kind: 'status' }))).toEqual([
        ['lstm engine-1', [START_MS + 10_000], [1]],
        ['old engine-1', [START_MS + 1000, START_MS + 10_000], [1, null]],
      ]);
    });
  });

  it('draws the topology in the shape of the contract', async () => {
    await write(
      [
        point(series('rps', 'e9', 1, 'preprocess'), 1, 71.6),
        point(series('rps', 'e1', 0), 1, 30, 1),
        point(series('rps', 'e1', 0), 2, 60, 2),
        point(series('rps', 'e2', 0), 2, 7),
        point(series('rps', 'e2', 2), 2, 3),
        point(series('record.rejected.by.schema.count', 'e1', 0), 1, 4),
        point(series('record.rejected.by.encoding.count', 'e2', 0), 30, 1),
        point(series('cpu.utilization', 'e1'), 1, 50),
        point(series('cpu.utilization', 'e2'), 1, 100),
        state('e1', -9, 1),
        state('e2', 5, 2),
      ],
      [
        ['e1', now],
        ['e2', now],
        ['e9', now],
      ]
    );
    const [nodes, edges] = await frames({ kind: 'topology' });
    expect(nodes?.schema.fields.map(({ name }) => name)).toEqual(NODE_FIELDS.map(({ name }) => name));
    expect(edges?.schema.fields.map(({ name }) => name)).toEqual(EDGE_FIELDS.map(({ name }) => name));
    expect([nodes?.schema, edges?.schema]).toEqual(sample('topology').map(({ schema }) => schema));
    const rows = (frame?: Frame) =>
      (frame?.data.values[0] ?? []).map((_, row) =>
        Object.fromEntries(frame!.schema.fields.map(({ name }, index) => [name, frame!.data.values[index]?.[row]]))
      );
    expect(rows(nodes)).toMatchObject([
      {
        id: 'prices/lstm',
        status: 'error',
        engines: 2,
        running: 1,
        error: 1,
        unknown: 0,
        rps_in: 60,
        rps_out: null,
        rejected: 5,
        cpu: 75,
        memory: null,
        arc__ok: 0.5,
        arc__error: 0.5,
        fixedx: null,
      },
      {
        id: 'prices/preprocess',
        status: 'unknown',
        engines: 1,
        rps_in: null,
        rps_out: 71.6,
        rejected: null,
        fixedx: 10,
        fixedy: 20,
      },
    ]);
    expect(rows(edges)).toEqual([
      {
        id: 'prices/preprocess:1>lstm:0',
        source: 'prices/preprocess',
        target: 'prices/lstm',
        mainstat: 71.6,
        source_slot: 1,
        target_slot: 0,
      },
    ]);
    const [some, none] = await frames({ kind: 'topology', models: ['lstm'] });
    expect(some?.data.values[0]).toEqual(['prices/lstm']);
    expect(none?.data.values[0]).toEqual([]);
  });

  it('lists what the directory names and what reported besides', async () => {
    await write(
      [point(series('rps', 'stray', 3, 'stray', ''), 1, 1), state('e1', 1, 1)],
      [
        ['e1', now - SECOND],
        ['stray', now],
      ]
    );
    const { workflows, metrics } = await engine.catalogue();
    expect(workflows.map(({ name, models }) => [name, models.map((model) => model.name)])).toEqual([
      ['', ['stray']],
      ['prices', ['lstm', 'preprocess']],
    ]);
    expect(workflows[0]?.models[0]).toMatchObject({
      slots: [3],
      engines: [{ src: 'stray', name: 'stray', status: 'unknown' }],
    });
    expect(workflows[1]?.models[0]).toEqual({
      name: 'lstm',
      asset: 'lstm-v3',
      slots: [0, 1],
      engines: [
        { src: 'e1', name: 'engine-1', status: 'running', lastSeen: '2018-03-05T17:53:39.000000Z' },
        { src: 'e2', name: 'engine-2', status: 'unknown', lastSeen: null },
      ],
    });
    expect(workflows[1]?.links).toEqual([{ from: 'preprocess:1', to: 'lstm:0' }]);
    expect(metrics.map(({ name }) => name)).toContain('rps');
    expect((await engine.catalogue(START - 9 * SECOND, START)).workflows.map(({ name }) => name)).toEqual(['prices']);
  });
});
