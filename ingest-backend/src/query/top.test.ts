import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { it } from './derived/testing.js';
import { topOf } from './top.js';

describe('topOf', () => {
  const value = fc.oneof(fc.constantFrom(0, 1, -1, Infinity, -Infinity), fc.double({ noNaN: true }));
  const series = fc
    .array(fc.array(value, { maxLength: 4 }), { maxLength: 12 })
    .map((all) => all.map((values, index) => ({ displayName: `s${index}`, values })));
  const mean = ({ values }: { values: number[] }) => values.reduce((sum, each) => sum + each, 0) / values.length;

  it('takes no series while one with a higher mean is left out, in an order that the order of the answer does not change', () => {
    const one = fc.tuple(series, fc.integer({ min: 1, max: 15 })).chain(([all, n]) =>
      fc.tuple(
        fc.constant(all),
        fc.constant(n),
        fc.shuffledSubarray(
          all.map((_, index) => index),
          { minLength: all.length }
        )
      )
    );
    fc.assert(
      fc.property(one, ([all, n, order]) => {
        const { series: top, notices } = topOf(all, n);
        expect(top).toHaveLength(Math.min(n, all.length));
        expect(
          topOf(
            order.map((index) => all[index]!),
            n
          )
        ).toEqual({ series: top, notices });
        const least = Math.min(...top.map(mean).filter((each) => !Number.isNaN(each)));
        for (const left of all.filter((each) => !top.includes(each) && each.values.length > 0)) {
          expect(mean(left) > least).toBe(false);
        }
        expect(notices).toHaveLength(all.length > n ? 1 : 0);
      })
    );
  });
});

describe('topN', () => {
  it('keeps the series of the highest mean, those of one mean by name, and says how many others there are', async ({
    world,
  }) => {
    for (const [model, value] of Object.entries({ d: 2, b: 5, c: 5, a: 1 })) {
      await world.report(`${model}:0`, [
        [5, value, 1],
        [15, value, 1],
      ]);
    }
    // Often, but little: the mean is of the buckets that the series tells of.
    await world.report(
      'e:0',
      [...Array(6)].map((_, index) => [index * 10 + 5, 3, 1] as const)
    );
    const top = async (query: object) => {
      const { error, frames } = await world.ask({ metric: 'record.count', ...query });
      expect(error).toBeUndefined();
      return [
        frames.map(({ schema }) => schema.name?.charAt(0)).join(''),
        frames.flatMap(({ schema }) => schema.meta.notices?.map(({ text }) => text) ?? []),
      ];
    };
    const notice = (left: number) => [
      `${left} of 5 series are left out: those with the highest mean over the range are shown.`,
    ];
    expect(await top({ topN: 2 })).toEqual(['bc', notice(3)]);
    expect(await top({ topN: 1, alias: '{{model}}' })).toEqual(['b', notice(4)]);
    expect(await top({ topN: 3, format: 'latest' })).toEqual(['bce', notice(2)]);
    expect(await top({ topN: 100 })).toEqual(['bceda', []]);
    expect(await top({})).toEqual(['abcde', []]);
  });

  it('is of metrics that are worked out as well', async ({ world }) => {
    world.assign('quiet', 'quiet');
    world.assign('whole', 'whole');
    await world.report('quiet:0', [[20, 1, 5]]);
    await world.report('whole:0', [[60, 1, 70]]);
    expect(Object.keys(await world.values({ metric: 'coverage', topN: 1 }))).toEqual(['whole.0.coverage']);
  });

  it('is refused where it means nothing', async ({ world }) => {
    const refusal = async (query: object) => (await world.ask({ metric: 'record.count', ...query })).error;
    expect(await refusal({ topN: 0 })).toBe('topN: expected number to be >=1, found 0');
    expect(await refusal({ topN: 101 })).toBe('topN: expected number to be <=100, found 101');
    expect(await refusal({ topN: '$top' })).toBe('topN: expected number, found "$top"');
    expect(await refusal({ topN: 1.5 })).toMatch(/^topN: expected int.*, found 1\.5$/);
    expect(await refusal({ metric: 'engine.status', topN: 2 })).toBe(
      'topN: expected none for engine.status, whose codes have no mean, found 2'
    );
    expect(await refusal({ metric: 'engine.status', over: 'count', topN: 2 })).toBeUndefined();
  });
});
