import { ENGINE_STATES, FILLS, type Fill } from '@pneumograph/contract';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { PresenceLog } from '../archive/index.js';
import { it, regular, SECOND, START, START_MS, type World } from './derived/testing.js';
import { bucketsToFill, fillSeries, keyOf } from './fill.js';

const IDENTITY = { workflow: 'w', model: 'm', slot: 0, engine: undefined };

describe('bucketsToFill', () => {
  it('are all that begin before the end of the range and are over by now', () => {
    const time = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 1000 }),
        time,
        fc.integer({ min: 1, max: 50 }),
        (from, long, now, width) => {
          const to = from + long;
          const expected = [];
          for (let start = Math.floor(from / width) * width; start < to && start + width <= now; start += width) {
            expected.push(start);
          }
          expect(bucketsToFill({ from, to, now, width })).toEqual(expected.map((start) => start + 0));
        }
      )
    );
  });
});

describe('fillSeries', () => {
  const points = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer()), {
    selector: ([time]) => time,
    maxLength: 20,
  });
  const grid = fc.integer({ min: 0, max: 25 }).map((count) => [...Array(count).keys()]);
  const before = fc.option(fc.integer());

  it('gives every bucket a value, keeps those that are there, and fills the others as asked', () => {
    fc.assert(
      fc.property(points, grid, before, fc.constantFrom(...FILLS), (all, buckets, carried, fill: Fill) => {
        const told = [...all].sort(([a], [b]) => a - b);
        const series = {
          identity: IDENTITY,
          displayName: 'x',
          times: told.map(([time]) => time),
          values: told.map(([, value]) => value),
        };
        const known = new Map(carried === null ? [] : [[keyOf(IDENTITY), carried]]);
        const [filled] = fillSeries([series], { buckets, fill, before: known });
        if (fill === 'none') {
          expect(filled).toEqual(series);
          return;
        }
        const { times, values } = filled!;
        expect(times).toEqual([...new Set([...buckets, ...series.times])].sort((a, b) => a - b));
        times.forEach((time, row) => {
          const own = told.find(([at]) => at === time);
          const last = told.findLast(([at]) => at < time);
          const fillings = { null: null, zero: 0, previous: last?.[1] ?? carried };
          expect(values[row]).toBe(own === undefined ? fillings[fill] : own[1]);
        });
        // What is filled once is full.
        expect(fillSeries([filled!], { buckets, fill, before: known })).toEqual([filled]);
      })
    );
  });
});

describe('fill', () => {
  /** The rows of each series: seconds and values. */
  const counts = async (world: World, query: object, changes?: object): Promise<Record<string, unknown[][]>> => {
    const { error, frames } = await world.ask({ metric: 'record.count', ...query }, changes);
    expect(error).toBeUndefined();
    return Object.fromEntries(
      frames.map(({ schema, data }) => [
        schema.name ?? '',
        (data.values[0] as number[]).map((time, row) => [(time - START_MS) / 1000, data.values[1]![row]]),
      ])
    );
  };

  it('is of the buckets of the range, and leaves those of a series as they are', async ({ world }) => {
    await world.report('a:0', [
      [12, 7, 1],
      [14, 1, 1],
      [35, 4, 1],
    ]);
    const own = [
      [10, 8],
      [30, 4],
    ];
    expect(await counts(world, {})).toEqual({ 'a.0.record.count': own });
    expect(await counts(world, { fill: 'none' })).toEqual({ 'a.0.record.count': own });
    const filled = (first: unknown, then: unknown, last: unknown) => ({
      'a.0.record.count': [
        [0, first],
        [10, 8],
        [20, then],
        [30, 4],
        [40, last],
        [50, last],
      ],
    });
    expect(await counts(world, { fill: 'null' })).toEqual(filled(null, null, null));
    expect(await counts(world, { fill: 'zero' })).toEqual(filled(0, 0, 0));
    expect(await counts(world, { fill: 'previous' })).toEqual(filled(null, 8, 4));
    expect(await world.latest({ metric: 'record.count', fill: 'zero' })).toEqual({ 'a.0.record.count': 4 });
  });

  it('ends with the last bucket that is over by now; what was told of the present one stays', async ({ world }) => {
    await world.report('a:0', [[3, 1, 1]]);
    await world.report('b:0', [[32, 1, 1]]);
    world.now = 35;
    expect(await counts(world, { fill: 'zero' })).toEqual({
      'a.0.record.count': [
        [0, 1],
        [10, 0],
        [20, 0],
      ],
      'b.0.record.count': [
        [0, 0],
        [10, 0],
        [20, 0],
        [30, 1],
      ],
    });
    world.now = -100;
    expect(await counts(world, { fill: 'zero', models: ['a'] })).toEqual({ 'a.0.record.count': [[0, 1]] });
  });

  it('carries what was told last before the range, as far back as it is long', async ({ world }) => {
    await world.report('near:0', [
      [-65, 3, 1],
      [-25, 2, 1],
      [-22, 3, 1],
      [25, 1, 1],
    ]);
    await world.report('far:0', [
      [-65, 3, 1],
      [25, 1, 1],
    ]);
    await world.report('gone:0', [[-5, 3, 1]]);
    const {
      'near.0.record.count': near,
      'far.0.record.count': far,
      ...others
    } = await counts(world, { fill: 'previous' });
    expect(others).toEqual({});
    expect(near!.map(([, value]) => value)).toEqual([5, 5, 1, 1, 1, 1]);
    expect(far!.map(([, value]) => value)).toEqual([null, null, 1, 1, 1, 1]);
  });

  it('comes after the choice of the largest, which it does not change', async ({ world }) => {
    await world.report('rare:0', [[5, 10, 1]]);
    await world.report(
      'steady:0',
      [...Array(6)].map((_, index) => [index * 10 + 5, 9, 1] as const)
    );
    expect(Object.keys(await counts(world, { topN: 1, fill: 'zero' }))).toEqual(['rare.0.record.count']);
  });

  it('carries states while the engine runs the model, and never takes a gap for the state 0', async ({ world }) => {
    world.assign('e1', 'lstm', -1000);
    world.assign('e1', 'other', 35);
    const state = (seconds: number, value: number) => ({
      kind: 'state' as const,
      series: { workflow: 'prices', model: 'lstm', slot: undefined, engine: 'e1', metric: 'engine.status' },
      ...{ time: START + seconds * SECOND, value, text: '', partition: { key: 'p' }, offset: 1000 + seconds },
    });
    const { running, paused } = ENGINE_STATES;
    const log = new PresenceLog();
    regular(-10, 60, 5, 0).forEach(([time, , span]) => log.hear(START + time * SECOND, span));
    const items = [state(-2, running), state(14, paused)];
    await world.store.write({ items, positions: new Map(), heard: new Map([['e1', log.take()]]) });
    const query = { metric: 'engine.status', models: ['lstm'] };
    const name = 'lstm.engine.status';
    expect((await counts(world, { ...query, fill: 'previous' }))[name]).toEqual([
      [0, running],
      [10, paused],
      [20, paused],
      [30, paused],
      [40, null],
      [50, null],
    ]);
    expect((await counts(world, { ...query, fill: 'null' }))[name]).toHaveLength(6);
    expect((await world.ask({ ...query, fill: 'zero' })).error).toBe(
      'fill: expected none, null or previous for engine.status, where 0 is a state, found "zero"'
    );
    expect((await counts(world, { ...query, over: 'count', fill: 'zero' }))[name]!.map(([, value]) => value)).toEqual([
      0, 1, 0, 0, 0, 0,
    ]);
  });

  it('is refused where it is unknown, or of more buckets than can be told', async ({ world }) => {
    const refusal = async (query: object, changes?: object) =>
      (await world.ask({ metric: 'record.count', ...query }, changes)).error;
    expect(await refusal({ fill: 'linear' })).toBe('fill: expected none, null, zero or previous, found "linear"');
    const fine = { from: START_MS - 36e5, maxDataPoints: 1e6, intervalMs: 0 };
    expect(await refusal({ fill: 'zero' }, fine)).toBe(
      'maxDataPoints: expected at most 20000 intervals in the range where they are filled, found 36600'
    );
    expect(await refusal({}, fine)).toBeUndefined();
  });

  it('answers ranges of any length and place', async ({ world }) => {
    await world.report('a:0', [[5, 1, 1]]);
    const ranges = [
      { from: 0, to: 4e12 },
      { from: -8e15, to: 8e15 },
      { from: START_MS + 1e9, to: START_MS + 2e9 },
      { from: START_MS + 7, to: START_MS + 8, intervalMs: 0 },
    ];
    for (const range of ranges) {
      for (const fill of FILLS) {
        expect((await world.ask({ metric: 'record.count', fill }, range)).error).toBeUndefined();
      }
    }
  });
});
