import type { Across, GroupKey, Over } from '@pneumograph/contract';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Point } from '../archive/index.js';
import { ACCURACY } from './cells.js';
import { P0, P1, point, question, SECOND, series, START } from './contract-items.js';
import type { AggregateQuestion, AnswerSeries, Retention, Store } from './store.js';

/** Points of some hours and questions about them, for tests of what a store keeps of them in tiers. */

export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** An hour on the clock, with the newest point of each test some time after it. */
export const NOON = Math.floor(START / HOUR) * HOUR;
export const SHORT: Retention = { raw: 2 * HOUR, '1m': 5 * HOUR, '1h': 1000 * HOUR };

/** All that is to be done, and what is put off for a while too. */
export async function maintain(store: Store, now = NOON + 5 * MINUTE): Promise<void> {
  for (const at of [now, now + 10 * MINUTE]) {
    while (await store.maintain(at)) {
      // One step after the other.
    }
  }
}

const SERIES = ['lstm', 'gru'].flatMap((model) =>
  ['e1', 'e2'].flatMap((engine) => [0, 1].map((slot) => series(model, engine, 'rps', slot)))
);

/** Offset of the first point that comes late. */
export const LATE = 1e6;

/** Points of some hours before noon, and such as come when those were rolled up and the oldest deleted. */
export function history(): fc.Arbitrary<{ first: Point[]; late: Point[] }> {
  const time = fc.oneof(
    fc.integer({ min: -9 * HOUR, max: 0 }),
    // Around the edges of buckets and tiers.
    fc
      .tuple(fc.integer({ min: -9, max: 0 }), fc.constantFrom(-1, 0, 1, 30 * SECOND, -30 * SECOND, MINUTE))
      .map(([hour, by]) => hour * HOUR + by)
  );
  const one = fc.record({
    of: fc.constantFrom(...SERIES),
    time: time.map((at) => NOON + at),
    value: fc.oneof(
      fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
      fc.constantFrom(0, 1e-9, 1e9, 7, 7)
    ),
    span: fc.constantFrom(0, 0, 1.396, 10, 40, 200),
    partition: fc.constantFrom(P0, P1),
  });
  // The newest point is the same each time.
  const newest = { of: SERIES[0] as (typeof SERIES)[0], time: NOON + 5 * MINUTE, value: 1, span: 1, partition: P0 };
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 60 }), fc.array(one, { maxLength: 20 }))
    .map(([all, others]) => {
      const points = [newest, ...all, ...others].map((each, offset) =>
        point(each.of, each.time, each.value, offset, each.span, each.partition)
      );
      const late = points.slice(all.length + 1).map((each) => ({ ...each, offset: each.offset + LATE }));
      return { first: points.slice(0, all.length + 1), late };
    });
}

/** Questions that tiers can answer exactly: in whole buckets of a tier where points are gone. */
export function tierQuestions(): fc.Arbitrary<AggregateQuestion> {
  return (
    fc
      .record({
        from: fc.constantFrom(-10 * HOUR, -9 * HOUR, -6 * HOUR, -HOUR, -HOUR - 7 * SECOND, -90 * MINUTE),
        to: fc.constantFrom(-2 * HOUR, -MINUTE, 1, 6 * MINUTE + 3),
        width: fc.constantFrom(MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR),
        models: fc.subarray(['lstm', 'gru']),
        over: fc.constantFrom<Over>('avg', 'sum', 'min', 'max', 'last', 'count', 'p50', 'p95', 'p99'),
        across: fc.constantFrom<Across>('sum', 'avg', 'min', 'max'),
        by: fc.subarray<GroupKey>(['model', 'slot', 'engine']),
      })
      .map(({ from, to, width, ...rest }) => {
        // Before raw points are kept buckets are a minute wide, and an hour before that.
        const least = from < -4 * HOUR ? HOUR : MINUTE;
        return question({
          ...rest,
          width: Math.max(width, least),
          from: NOON + from,
          to: NOON + Math.max(to, from + HOUR),
        });
      })
      // Quantiles are as right as their sketches: they do not add up where they cancel each other out.
      .filter(({ over, across, by }) => !over.startsWith('p') || across === 'max' || by.length === 3)
  );
}

/**
 * That an answer is what a reference tells of points, if each of their values were told a little less or a little more
 * than it is: sums in another order differ in the last digits, and quantiles are as right as their sketches.
 */
export function expectClose(
  found: readonly AnswerSeries[],
  over: Over,
  points: readonly Point[],
  reference: (points: readonly Point[]) => AnswerSeries[]
): void {
  const shape = (answers: readonly AnswerSeries[]) => answers.map(({ values: _, ...answer }) => answer);
  expect(shape(found)).toEqual(shape(reference(points)));
  const error = over.startsWith('p') ? ACCURACY : 1e-9;
  const off = (by: number) =>
    reference(points.map((each) => ({ ...each, value: each.value + by * Math.abs(each.value) })));
  const [least, most] = [off(-error), off(error)];
  found.forEach(({ values }, index) =>
    values.forEach((value, at) => {
      expect(value).toBeGreaterThanOrEqual((least[index]?.values[at] as number) - 1e-6);
      expect(value).toBeLessThanOrEqual((most[index]?.values[at] as number) + 1e-6);
    })
  );
}
