import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, history, HOUR, LATE, maintain, NOON, SHORT, tierQuestions } from './contract-history.js';
import { batch, P0, toldOf, type Tested } from './contract-items.js';
import { answersOf, referenceTotals, totalsOf } from './contract-questions.js';
import { referenceAggregate, referenceExtents, referenceLatest, referenceSpread } from './reference.js';
import type { AnswerSeries, SpreadQuestion } from './store.js';

/** What every store has to answer of points that it joined by time, and of such as come after that. */
export function describeTiers({ makePlace, runs }: Tested): void {
  describe('of tiers', () => {
    it('answers from tiers as from points, on any points, late ones too', async () => {
      await fc.assert(
        fc.asyncProperty(history(), tierQuestions(), fc.boolean(), async ({ first, late }, asked, restart) => {
          const place = await makePlace();
          let tested = await place.open(SHORT);
          try {
            for (const [told, position] of [
              [first, LATE],
              [late, 2 * LATE],
            ] as const) {
              await tested.write(batch(told, [[P0, position]]));
              await maintain(tested);
            }
            if (restart) {
              await tested.close();
              tested = await place.open(SHORT);
              await maintain(tested);
            }
            const points = [...first, ...late];
            const { over } = asked;
            expectClose(await tested.aggregate(asked), over, points, (told) => referenceAggregate(told, asked));
            expectClose(await tested.latest(asked), over, points, (told) => referenceLatest(told, asked));
            const totals = totalsOf(asked);
            const found = answersOf(await tested.totals(totals));
            totals.of.forEach((_, at) =>
              expectClose(found[at] ?? [], 'avg', points, (told) => referenceTotals(told, totals)[at] as AnswerSeries[])
            );
            expect(await tested.write(batch(points))).toEqual([]);
          } finally {
            await tested.close();
            await place.dispose();
          }
        }),
        { numRuns: runs(40) }
      );
    }, 120_000);

    it('spreads from tiers as from points', async () => {
      await fc.assert(
        fc.asyncProperty(history(), tierQuestions(), fc.constantFrom('value', 'time'), async (told, asked, measure) => {
          const place = await makePlace();
          const tested = await place.open(SHORT);
          try {
            // What comes after the points of its time are gone may speak for time that others speak for as well.
            const points = [...told.first, ...told.late.filter(({ time }) => time >= NOON - HOUR)];
            await tested.write(batch(points));
            await maintain(tested);
            const spread: SpreadQuestion = { ...asked, metrics: [asked.metric], measure };
            const answer = toldOf(await tested.spread(spread), spread.width);
            expectClose(answer, 'sum', points, (all) => referenceSpread(all, spread));
            const clip = (found: ReturnType<typeof referenceExtents>) =>
              found.map((extent) => ({ ...extent, first: Math.max(extent.first, asked.from) }));
            if (asked.to > NOON) {
              const found = await tested.extents(asked, 'rps', asked.from, asked.to);
              expect(clip(found)).toEqual(clip(referenceExtents(points, spread)));
            }
          } finally {
            await tested.close();
            await place.dispose();
          }
        }),
        { numRuns: runs(40) }
      );
    }, 120_000);
  });
}
