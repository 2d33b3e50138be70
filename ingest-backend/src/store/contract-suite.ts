import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mapping, Point } from '../archive/index.js';
import { describeAnswers } from './contract-answers.js';
import { describeEngines } from './contract-engines.js';
import {
  ALL,
  batch,
  inOrder,
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
import { stream } from './contract-questions.js';
import { describeTiers } from './contract-tiers.js';
import { describeUpkeep } from './contract-upkeep.js';
import { referenceAggregate } from './reference.js';
import { RECALLED, type Store } from './store.js';

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

    const tested = { store: () => store, reopen, makePlace, runs };
    describeEngines(tested);
    describeAnswers(tested);
    describeMonitored(tested);
    describeMessages(tested, tiers);
    describeTiers(tested);
    describeUpkeep(tested, tiers);

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
  });
}
