import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PresenceLog, UNBROKEN, type Batch } from '../archive/index.js';
import {
  ALL,
  batch,
  mapping,
  P0,
  P1,
  point,
  question,
  SECOND,
  series,
  START,
  state,
  type Tested,
} from './contract-items.js';
import { referencePresence } from './reference.js';

/** What every store has to know of engines: when they were heard of, what they ran, and in which state they were. */
export function describeEngines({ store, reopen, makePlace, runs }: Tested): void {
  describe('of engines', () => {
    it('never lets a last sighting go back', async () => {
      await store().write(batch([], [], [['e1', START + 5]]));
      await store().write(batch([], [], [['e1', START]]));
      await reopen();
      expect((await store().lastSeen()).get('e1')).toBe(START + 5);
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
        await store().write(
          heardBatch(Array.from({ length: 600 }, (_, i) => ({ time: START + (n * 600 + i) * SECOND, delta: 1 })))
        );
      }
      const stretches = (await store().presence(['e1'], START, Infinity)).get('e1')?.stretches ?? [];
      expect(stretches.length).toBe(2);
      expect(stretches.every(({ rest }) => rest === SECOND)).toBe(true);
      expect((await store().presence([], START - 9 * SECOND, START - 8 * SECOND)).get('e1')?.stretches).toEqual([]);
    });

    it('takes a last sighting alone for a message', async () => {
      await store().write(
        batch(
          [],
          [],
          [
            ['e1', START],
            ['e2', START],
          ]
        )
      );
      await store().write(batch([], [], [['e1', START + 60 * SECOND]]));
      await reopen();
      const found = await store().presence([], START, Infinity);
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
      await store().write(batch(told));
      await reopen();
      expect((await store().mappings()).map(({ time, engine, model }) => [time - START, engine, model])).toEqual([
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
        (await store().aggregate(asked)).map(({ workflow, model, engine, values }) => [
          workflow,
          model,
          engine,
          values[0],
        ]);

      it('takes along what was stored before anyone knew it', async () => {
        const status = { ...own('e1', 'engine.status'), slot: undefined };
        const early = [point(own('e1'), START, 1, 0), point(own('other'), START, 1, 1)];
        await store().write(batch([...early, state(status, START, 1, 'running', 2)], [[P0, 0]]));
        // Points of before and after may come with the mapping, and a reader may send the early ones again, by now as
        // the model's.
        const model = series('lstm', 'e1', 'rps', 0);
        const news = [
          point(own('e1'), START + 1, 1, 3),
          mapping(START + 2, 'e1', 'lstm'),
          point(model, START + 3, 1, 4),
        ];
        expect(await store().write(batch([...news, point(model, START, 1, 0), point(model, START + 1, 1, 3)]))).toEqual(
          news
        );
        const expected = [
          ['', 'other', 'other', 1],
          ['prices', 'lstm', 'e1', 3],
        ];
        expect(await counted()).toEqual(expected);
        await reopen();
        expect(await counted()).toEqual(expected);
        expect(await store().write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 3)]))).toEqual([]);
        expect((await store().states(ALL, START, START + SECOND)).map((history) => history.model)).toEqual(['lstm']);
      });

      it('takes along what was stored under its name, and joins it with what is there', async () => {
        const model = series('lstm', 'e1', 'rps', 0);
        await store().write(
          batch(
            [point(own('engine-1'), START, 1, 0), point(own('e1'), START + 1, 1, 1), point(model, START + 2, 1, 2)],
            [[P0, 0]]
          )
        );
        await store().write(batch([{ ...mapping(START + 3, 'e1', 'lstm'), engineName: 'engine-1' }]));
        expect(await counted()).toEqual([['prices', 'lstm', 'e1', 3]]);
        expect(await store().write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 1)]))).toEqual([]);
        await reopen();
        expect(await counted()).toEqual([['prices', 'lstm', 'e1', 3]]);
        expect(await store().write(batch([point(model, START, 1, 0), point(model, START + 1, 1, 1)]))).toEqual([]);
        expect(await store().series()).toEqual([model]);
      });

      it('is the only one that does: later an engine without a model stands for itself', async () => {
        await store().write(batch([point(own('e1'), START, 1, 0), mapping(START + 1, 'e1', 'lstm')]));
        await store().write(batch([mapping(START + 2, 'e1', 'e1', ''), point(own('e1'), START + 3, 1, 1)]));
        await store().write(batch([mapping(START + 4, 'e1', 'gru')]));
        expect(await counted()).toEqual([
          ['', 'e1', 'e1', 1],
          ['prices', 'lstm', 'e1', 1],
        ]);
      });
    });

    it('carries the state in force at the start, and not where another stands at that very moment', async () => {
      const status = series('lstm', 'e1', 'engine.status');
      await store().write(
        batch([
          state(status, START, 0, 'INIT', 0),
          state(status, START + 10, 1, 'Running', 1),
          state(status, START + 20, 2, 'error', 2),
        ])
      );
      const times = async (from: number, to: number) =>
        (await store().states(ALL, from, to)).map((history) => history.times);
      expect(await times(START + 5, START + 20)).toEqual([[START, START + 10]]);
      expect(await times(START + 10, START + 15)).toEqual([[START + 10]]);
      expect(await times(START + 30, START + 40)).toEqual([[START + 20]]);
      expect(await times(START - 10, START)).toEqual([]);
    });

    it('carries all states of the last moment before the start', async () => {
      const status = series('lstm', 'e1', 'engine.status');
      const told = [state(status, START, 0, 'INIT', 0), { ...state(status, START, 1, 'RUNNING', 0), partition: P1 }];
      await store().write(batch([state(status, START - 1, 2, 'error', 1), ...told]));
      const [history] = await store().states(ALL, START + 10, START + 20);
      expect(history?.times).toEqual([START, START]);
      expect([...(history?.texts ?? [])].sort()).toEqual(['INIT', 'RUNNING']);
    });

    it('tells which series have points within a range', async () => {
      const [a, b] = [series('a', 'e1'), series('b', 'e2')];
      await store().write(batch([point(a, START, 1, 0), point(b, START + 10, 1, 1)]));
      expect(await store().series(START + 1, START + 11)).toEqual([b]);
      expect(await store().series(START, START + 10)).toEqual([a]);
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
