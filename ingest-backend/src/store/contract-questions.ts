import type { Across, GroupKey, Over } from '@pneumograph/contract';
import fc from 'fast-check';
import type { Batch, Partition, Point } from '../archive/index.js';
import { batch, P0, P1, point, question, SECOND, series, START } from './contract-items.js';
import { referenceAggregate } from './reference.js';
import type { AggregateQuestion, AnswerSeries, SpreadQuestion, Total, TotalsQuestion } from './store.js';

/** Points and questions of any kind, for the tests that hold a store against the reference. */

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
  series('lstm', 'e1', 'record.count', 0),
  ...MONITORS.flatMap((monitor) =>
    [undefined, ...FEATURES].map((feature) => ({ ...series('lstm', '', 'rps', 0), monitor, feature }))
  ),
];

/** Points of several series around the range's start. */
export function points(values?: number[]): fc.Arbitrary<Point[]> {
  const one = fc.record({
    of: fc.constantFrom(...SERIES),
    // A few seconds around the range's start, on odd microseconds and often at the same time.
    time: fc.oneof(
      fc.integer({ min: -30 * SECOND, max: 60 * SECOND }),
      fc.integer({ min: -2, max: 5 }).map((n) => n * 5 * SECOND)
    ),
    value: values === undefined ? fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8) : fc.constantFrom(...values),
    // Of few buckets and of many, and for longer than questions look for points that come later.
    span: fc.constantFrom(0, 0, 0.5, 1.396, 10, 40, 90, 5000),
  });
  return fc
    .array(one, { minLength: 1, maxLength: 60 })
    .map((all) => all.map(({ of, time, value, span }, offset) => point(of, START + time, value, offset, span)));
}

export function questions(): fc.Arbitrary<AggregateQuestion> {
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

export function spreads(): fc.Arbitrary<SpreadQuestion> {
  const limit = fc.constantFrom(-Infinity, START - 3 * SECOND, START + 1, START + 20 * SECOND, Infinity);
  return fc
    .record({
      asked: questions(),
      metrics: fc.subarray(['rps', 'record.count'], { minLength: 1 }),
      measure: fc.constantFrom('value', 'time'),
      windows: fc.option(fc.dictionary(fc.constantFrom('e1', 'e2'), fc.tuple(limit, limit)), { nil: undefined }),
    })
    .map(({ asked, metrics, measure, windows }) => ({
      ...asked,
      metrics,
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

/** A question in every way that totals are told in, beside one of another metric. */
export function totalsOf(asked: AggregateQuestion): TotalsQuestion {
  const ways = (['sum', 'avg'] as const).flatMap((over) =>
    (['sum', 'avg'] as const).map((across) => ({ metric: asked.metric, by: asked.by, over, across }))
  );
  return { ...asked, of: [...ways, { metric: 'record.count', by: ['model'], over: 'sum', across: 'sum' }] };
}

/** What is expected of `totalsOf`: the one bucket that takes all of the range. */
export function referenceTotals(points: readonly Point[], { of, ...question }: TotalsQuestion): AnswerSeries[][] {
  return of.map((each) => referenceAggregate(points, { ...question, ...each, width: 2 * START }));
}

/** Totals as answers, to be compared with those. */
export function answersOf(totals: ReadonlyArray<readonly Total[]>): AnswerSeries[][] {
  return totals.map((all) => all.map(({ value, ...identity }) => ({ ...identity, times: [0], values: [value] })));
}

/** Batches of a stream whose points may come late: a position stays at or before whatever still comes. */
export function stream(): fc.Arbitrary<Batch[]> {
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
