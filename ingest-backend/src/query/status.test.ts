import { readFileSync } from 'node:fs';
import type { Frame } from '@pneumograph/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PresenceLog, type ArchiveItem } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import type { Directory, DirectoryAssignment } from './directory.js';
import { QueryEngine } from './engine.js';

const SECOND = 1e6;
const MINUTE = 60;
const START_MS = 1520272380_000;
const PARTITION = { key: 'kafka/notify/0' };

/** Queries over states, fed with messages as engines send them; times in seconds from the start of the range. */
describe('engine states', () => {
  let store: DuckDbStore;
  let engine: QueryEngine;
  let offset: number;
  let now: number;
  let assignments: Record<string, DirectoryAssignment[]>;

  beforeEach(async () => {
    offset = 0;
    now = 10 * MINUTE;
    const lstm = { from: 0, workflow: 'prices', model: 'lstm' };
    assignments = { e1: [lstm], e2: [lstm] };
    store = new DuckDbStore({ path: ':memory:' });
    await store.open();
    const directory: Directory = {
      silentAfter: 30 * SECOND,
      assignments: (src) => assignments[src] ?? [],
      workflows: () => {
        const engines = Object.keys(assignments).map((src) => ({ src, name: `engine-${src.slice(1)}` }));
        return [{ name: 'prices', models: [{ name: 'lstm', slots: [0, 1], engines }], links: [] }];
      },
    };
    engine = new QueryEngine({ store, directory, clock: () => START_MS * 1000 + now * SECOND });
  });
  afterEach(() => store.close());

  /** One batch of reports and state messages of an engine. */
  const send = async (
    src: string,
    ...messages: Array<{ at: number; state?: string; code?: number; delta?: number }>
  ) => {
    const log = new PresenceLog();
    const items = messages.flatMap(({ at, state, code = 1, delta = 0 }): ArchiveItem[] => {
      const time = START_MS * 1000 + at * SECOND;
      log.hear(time, delta);
      const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine: src, metric: 'engine.status' };
      const item = {
        kind: 'state',
        series,
        time,
        value: code,
        text: state ?? '',
        partition: PARTITION,
        offset: offset++,
      } as const;
      return state === undefined ? [] : [item];
    });
    await store.write({ items, positions: new Map(), lastSeen: new Map(), heard: new Map([[src, log.take()]]) });
  };
  const reports = (from: number, to: number, interval: number, delta = 0) =>
    Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, n) => ({ at: from + n * interval, delta }));
  const ask = async (query: object, to = 10 * MINUTE) => {
    const body = {
      from: START_MS,
      to: START_MS + to * 1000,
      intervalMs: 1000,
      queries: [{ refId: 'A', kind: 'metric', metric: 'engine.status', ...query }],
    };
    const result = (await engine.run(body)).results['A'];
    expect(result?.error).toBeUndefined();
    return result?.frames ?? [];
  };
  const seconds = (times: unknown[] = []) => times.map((time) => ((time as number) - START_MS) / 1000);
  const states = async (to?: number) =>
    (await ask({ kind: 'status' }, to)).map(
      ({
        data: {
          values: [times, codes],
        },
      }) => [seconds(times), codes]
    );
  const causes = async (...fields: string[]) => {
    const [frame] = await ask({ kind: 'status', format: 'table' });
    const column = (name: string) => frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)];
    const times = seconds(column('time'));
    return times.map((time, row) => [time, ...fields.map((name) => column(name)?.[row])]);
  };

  it('show a silence that is over, and the same everywhere', async () => {
    delete assignments['e2'];
    await send('e1', { at: -60, state: 'Running' }, ...reports(-60, 60, 1), ...reports(240, 600, 1));
    expect(await states()).toEqual([
      [
        [0, 90, 240],
        [1, -1, 1],
      ],
    ]);
    expect(await causes('state', 'text', 'cause')).toEqual([
      [0, 'running', 'Running', 'state message'],
      [90, 'unknown', '', 'silence'],
      [240, 'running', 'Running', 'report'],
    ]);
    const [over] = await ask({});
    expect([seconds(over?.data.values[0]), over?.data.values[1]]).toEqual([
      [0, 90, 240],
      [1, -1, 1],
    ]);
    for (const [to, code, word] of [
      [100, -1, 'unknown'],
      [300, 1, 'running'],
    ] as const) {
      expect((await ask({ format: 'latest' }, to))[0]?.data.values).toEqual([[code]]);
      const [nodes] = await ask({ kind: 'topology' }, to);
      const status = nodes?.schema.fields.findIndex(({ name }) => name === 'status') ?? -1;
      expect(nodes?.data.values[status]).toEqual([word]);
    }
    const status = async () => (await engine.catalogue()).workflows[0]?.models[0]?.engines[0]?.status;
    expect(await status()).toBe('running');
    now += 31;
    expect(await status()).toBe('unknown');
  });

  it('let an engine that reports once a minute be silent for minutes, and no longer', async () => {
    delete assignments['e2'];
    await send('e1', { at: -300, state: 'running' }, ...reports(-300, 60, 60));
    expect(await states()).toEqual([
      [
        [0, 240],
        [1, -1],
      ],
    ]);
    // Each at its time: nothing is known yet of what comes later.
    for (const at of [70, 100, 239]) {
      now = at;
      expect(await states()).toEqual([[[0], [1]]]);
    }
  });

  it('take no rest of a filtered sensor for silence', async () => {
    delete assignments['e2'];
    // Its only sensor reports above a threshold: for a minute, then not for three, and says for how long it did not.
    await send('e1', { at: -900, state: 'running' }, ...reports(-900, -840, 3), { at: -660, delta: 180 });
    await send('e1', ...reports(-657, -600, 3), { at: -420, delta: 180 }, ...reports(-417, -360, 3));
    now = -200;
    expect((await engine.catalogue()).workflows[0]?.models[0]?.engines[0]?.status).toBe('running');
    await send('e1', { at: 100, delta: 460 }, ...reports(103, 130, 3));
    now = 400;
    expect(await states()).toEqual([[[0], [1]]]);
  });

  it('stay finished, whatever comes late, until a newer state is told', async () => {
    delete assignments['e2'];
    await send('e1', { at: 10, state: 'running' }, ...reports(10, 100, 1), { at: 100, state: 'FINISHED', code: 5 });
    await send('e1', ...reports(99, 130, 1));
    // Told before it finished, and read afterwards.
    await send('e1', { at: 50, state: 'paused', code: 3 }, { at: 60, state: 'running' });
    expect(await states()).toEqual([
      [
        [10, 50, 60, 100],
        [1, 3, 1, 5],
      ],
    ]);
    await send('e1', { at: 400, state: 'init', code: 0 }, { at: 402, state: 'running' });
    expect(await states()).toEqual([
      [
        [10, 50, 60, 100, 400, 402, 432],
        [1, 3, 1, 5, 0, 1, -1],
      ],
    ]);
  });

  it('of one moment are the one that is further along, in whatever order they come', async () => {
    await send('e1', ...reports(-40, 600, 2), { at: -40, state: 'running' }, { at: -40, state: 'init', code: 0 });
    await send('e2', ...reports(-40, 600, 2), { at: -40, state: 'init', code: 0 }, { at: -40, state: 'running' });
    await send('e1', { at: 5, state: 'error', code: 2 }, { at: 5, state: 'finished', code: 5 });
    await send('e2', { at: 5, state: 'finished', code: 5 }, { at: 5, state: 'error', code: 2 });
    expect(await states()).toEqual([
      [
        [0, 5],
        [1, 2],
      ],
      [
        [0, 5],
        [1, 2],
      ],
    ]);
  });

  it('join to the worst of all engines, also of those that tell nothing new', async () => {
    await send('e1', { at: -5, state: 'error', code: 2 }, ...reports(-5, 600, 2));
    await send('e2', { at: -5, state: 'running' }, ...reports(-5, 600, 2), { at: 100, state: 'paused', code: 3 });
    const joined = async (query: object) => {
      const [frame] = await ask(query);
      return [seconds(frame?.data.values[0]), frame?.data.values[1]];
    };
    expect(await joined({})).toEqual([
      [0, 100],
      [2, 2],
    ]);
    expect(await joined({ across: 'max' })).toEqual([
      [0, 100],
      [2, 3],
    ]);
    expect(await joined({ over: 'count' })).toEqual([[100], [1]]);
  });

  it('say when an engine was given to a model and taken from it, twice over', async () => {
    const moves = [
      ['other', -1000],
      ['lstm', 100],
      ['other', 200],
      ['lstm', 300],
    ] as const;
    assignments = {
      e1: moves.map(([model, at]) => ({ from: START_MS * 1000 + at * SECOND, workflow: 'prices', model })),
    };
    await send('e1', { at: -5, state: 'RUNNING' }, ...reports(-5, 600, 2));
    expect(await causes('model', 'state', 'text', 'cause')).toEqual([
      [0, 'other', 'running', 'RUNNING', 'state message'],
      [100, 'lstm', 'running', 'RUNNING', 'mapping'],
      [100, 'other', 'gone', '', 'mapping'],
      [200, 'lstm', 'gone', '', 'mapping'],
      [200, 'other', 'running', 'RUNNING', 'mapping'],
      [300, 'lstm', 'running', 'RUNNING', 'mapping'],
      [300, 'other', 'gone', '', 'mapping'],
    ]);
  });

  it('come as a table in the shape of the sample', async () => {
    delete assignments['e2'];
    await send('e1', { at: -5, state: 'INIT', code: 0 }, ...reports(-5, 90, 1), { at: 2.5, state: 'Running' });
    const sample = new URL('../../../contract/samples/frames/status-table.json', import.meta.url);
    expect(await ask({ kind: 'status', format: 'table' })).toEqual(JSON.parse(readFileSync(sample, 'utf8')) as Frame[]);
  });
});
