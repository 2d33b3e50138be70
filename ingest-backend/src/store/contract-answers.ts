import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '../archive/index.js';
import { ALL, batch, point, question, SECOND, series, START, state, toldOf, type Tested } from './contract-items.js';
import { answersOf, points, questions, referenceTotals, spreads, totalsOf } from './contract-questions.js';
import { referenceAggregate, referenceExtents, referenceLatest, referenceSpread } from './reference.js';
import type { AnswerSeries, SpreadQuestion } from './store.js';

/** What every store has to answer. */
export function describeAnswers({ store, makePlace, runs }: Tested): void {
  describe('asked', () => {
    it('aggregates as the interface says, on any points', async () => {
      await fc.assert(
        fc.asyncProperty(points(), questions(), async (stored, asked) => {
          const own = await makePlace();
          const tested = await own.open();
          try {
            await tested.write(batch(stored));
            expectSame(await tested.aggregate(asked), referenceAggregate(stored, asked));
            expectSame(await tested.latest(asked), referenceLatest(stored, asked));
            const totals = totalsOf(asked);
            expectAll(answersOf(await tested.totals(totals)), referenceTotals(stored, totals));
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
            expectSame(toldOf(await tested.spread(asked), asked.width), referenceSpread(stored, asked));
            const found = await tested.extents(asked, 'rps', asked.from, asked.to);
            expect(found).toEqual(referenceExtents(stored, { ...asked, metrics: ['rps'] }));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(60) }
      );
    });

    it('spreads what is not zero alike where nothing is asked of zeros, on any points', async () => {
      const told = (answers: readonly AnswerSeries[]) =>
        answers.flatMap(({ times, values, ...identity }) => {
          const some = values.flatMap((value, at) => (Math.abs(value) < 1e-9 ? [] : [at]));
          const of = (all: readonly number[]) => some.map((at) => all[at] as number);
          return some.length === 0 ? [] : [{ ...identity, times: of(times), values: of(values) }];
        });
      await fc.assert(
        fc.asyncProperty(points([0, 0, 0, 1, 2.7, 1e9]), spreads(), async (stored, asked) => {
          const own = await makePlace();
          const tested = await own.open();
          try {
            await tested.write(batch(stored));
            const found = toldOf(await tested.spread({ ...asked, withoutZeros: true }), asked.width);
            expectSame(told(found), told(referenceSpread(stored, asked)));
          } finally {
            await tested.close();
            await own.dispose();
          }
        }),
        { numRuns: runs(40) }
      );
    });

    it('spreads far more long stretches than there are buckets', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      const stored = Array.from({ length: 30 }, (_, at) => point(rps, START + at * 100_000, at + 1, at, 100 + at));
      await store().write(batch(stored));
      for (const measure of ['value', 'time'] as const) {
        const asked: SpreadQuestion = {
          ...question({ from: START - SECOND, to: START + 2 * SECOND, width: SECOND }),
          metrics: ['rps'],
          measure,
        };
        expectSame(toldOf(await store().spread(asked), asked.width), referenceSpread(stored, asked));
      }
    });

    it('tells time that several points speak for once, and time that none speaks for not at all', async () => {
      const rps = series('lstm', 'e1', 'rps', 0);
      await store().write(
        batch([
          point(rps, START + 4 * SECOND, 8, 0, 4),
          point(rps, START + 3 * SECOND, 2, 1, 1),
          point(rps, START + 6 * SECOND, 3, 2, 3),
          // Comes after the range and reaches into it.
          point(rps, START + 12 * SECOND, 40, 3, 4),
        ])
      );
      const asked: SpreadQuestion = {
        ...question({ to: START + 10 * SECOND, width: 5 * SECOND }),
        metrics: ['rps'],
        measure: 'time',
      };
      const values = async (changes: Partial<SpreadQuestion> = {}) => [
        ...((await store().spread({ ...asked, ...changes }))[0]?.values ?? []),
      ];
      expect(await values()).toEqual([5, 3]);
      expect(await values({ measure: 'value' })).toEqual([12, 21]);
      const window = () => ({ from: START + SECOND, to: START + 9 * SECOND });
      expect(await values({ window })).toEqual([4, 2]);
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

function expectAll(found: ReadonlyArray<readonly AnswerSeries[]>, expected: ReadonlyArray<readonly AnswerSeries[]>) {
  expect(found).toHaveLength(expected.length);
  found.forEach((answers, index) => expectSame(answers, expected[index] as readonly AnswerSeries[]));
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
