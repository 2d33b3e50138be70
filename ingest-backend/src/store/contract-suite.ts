import type { Over, Across, GroupKey } from '@pneumograph/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PresenceLog, UNBROKEN, type Batch, type Mapping, type Partition, type Point } from '../archive/index.js';
import {
  ALL,
  batch,
  inOrder,
  mapping,
  P0,
  P1,
  point,
  question,
  SECOND,
  series,
  START,
  state,
  type StorePlace,
} from './contract-items.js';
import { describeMessages } from './contract-messages.js';
import { describeMonitored } from './contract-monitored.js';
import { describeUpkeep } from './contract-upkeep.js';
import {
  referenceAggregate,
  referenceExtents,
  referenceLatest,
  referencePresence,
  referenceSpread,
} from './reference.js';
import { RECALLED, type AggregateQuestion, type AnswerSeries, type SpreadQuestion, type Store } from './store.js';

export interface SuiteOptions {
  /** Of the random runs, for a store where each takes its time; 1 by default. */
  readonly share?: number;
  /** Whether it keeps tiers, or points alone. */
  readonly tiers?: boolean;
}

/** What every store has to do. */
export function describeStore(
  name: string,
  makePlace: () => Promise<StorePlace>,
  { share = 1, tiers = true }: SuiteOptions = {}
): void {
  const runs = (number: number): number => Math.ceil(number * share);
  describe(name, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });
    const reopen = async () => {
      await store.close();
      store = await place.open();
    };

    describeMonitored({ store: () => store, reopen, makePlace, runs });
    describeMessages({ store: () => store, reopen, makePlace, runs }, tiers);
    describeUpkeep({ store: () => store, reopen, makePlace, runs }, tiers);

    it('keeps points, states, positions, mappings and last sightings over a restart', async () => {
      const status = series('lstm', 'e1', 'engine.status');
      const mapping: Mapping = {
        kind: 'mapping',
        time: START,
        engine: 'e1',
        engineName: 'engine-1',
        workflow: 'prices',
        model: 'lstm',
        asset: 'lstm-v3',
      };
      const items = [
        point(series('lstm', 'e1', 'rps', 0), START, 71.6, 4, 1.396),
        state(status, START + 1, 1, 'RUNNING', 5),
        mapping,
      ];
      expect(await store.write(batch(items, [[P0, 5]], [['e1', START + 1]]))).toEqual(items);
      await reopen();
      expect(await store.positions()).toEqual(new Map([[P0.key, 5]]));
      expect(await store.mappings()).toEqual([mapping]);
      expect(await store.lastSeen()).toEqual(new Map([['e1', START + 1]]));
      expect(inOrder(await store.series())).toEqual([status, series('lstm', 'e1', 'rps', 0)]);
      expect(await store.aggregate(question({ width: SECOND }))).toEqual([
        { workflow: 'prices', model: 'lstm', slot: 0, engine: undefined, times: [START], values: [71.6] },
      ]);
      expect(await store.states(ALL, START, START + SECOND)).toEqual([
        { workflow: 'prices', model: 'lstm', engine: 'e1', times: [START + 1], codes: [1], texts: ['RUNNING'] },
      ]);
    });

    it('knows what it has of messages that are read again from below the position', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const all = [0, 1, 2, 3].map((offset) => point(rps, START + offset * SECOND, offset, offset));
      await store.write(batch(all.slice(0, 3), [[P0, 500]]));
      await store.write(batch([], [[P0, 1000]]));
      expect(await store.write(batch(all.slice(1), [[P0, 1000]]))).toEqual(all.slice(3));
      expect(await store.write(batch(all, [[P0, 1000]]))).toEqual([]);
      await reopen();
      expect((await store.positions()).get(P0.key)).toBe(1000);
    });

    it('recalls how far each engine and series had come', async () => {
      const counts = series('lstm', 'e1', 'record.count', 0);
      const moved = series('gru', 'e1', 'record.count', 0);
      const first = batch([point(counts, START, 1, 0), point(counts, START + 90 * SECOND, 2, 1, 0)]);
      await store.write({
        ...first,
        settled: new Map([['e1', START]]),
        notes: new Map([
          ['a', '1'],
          ['b', '2'],
          ['c', '3'],
        ]),
      });
      const second = batch([point(moved, START + 91 * SECOND, 3, 2, 1.5)]);
      await store.write({
        ...second,
        settled: new Map([
          ['e1', START + 1],
          ['e2', START],
        ]),
        notes: new Map([
          ['a', '3'],
          ['c', ''],
        ]),
      });
      for (const open of [() => Promise.resolve(), reopen]) {
        await open();
        const recalled = await store.recall();
        expect(recalled.settled).toEqual(
          new Map([
            ['e1', START + 1],
            ['e2', START],
          ])
        );
        expect(recalled.notes).toEqual(
          new Map([
            ['a', '3'],
            ['b', '2'],
          ])
        );
        expect(recalled.series('e1', 'record.count', 0)).toEqual({
          newest: START + 91 * SECOND,
          recent: [
            { time: START, value: 1, span: 1, partition: P0, offset: 0 },
            { time: START + 90 * SECOND, value: 2, span: 0, partition: P0, offset: 1 },
            { time: START + 91 * SECOND, value: 3, span: 1.5, partition: P0, offset: 2 },
          ],
        });
        expect(recalled.series('e1', 'record.count', 1)).toBeUndefined();
      }
    });

    it('recalls what came last of an engine, however old its time, and all that will be read again', async () => {
      const [counts, rate] = [series('lstm', 'e1', 'record.count', 0), series('lstm', 'e1', 'rps', 0)];
      const late = point(counts, START - 3600 * SECOND, 7, 1000);
      const many = Array.from({ length: 1000 }, (_, index) => point(counts, START + index * SECOND, index, index));
      await store.write(batch([...many, point(rate, START, 1, 999), late], [[P0, 1001]]));
      await store.write(batch([point(series('gru', 'e2', 'record.count', 0), START, 1, 1, 0, P1)]));
      for (const open of [() => Promise.resolve(), reopen]) {
        await open();
        const recalled = await store.recall();
        const offsets = recalled.series('e1', 'record.count', 0)?.recent.map(({ offset }) => offset);
        expect(offsets).toEqual(Array.from({ length: RECALLED }, (_, index) => 1001 - RECALLED + index));
        expect(recalled.series('e1', 'rps', 0)).toEqual({ newest: START, recent: [] });
        expect(recalled.series('e2', 'record.count', 0)?.recent).toHaveLength(1);
      }
      await store.write(batch([], [[P0, 500]]));
      await reopen();
      const again = (await store.recall()).series('e1', 'record.count', 0)?.recent.map(({ offset }) => offset);
      expect(again).toEqual(Array.from({ length: RECALLED + 501 }, (_, index) => 500 - RECALLED + index));
    });

    it('counts a state as a point of engine.status, so that states join like any metric', async () => {
      const [a, b] = [series('m', 'a', 'engine.status'), series('m', 'b', 'engine.status')];
      await store.write(
        batch([
          state(a, START, 1, 'running', 0),
          state(b, START + 1, 2, 'error', 1),
          state(b, START + 2, 3, 'paused', 2),
        ])
      );
      const asked = question({ metric: 'engine.status', over: 'last', across: 'worst', by: ['model'] });
      expect((await store.aggregate(asked))[0]?.values).toEqual([3]);
      expect((await store.aggregate({ ...asked, to: START + 2 }))[0]?.values).toEqual([2]);
    });

    it('skips a point of the same series, partition, offset and time, and only that', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const first = point(rps, START, 1, 7);
      const others = [
        point(rps, START + 1, 1, 7),
        point(rps, START, 1, 8),
        point(rps, START, 1, 7, 1, P1),
        point(series('lstm', 'e2', 'rps', 0), START, 1, 7),
      ];
      await store.write(
        batch(
          [first],
          [
            [P0, 0],
            [P1, 0],
          ]
        )
      );
      expect(await store.write(batch([{ ...first, series: { ...rps } }, ...others, first]))).toEqual(others);
      await reopen();
      expect(await store.write(batch([first, ...others]))).toEqual([]);
      expect((await store.aggregate(question({ over: 'count' })))[0]?.values).toEqual([5]);
    });

    it('holds the same after a crash and a replay, wherever the crash was', async () => {
      await fc.assert(
        fc.asyncProperty(
          stream(),
          fc.integer({ min: 0, max: 8 }),
          fc.boolean(),
          async (batches, crashAfter, restart) => {
            const own = await makePlace();
            let tested = await own.open();
            try {
              const stored = batches.slice(0, crashAfter);
              for (const each of stored) {
                await tested.write(each);
              }
              if (restart) {
                await tested.close();
                tested = await own.open();
              }
              // What a reader sends again: everything from the stored position on, cut into other batches.
              const positions = await tested.positions();
              const again = batches
                .flatMap(({ items }) => items as Point[])
                .filter(({ partition, offset }) => offset >= (positions.get(partition.key) ?? 0));
              for (let at = 0; at < again.length; at += 3) {
                await tested.write(batch(again.slice(at, at + 3)));
              }
              const points = batches.flatMap(({ items }) => items as Point[]);
              const asked = question({ over: 'count', by: ['model', 'slot', 'engine'], width: SECOND });
              expect(await tested.aggregate(asked)).toEqual(referenceAggregate(points, asked));
            } finally {
              await tested.close();
              await own.dispose();
            }
          }
        ),
        { numRuns: runs(25) }
      );
    });

    it('tells what is new before any of it is stored, and stores nothing where that fails', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const all = [0, 1, 2].map((offset) => point(rps, START + offset * SECOND, offset, offset));
      await store.write(batch(all.slice(0, 1), [[P0, 0]]));
      const failing = store.write(batch(all, [[P0, 3]]), () => Promise.reject(new Error('the disk is full')));
      await expect(failing).rejects.toThrow('the disk is full');
      await reopen();
      expect((await store.positions()).get(P0.key)).toBe(0);
      const told: unknown[] = [];
      const news = await store.write(batch(all, [[P0, 3]]), async (fresh) => {
        told.push(...fresh);
        expect((await store.positions()).get(P0.key)).toBe(0);
      });
      expect(told).toEqual(all.slice(1));
      expect(news).toEqual(all.slice(1));
    });

    it('tells points one by one, by time, and no more than are asked for', async () => {
      const [rps, other] = [series('lstm', 'e1', 'rps', 0), series('gru', 'e2', 'memory')];
      const all = [point(rps, START + 2, 1, 1, 0.5), point(other, START + 1, 2, 2, 0), point(rps, START, 3, 3)];
      await store.write(batch(all));
      const wanted = { ...ALL, metrics: [], from: START, to: START + SECOND, limit: 10 };
      const sorted = [all[2], all[1], all[0]];
      const shown = async (changes: object) =>
        (await store.points({ ...wanted, ...changes })).map(({ time, value, span, offset, partition, series: of }) => {
          return { time, value, span, offset, key: partition.key, model: of.model, metric: of.metric };
        });
      const expected = sorted.map((each) => ({
        ...{ time: each?.time, value: each?.value, span: each?.span, offset: each?.offset, key: P0.key },
        ...{ model: each?.series.model, metric: each?.series.metric },
      }));
      expect(await shown({})).toEqual(expected);
      expect(await shown({ limit: 2 })).toEqual(expected.slice(0, 2));
      expect(await shown({ metrics: ['rps'] })).toEqual([expected[0], expected[2]]);
      expect(await shown({ models: ['gru'] })).toEqual([expected[1]]);
      expect(await shown({ from: START + 1, to: START + 2 })).toEqual([expected[1]]);
      expect(await shown({ models: ['nobody'] })).toEqual([]);
    });

    it('writes batches that are handed over at once one after the other', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const batches = Array.from({ length: 20 }, (_, n) =>
        batch([point(rps, START + n, n, n)], [[P0, n]], [['e1', START + n]])
      );
      await Promise.all(batches.map((each) => store.write(each)));
      expect(await store.positions()).toEqual(new Map([[P0.key, 19]]));
      expect((await store.aggregate(question({ over: 'count' })))[0]?.values).toEqual([20]);
      expect((await store.lastSeen()).get('e1')).toBe(START + 19);
    });

    it('never lets a last sighting go back', async () => {
      await store.write(batch([], [], [['e1', START + 5]]));
      await store.write(batch([], [], [['e1', START]]));
      await reopen();
      expect((await store.lastSeen()).get('e1')).toBe(START + 5);
    });

    it('knows when an engine was heard of, however its messages came', async () => {
      await fc.assert(
        fc.asyncProperty(messages(), fc.integer({ min: 0, max: 6 }), async (batches, restartAfter) => {
          const own = await makePlace();
          let tested = await own.open();
          try {
            for (const [index, heard] of batches.entries()) {
              if (index === restartAfter) {
                await tested.close();
                tested = await own.open();
                // What was read but not behind the position is read again.
                await tested.write(heardBatch(batches[index - 1] ?? []));
              }
              await tested.write(heardBatch(heard));
            }
            const spoken = batches.flat().map(({ time, delta }) => ({ from: time - delta * SECOND, to: time }));
            const found = (await tested.presence([], -Infinity, Infinity)).get('e1');
            expect(referencePresence(found?.stretches ?? [])).toEqual(referencePresence(spoken));
            expect(found?.born).toBe(Math.min(...spoken.map(({ from }) => from)));
            expect((await tested.lastSeen()).get('e1')).toBe(Math.max(...spoken.map(({ to }) => to)));

            const [from, to] = [START + 900 * SECOND, START + 8000 * SECOND];
            const around = await tested.presence(['e1', 'nobody'], from - UNBROKEN, to + UNBROKEN);
            expect([...around.keys()]).toEqual(['e1']);
            const clip = (stretches: Array<[number, number]>) =>
              stretches
                .map(([a, b]) => [Math.max(a, from), Math.min(b, to)] as const)
                .filter(([a, b]) => a <= b && b > from && a < to);
            expect(clip(referencePresence(around.get('e1')?.stretches ?? []))).toEqual(clip(referencePresence(spoken)));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(40) }
      );
    });

    it('keeps one stretch of an engine that is heard of all the time, a few hours long at most', async () => {
      for (let n = 0; n < 20; n++) {
        await store.write(
          heardBatch(Array.from({ length: 600 }, (_, i) => ({ time: START + (n * 600 + i) * SECOND, delta: 1 })))
        );
      }
      const stretches = (await store.presence(['e1'], START, Infinity)).get('e1')?.stretches ?? [];
      expect(stretches.length).toBe(2);
      expect(stretches.every(({ rest }) => rest === SECOND)).toBe(true);
      expect((await store.presence([], START - 9 * SECOND, START - 8 * SECOND)).get('e1')?.stretches).toEqual([]);
    });

    it('takes a last sighting alone for a message', async () => {
      await store.write(
        batch(
          [],
          [],
          [
            ['e1', START],
            ['e2', START],
          ]
        )
      );
      await store.write(batch([], [], [['e1', START + 60 * SECOND]]));
      await reopen();
      const found = await store.presence([], START, Infinity);
      expect(found.get('e1')?.stretches.map(({ from, to }) => [from, to])).toEqual([
        [START, START],
        [START + 60 * SECOND, START + 60 * SECOND],
      ]);
      expect(found.get('e2')?.stretches).toHaveLength(1);
    });

    it('remembers every mapping, oldest first, each once', async () => {
      const told = [
        mapping(START + 2, 'e1', 'b'),
        mapping(START, 'e1', 'a'),
        mapping(START + 2, 'e1', 'b'),
        mapping(START + 1, 'e2', 'a'),
        mapping(START + 4, 'e1', 'a'),
      ];
      await store.write(batch(told));
      await reopen();
      expect((await store.mappings()).map(({ time, engine, model }) => [time - START, engine, model])).toEqual([
        [0, 'e1', 'a'],
        [1, 'e2', 'a'],
        [2, 'e1', 'b'],
        [4, 'e1', 'a'],
      ]);
    });

    describe('the first mapping of an engine', () => {
      const own = (engine: string, metric = 'rps', slot: number | undefined = 0) =>
        series(engine, engine, metric, slot, '');
      const asked = question({ workflow: undefined, over: 'count', by: ['model', 'engine'], width: 3600 * SECOND });
      const counted = async () =>
        (await store.aggregate(asked)).map(({ workflow, model, engine, values }) => [
          workflow,
          model,
          engine,
          values[0],
        ]);

      it('takes along what was stored before anyone knew it', async () => {
        const status = { ...own('e1', 'engine.status'), slot: undefined };
        const early = [point(own('e1'), START, 1, 0), point(own('other'), START, 1, 1)];
        await store.write(batch([...early, state(status, START, 1, 'running', 2)], [[P0, 0]]));
        // Points of before and after may come with the mapping, and a reader may send the early ones again, by now as
        // the model's.
        const model = series('lstm', 'e1', 'rps', 0);
        const news = [
          point(own('e1'), START + 1, 1, 3),
          mapping(START + 2, 'e1', 'lstm'),
          point(model, START + 3, 1, 4),
        ];
        expect(await store.write(batch([...news, point(model, START, 1, 0), point(model, START + 1, 1, 3)]))).toEqual(
          news
        );
        const expected = [
          ['', 'other', 'other', 1],
          ['prices', 'lstm', 'e1', 3],
        ];
        expect(await counted()).toEqual(expected);
        await reopen();
        expect(await counted()).toEqual(expected);
        expect(await store.write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 3)]))).toEqual([]);
        expect((await store.states(ALL, START, START + SECOND)).map((history) => history.model)).toEqual(['lstm']);
      });

      it('takes along what was stored under its name, and joins it with what is there', async () => {
        const model = series('lstm', 'e1', 'rps', 0);
        await store.write(
          batch(
            [point(own('engine-1'), START, 1, 0), point(own('e1'), START + 1, 1, 1), point(model, START + 2, 1, 2)],
            [[P0, 0]]
          )
        );
        await store.write(batch([{ ...mapping(START + 3, 'e1', 'lstm'), engineName: 'engine-1' }]));
        expect(await counted()).toEqual([['prices', 'lstm', 'e1', 3]]);
        expect(await store.write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 1)]))).toEqual([]);
        await reopen();
        expect(await counted()).toEqual([['prices', 'lstm', 'e1', 3]]);
        expect(await store.write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 1)]))).toEqual([]);
        expect(await store.series()).toEqual([model]);
      });

      it('is the only one that does: later an engine without a model stands for itself', async () => {
        await store.write(batch([point(own('e1'), START, 1, 0), mapping(START + 1, 'e1', 'lstm')]));
        await store.write(batch([mapping(START + 2, 'e1', 'e1', ''), point(own('e1'), START + 3, 1, 1)]));
        await store.write(batch([mapping(START + 4, 'e1', 'gru')]));
        expect(await counted()).toEqual([
          ['', 'e1', 'e1', 1],
          ['prices', 'lstm', 'e1', 1],
        ]);
      });
    });

    it('carries the state in force at the start, and not where another stands at that very moment', async () => {
      const status = series('lstm', 'e1', 'engine.status');
      await store.write(
        batch([
          state(status, START, 0, 'INIT', 0),
          state(status, START + 10, 1, 'Running', 1),
          state(status, START + 20, 2, 'error', 2),
        ])
      );
      const times = async (from: number, to: number) =>
        (await store.states(ALL, from, to)).map((history) => history.times);
      expect(await times(START + 5, START + 20)).toEqual([[START, START + 10]]);
      expect(await times(START + 10, START + 15)).toEqual([[START + 10]]);
      expect(await times(START + 30, START + 40)).toEqual([[START + 20]]);
      expect(await times(START - 10, START)).toEqual([]);
    });

    it('carries all states of the last moment before the start', async () => {
      const status = series('lstm', 'e1', 'engine.status');
      const told = [state(status, START, 0, 'INIT', 0), { ...state(status, START, 1, 'RUNNING', 0), partition: P1 }];
      await store.write(batch([state(status, START - 1, 2, 'error', 1), ...told]));
      const [history] = await store.states(ALL, START + 10, START + 20);
      expect(history?.times).toEqual([START, START]);
      expect([...(history?.texts ?? [])].sort()).toEqual(['INIT', 'RUNNING']);
    });

    it('tells which series have points within a range', async () => {
      const [a, b] = [series('a', 'e1'), series('b', 'e2')];
      await store.write(batch([point(a, START, 1, 0), point(b, START + 10, 1, 1)]));
      expect(await store.series(START + 1, START + 11)).toEqual([b]);
      expect(await store.series(START, START + 10)).toEqual([a]);
    });

    it('aggregates as the interface says, on any points', async () => {
      await fc.assert(
        fc.asyncProperty(points(), questions(), async (stored, asked) => {
          const own = await makePlace();
          const tested = await own.open();
          try {
            await tested.write(batch(stored));
            expectSame(await tested.aggregate(asked), referenceAggregate(stored, asked));
            expectSame(await tested.latest(asked), referenceLatest(stored, asked));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(60) }
      );
    });

    it('spreads points over the time that they speak for, on any points', async () => {
      await fc.assert(
        fc.asyncProperty(points(), spreads(), async (stored, asked) => {
          const own = await makePlace();
          const tested = await own.open();
          try {
            await tested.write(batch(stored));
            expectSame(await tested.spread(asked), referenceSpread(stored, asked));
            const found = await tested.extents(asked, asked.metric, asked.from, asked.to);
            expect(found).toEqual(referenceExtents(stored, asked));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(60) }
      );
    });

    it('tells time that several points speak for once, and time that none speaks for not at all', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      await store.write(
        batch([
          point(rps, START + 4 * SECOND, 8, 0, 4),
          point(rps, START + 3 * SECOND, 2, 1, 1),
          point(rps, START + 6 * SECOND, 3, 2, 3),
          // Comes after the range and reaches into it.
          point(rps, START + 12 * SECOND, 40, 3, 4),
        ])
      );
      const asked: SpreadQuestion = { ...question({ to: START + 10 * SECOND, width: 5 * SECOND }), measure: 'time' };
      expect((await store.spread(asked))[0]?.values).toEqual([5, 3]);
      expect((await store.spread({ ...asked, measure: 'value' }))[0]?.values).toEqual([12, 21]);
      const window = () => ({ from: START + SECOND, to: START + 9 * SECOND });
      expect((await store.spread({ ...asked, window }))[0]?.values).toEqual([4, 2]);
    });

    it('joins state codes to the worst', async () => {
      await fc.assert(
        fc.asyncProperty(points([-1, 0, 1, 2, 3, 4, 5, 6]), async (stored) => {
          const own = await makePlace();
          const tested = await own.open();
          try {
            await tested.write(batch(stored));
            const asked = question({ over: 'last', across: 'worst', by: ['model'] });
            expectSame(await tested.aggregate(asked), referenceAggregate(stored, asked));
            expectSame(await tested.latest(asked), referenceLatest(stored, asked));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(25) }
      );
    });

    it('takes names of any characters for names, and nothing else', async () => {
      const hostile = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom(
          "'; DROP TABLE points; --",
          '"',
          "''",
          '\\',
          '\n\t\u0000',
          '\ud800',
          'x\udfff',
          '💥',
          '$series',
          '{{model}}',
          '__proto__',
          ''
        )
      );
      await fc.assert(
        fc.asyncProperty(
          hostile,
          hostile,
          hostile,
          fc.string({ unit: 'binary', maxLength: 5 }),
          async (workflow, model, engine, text) => {
            const own = await makePlace();
            let tested = await own.open();
            try {
              const rps = { workflow, model, slot: 0, engine, metric: 'rps' };
              const status = { workflow, model, slot: undefined, engine, metric: 'engine.status' };
              const mapping: Mapping = {
                kind: 'mapping',
                time: START,
                engine,
                engineName: text,
                workflow,
                model,
                asset: text,
              };
              const partition = { key: engine };
              await tested.write(
                batch(
                  [{ ...point(rps, START, 5, 0), partition }, state(status, START, 1, text, 1), mapping],
                  [[partition, 0]],
                  [[engine, START]]
                )
              );
              await tested.close();
              tested = await own.open();
              const asked = question({ workflow, models: [model], engines: [engine], by: ['model', 'slot', 'engine'] });
              const answers = await tested.aggregate(asked);
              const clean = (name: string) => name.replace(/\p{Surrogate}/gu, '\ufffd');
              expect(answers.map((answer) => [answer.workflow, answer.model, answer.engine, answer.values])).toEqual([
                [clean(workflow), clean(model), clean(engine), [5]],
              ]);
              expect((await tested.states({ ...ALL, models: [model] }, START, START + 1))[0]?.texts).toEqual([
                clean(text),
              ]);
              expect([...(await tested.positions()).keys()]).toEqual([clean(engine)]);
              expect((await tested.lastSeen()).get(clean(engine))).toBe(START);
              expect((await tested.mappings())[0]?.engineName).toBe(clean(text));
              // What is joined is found by the same names.
              await tested.write(batch([{ ...point(rps, START + 7200 * SECOND, 6, 2), partition }]));
              while (await tested.maintain(START + 7300 * SECOND)) {
                // One step after the other.
              }
              const hours = { ...asked, to: START + 3 * 3600 * SECOND, width: 3600 * SECOND };
              expect((await tested.aggregate(hours)).map((answer) => [answer.model, answer.values])).toEqual([
                [clean(model), [5, 6]],
              ]);
              expect(await tested.deleteModel(workflow, model)).toMatchObject({ series: 2, points: 3 });
              expect(await tested.aggregate(hours)).toEqual([]);
            } finally {
              await tested.close();
              await own.dispose();
            }
          }
        ),
        { numRuns: runs(40) }
      );
    });
  });
}

interface Heard {
  readonly time: number;
  /** Seconds. */
  readonly delta: number;
}

/** What an engine sent in a few hours, in batches that are not in the order of time. */
function messages(): fc.Arbitrary<Heard[][]> {
  const one = fc.record({
    time: fc.oneof(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 40 }).map((n) => n * 250)
    ),
    delta: fc.constantFrom(0, 0, 1, 30, 60, 4000),
  });
  const close = fc.record({ time: fc.integer({ min: 2000, max: 2200 }), delta: fc.constantFrom(0, 1) });
  return fc
    .array(fc.oneof(one, close), { minLength: 1, maxLength: 80 })
    .chain((all) => fc.tuple(fc.constant(all), fc.integer({ min: 1, max: 20 }), fc.boolean()))
    .map(([all, size, sorted]) => {
      const ordered = sorted ? [...all].sort((a, b) => a.time - b.time) : all;
      const heard = ordered.map(({ time, delta }) => ({ time: START + time * SECOND, delta }));
      return Array.from({ length: Math.ceil(heard.length / size) }, (_, n) => heard.slice(n * size, (n + 1) * size));
    });
}

function heardBatch(heard: readonly Heard[]): Batch {
  const log = new PresenceLog();
  heard.forEach(({ time, delta }) => log.hear(time, delta));
  return { ...batch([]), heard: new Map([['e1', log.take()]]) };
}

/** Sums come out in another order than the reference adds them up: the same but for the last digits. */
function expectSame(found: readonly AnswerSeries[], expected: readonly AnswerSeries[]): void {
  const shape = (answers: readonly AnswerSeries[]) =>
    answers.map((answer) => ({ ...answer, values: answer.values.length }));
  expect(shape(found)).toEqual(shape(expected));
  found.forEach(({ values }, index) =>
    values.forEach((value, at) => expect(value).toBeCloseTo(expected[index]?.values[at] as number, 6))
  );
}

const WORKFLOWS = ['prices', ''];
const MODELS = ['lstm', 'a.b'];
const SENSED = WORKFLOWS.flatMap((workflow) =>
  MODELS.flatMap((model) =>
    ['e1', 'e2'].flatMap((engine) => [0, 1].map((slot) => series(model, engine, 'rps', slot, workflow)))
  )
);
const MONITORS = ['m1', 'm2'];
const FEATURES = ['x', 'y'];
const SERIES = [
  ...SENSED,
  ...MONITORS.flatMap((monitor) =>
    [undefined, ...FEATURES].map((feature) => ({ ...series('lstm', '', 'rps', 0), monitor, feature }))
  ),
];

function points(values?: number[]): fc.Arbitrary<Point[]> {
  const one = fc.record({
    of: fc.constantFrom(...SERIES),
    // A few seconds around the range's start, on odd microseconds and often at the same time.
    time: fc.oneof(
      fc.integer({ min: -30 * SECOND, max: 60 * SECOND }),
      fc.integer({ min: -2, max: 5 }).map((n) => n * 5 * SECOND)
    ),
    value: values === undefined ? fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8) : fc.constantFrom(...values),
    span: fc.constantFrom(0, 0, 0.5, 1.396, 10, 40),
  });
  return fc
    .array(one, { minLength: 1, maxLength: 60 })
    .map((all) => all.map(({ of, time, value, span }, offset) => point(of, START + time, value, offset, span)));
}

function questions(): fc.Arbitrary<AggregateQuestion> {
  const subset = <T>(all: readonly T[]) => fc.subarray([...all]);
  return fc
    .record({
      workflow: fc.constantFrom(undefined, undefined, ...WORKFLOWS),
      models: subset(MODELS),
      slots: subset([0, 1]),
      engines: subset(['e1', 'e2']),
      monitors: fc.option(subset(MONITORS), { nil: undefined, freq: 1 }),
      features: fc.option(subset(FEATURES), { nil: undefined, freq: 1 }),
      from: fc.constantFrom(START - 7 * SECOND, START, START + 3),
      length: fc.constantFrom(1, 10 * SECOND, 55 * SECOND),
      width: fc.constantFrom(100_000, SECOND, 10 * SECOND, 24 * 3600 * SECOND),
      over: fc.constantFrom<Over>('avg', 'sum', 'min', 'max', 'last', 'count', 'p50', 'p95', 'p99'),
      across: fc.constantFrom<Across>('sum', 'avg', 'min', 'max'),
      by: subset<GroupKey>(['workflow', 'model', 'slot', 'engine', 'monitor', 'feature']),
    })
    .map(({ from, length, ...rest }) => question({ ...rest, from, to: from + length }));
}

function spreads(): fc.Arbitrary<SpreadQuestion> {
  const limit = fc.constantFrom(-Infinity, START - 3 * SECOND, START + 1, START + 20 * SECOND, Infinity);
  return fc
    .record({
      asked: questions(),
      measure: fc.constantFrom('value', 'time'),
      windows: fc.option(fc.dictionary(fc.constantFrom('e1', 'e2'), fc.tuple(limit, limit)), { nil: undefined }),
    })
    .map(({ asked, measure, windows }) => ({
      ...asked,
      // The reference looks at each bucket.
      width: Math.max(asked.width, SECOND),
      measure,
      window:
        windows &&
        (({ engine }) => {
          const [a, b] = windows[engine] ?? [-Infinity, Infinity];
          return { from: Math.min(a, b), to: Math.max(a, b) };
        }),
    }));
}

/** Batches of a stream whose points may come late: a position stays at or before whatever still comes. */
function stream(): fc.Arbitrary<Batch[]> {
  return fc
    .array(
      fc.record({
        of: fc.constantFrom(...SERIES),
        partition: fc.constantFrom(P0, P1),
        delay: fc.integer({ min: 0, max: 20 }),
      }),
      {
        minLength: 1,
        maxLength: 60,
      }
    )
    .map((messages) => {
      const items = messages.map(({ of, partition, delay }, offset) => ({
        delay: offset + delay,
        item: point(of, START + offset * 1000, offset, offset * 40, 1, partition),
      }));
      const order = items.sort((a, b) => a.delay - b.delay).map(({ item }) => item);
      const batches: Batch[] = [];
      for (let at = 0; at < order.length; at += 8) {
        const rest = order.slice(at + 8);
        const positions = [P0, P1].map((partition): [Partition, number] => [
          partition,
          Math.min(
            messages.length * 40,
            ...rest.filter((each) => each.partition === partition).map(({ offset }) => offset)
          ),
        ]);
        batches.push(batch(order.slice(at, at + 8), positions));
      }
      return batches;
    });
}
