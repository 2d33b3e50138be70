import { SELF_WORKFLOW } from '@pneumograph/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArchiveItem } from '../archive/index.js';
import { expectClose, history, HOUR, LATE, maintain, MINUTE, NOON, SHORT, tierQuestions } from './contract-history.js';
import {
  ALL,
  batch,
  mapping,
  P0,
  point,
  question,
  SECOND,
  series,
  START,
  state,
  type Tested,
} from './contract-items.js';
import { alert, alertsQuestion, profile, profilesQuestion } from './contract-monitored.js';
import { referenceAggregate } from './reference.js';

/**
 * What every store has to do to stay small and fast, and to let go of what it has.
 * @param tiers whether it keeps tiers; without them it keeps points for as long as it is told, which here is for ever
 */
export function describeUpkeep({ store, reopen, makePlace, runs }: Tested, tiers: boolean): void {
  describe('of upkeep', () => {
    it.runIf(tiers)('keeps each tier for as long as it is told, and says how narrow buckets can be', async () => {
      const place = await makePlace();
      const tested = await place.open(SHORT);
      try {
        const rps = series('lstm', 'e1', 'rps', 0);
        const points = Array.from({ length: 10 * 60 }, (_, n) => point(rps, NOON - n * MINUTE + SECOND, n, n));
        await tested.write(batch(points, [[P0, LATE]]));
        await maintain(tested);
        expect(await tested.resolution(NOON - 2 * HOUR)).toBe(0);
        expect(await tested.resolution(NOON - 3 * HOUR)).toBe(MINUTE);
        expect(await tested.resolution(NOON - 6 * HOUR)).toBe(HOUR);
        const asked = question({ from: NOON - 10 * HOUR, to: NOON + MINUTE, width: HOUR, over: 'count' });
        expect(await tested.aggregate(asked)).toEqual(referenceAggregate(points, asked));
        expect(await tested.series(NOON - 10 * HOUR, NOON - 9 * HOUR)).toEqual([rps]);
        expect(await tested.series(NOON - 20 * HOUR, NOON - 15 * HOUR)).toEqual([]);
      } finally {
        await tested.close();
        await place.dispose();
      }
    });

    it.runIf(tiers)('deletes what is older than its last tier', async () => {
      const place = await makePlace();
      const tested = await place.open({ ...SHORT, '1h': 8 * HOUR });
      try {
        const rps = series('lstm', 'e1', 'rps', 0);
        const points = [0, 20].map((hours) => point(rps, NOON - hours * HOUR, 1, hours));
        await tested.write(
          batch([...points, alert('old', NOON - 20 * HOUR), alert('old', NOON - 20 * HOUR, NOON - 19 * HOUR)])
        );
        await maintain(tested);
        const asked = question({ from: NOON - 30 * HOUR, to: NOON + MINUTE, width: HOUR, over: 'count' });
        expect((await tested.aggregate(asked))[0]?.times).toEqual([NOON]);
        expect(await tested.alerts(alertsQuestion({ from: -Infinity, to: Infinity }))).toEqual([]);
      } finally {
        await tested.close();
        await place.dispose();
      }
    });

    it('keeps points of last year where there are none of this year', async () => {
      const place = await makePlace();
      let tested = await place.open(SHORT);
      try {
        const rps = series('lstm', 'e1', 'rps', 0);
        // What Pneumograph tells of itself is of this year in any case.
        const own = series('host:8420', 'host:8420', 'self.accepted.rate', undefined, SELF_WORKFLOW);
        const now = Date.now() * 1000;
        await tested.write(batch([point(rps, START, 1, 0), point(own, now, 1, 1)]));
        await maintain(tested, now);
        await tested.close();
        tested = await place.open(SHORT);
        await maintain(tested, now);
        expect(await tested.resolution(START)).toBe(0);
        // A clock that is ahead of the present makes nothing old.
        await tested.write(batch([point(rps, START + 1e9 * SECOND, 1, 2)]));
        await maintain(tested, START + MINUTE);
        expect(await tested.resolution(START)).toBe(0);
      } finally {
        await tested.close();
        await place.dispose();
      }
    });

    it('deletes nothing where nobody says how long to keep it', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const now = Date.now() * 1000;
      await store().write(batch([point(rps, START, 1, 0), point(rps, now, 1, 1)]));
      await maintain(store(), now);
      expect(await store().resolution(START)).toBe(0);
      const [answer] = await store().aggregate(question({ from: START, to: now + HOUR, width: HOUR, over: 'count' }));
      expect(answer?.values).toEqual([1, 1]);
    });

    it('deletes a model and nothing else', async () => {
      const [own, other] = [series('lstm', 'e1', 'rps', 0), series('lstm', 'e1', 'rps', 0, 'other')];
      const psi = { ...series('lstm', '', 'profile', 0), monitor: 'drift', feature: 'close' };
      const items = (of: typeof own, offset: number): ArchiveItem[] => [
        point(of, START, 1, offset),
        state({ ...of, metric: 'engine.status', slot: undefined }, START, 1, 'RUNNING', offset + 1),
      ];
      await store().write(
        batch([...items(own, 0), ...items(other, 2), profile(psi, START, '{}', 4), alert('a', START)], [[P0, 0]])
      );
      await maintain(store(), START + 3 * HOUR);
      expect(await store().deleteModel('prices', 'lstm')).toMatchObject({
        series: 3,
        points: 2,
        profiles: 1,
        alerts: 1,
      });
      for (const open of [() => Promise.resolve(), reopen]) {
        await open();
        expect((await store().series()).map(({ workflow }) => workflow)).toEqual(['other', 'other']);
        expect(await store().states({ ...ALL, workflow: 'prices' }, 0, 2 * START)).toEqual([]);
        expect(await store().profiles(profilesQuestion())).toEqual([]);
        expect(await store().alerts(alertsQuestion())).toEqual([]);
        expect(await store().aggregate(question({ workflow: 'prices' }))).toEqual([]);
        expect(await store().aggregate(question({ workflow: 'other' }))).toHaveLength(1);
      }
      const again = point(own, START + 1, 2, 9);
      expect(await store().write(batch([again]))).toEqual([again]);
      expect((await store().aggregate(question({ workflow: 'prices' })))[0]?.values).toEqual([2]);
      expect(await store().deleteModel('prices', "x'; DROP TABLE points; --")).toMatchObject({ series: 0, points: 0 });
    });

    it('restores what it dumped, and goes on from there', async () => {
      await fc.assert(
        fc.asyncProperty(history(), tierQuestions(), async ({ first, late }, asked) => {
          const [place, copyPlace] = [await makePlace(), await makePlace()];
          const original = await place.open(SHORT);
          let copy = await copyPlace.open(SHORT);
          try {
            const status = series('lstm', 'e1', 'engine.status');
            const extra = [
              mapping(NOON - 9 * HOUR, 'e1', 'lstm'),
              state(status, NOON - 9 * HOUR, 1, 'RUNNING', 900_000),
              state(status, NOON, 2, 'error', 900_001),
              profile({ ...series('lstm', '', 'profile', 0), monitor: 'drift' }, NOON, '{"a":1}', 900_002),
              alert('a', NOON - HOUR),
            ];
            await original.write({
              ...batch([...first, ...extra], [[P0, LATE]], [['e1', NOON]]),
              settled: new Map([['e1', NOON]]),
              notes: new Map([['key', 'note']]),
            });
            await maintain(original);
            // Some of it is in points alone, and some in rollups.
            await original.write(batch(late, [[P0, 2 * LATE]]));
            await copy.restore(original.dump());
            for (const restart of [false, true]) {
              if (restart) {
                await copy.close();
                copy = await copyPlace.open(SHORT);
                await maintain(copy);
              }
              const points = [...first, ...late];
              expectClose(await copy.aggregate(asked), asked.over, points, (told) => referenceAggregate(told, asked));
              expect(await copy.series()).toEqual(expect.arrayContaining([...(await original.series())]));
              expect(await copy.positions()).toEqual(await original.positions());
              expect(await copy.mappings()).toEqual(await original.mappings());
              expect(await copy.lastSeen()).toEqual(await original.lastSeen());
              expect(await copy.presence([], -Infinity, Infinity)).toEqual(
                await original.presence([], -Infinity, Infinity)
              );
              const everything = { from: -Infinity, to: Infinity };
              expect(await copy.alerts(alertsQuestion(everything))).toEqual(
                await original.alerts(alertsQuestion(everything))
              );
              expect(await copy.states(ALL, 0, 2 * START)).toEqual(await original.states(ALL, 0, 2 * START));
              expect(await copy.profiles(profilesQuestion({ from: 0, to: 2 * START }))).toEqual(
                await original.profiles(profilesQuestion({ from: 0, to: 2 * START }))
              );
              const [recalled, known] = [await copy.recall(), await original.recall()];
              expect(recalled.settled).toEqual(known.settled);
              expect(recalled.notes).toEqual(known.notes);
              expect(recalled.series('e1', 'record.count', 0)).toEqual(known.series('e1', 'record.count', 0));
            }
            expect(await copy.write(batch([...first, ...late, ...extra]))).toEqual([]);
          } finally {
            await original.close();
            await copy.close();
            await place.dispose();
            await copyPlace.dispose();
          }
        }),
        { numRuns: runs(20) }
      );
    }, 120_000);

    it('restores into an empty store alone', async () => {
      await store().write(batch([point(series('lstm', 'e1'), START, 1, 0)]));
      await expect(store().restore(store().dump())).rejects.toMatchObject({ code: 'not-empty' });
    });

    it('takes and answers while it is kept', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const place = await makePlace();
      const tested = await place.open(SHORT);
      try {
        const at = (n: number) => NOON - 12 * HOUR + n * 20 * SECOND;
        const asked = question({ from: NOON - 13 * HOUR, to: NOON + HOUR, width: HOUR, over: 'count' });
        let busy = true;
        const keeping = (async () => {
          while (busy) {
            await tested.maintain(NOON);
            // A store that has nothing to do answers at once: others have their turn.
            await new Promise((resolve) => setImmediate(resolve));
          }
        })();
        let written = 0;
        for (let n = 0; n < 2000; n += 100) {
          const points = Array.from({ length: 100 }, (_, i) => point(rps, at(n + i), 1, n + i));
          await tested.write(batch(points, [[P0, n + 100]]));
          written += 100;
          const [answer] = await tested.aggregate(asked);
          expect(answer?.values.reduce((a, b) => a + b, 0)).toBe(written);
        }
        busy = false;
        await keeping;
        await maintain(tested);
        const [answer] = await tested.aggregate(asked);
        expect(answer?.values.reduce((a, b) => a + b, 0)).toBe(written);
      } finally {
        await tested.close();
        await place.dispose();
      }
    });
  });
}
