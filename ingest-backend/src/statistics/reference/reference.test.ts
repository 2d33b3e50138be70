import { describe, expect, it } from 'vitest';
import { errorOf, golden } from '../golden/golden.js';
import {
  addValue,
  binsOf,
  categoriesOf,
  emptyProfile,
  hoursIn,
  profileFrom,
  quantileEdges,
  referenceOf,
  widthEdges,
} from './index.js';

const PAIRS = golden<{ pairs: { name: string; reference: number[]; edges: number[] }[] }>('distances').pairs;

describe('edges', () => {
  it.each(PAIRS)('at the quantiles of $name are those of numpy', ({ reference, edges }) => {
    const ours = quantileEdges(reference, 10);
    expect(ours).toHaveLength(edges.length);
    ours.forEach((edge, index) => expect(errorOf(edge, edges[index] as number)).toBeLessThan(1e-12));
  });

  it('hold about as many values between quantiles, and the largest value between equal distances', () => {
    const sample = Array.from({ length: 1000 }, (_, i) => i ** 2);
    const { bins, profile } = referenceOf('numeric', sample, { cells: 4 });
    expect(profileFrom(bins, profile).counts).toEqual(Float64Array.of(250, 250, 250, 250));
    const wide = referenceOf('numeric', [0, 1, 2, 3, 4], { cells: 2, by: 'width' });
    expect(profileFrom(wide.bins, wide.profile).counts).toEqual(Float64Array.of(0, 2, 3, 0));
  });

  it('tell what changed even where most values, or all, are equal', () => {
    expect(quantileEdges([0, 0, 0, 0, 0, 7, 9], 3)).toEqual([7]);
    for (const value of [0, 5, -5, 1e300]) {
      for (const edges of [quantileEdges([value, value], 10), widthEdges([value, value], 10)]) {
        const profile = emptyProfile({ kind: 'numeric', edges });
        const bins = { kind: 'numeric', edges } as const;
        [value, value * 2 - 1, value + Math.max(1, Math.abs(value))].forEach((v) => addValue(profile, bins, v));
        expect(profile.counts[1]).toBe(1);
      }
    }
  });

  it('of an empty sample are refused', () => {
    expect(() => quantileEdges([NaN], 10)).toThrow('expected a sample with finite numbers, found none');
    expect(() => widthEdges([1], 1)).toThrow('expected a whole number of cells from 2, found 1');
  });
});

describe('references', () => {
  it('know the most frequent categories, and count others as unseen', () => {
    expect(categoriesOf(['b', 'a', 'c', 'a', 'b', 'd'], 3)).toEqual(['a', 'b', 'c']);
    const { bins, profile } = referenceOf('categorical', ['x', 'x', 'y', null, 3], { categories: 1 });
    expect(bins).toEqual({ kind: 'categorical', categories: ['x'] });
    const again = profileFrom(bins, profile);
    expect(again.counts).toEqual(Float64Array.of(2, 1));
    expect(again.tally).toMatchObject({ seen: 5, missing: 1, mismatched: 1, valid: 3 });
  });

  it('count booleans, lengths of texts and hours', () => {
    const booleans = referenceOf('boolean', [true, false, true, 'true']);
    expect(profileFrom(booleans.bins, booleans.profile).counts).toEqual(Float64Array.of(1, 2, 0));
    const lengths = referenceOf('length', ['', 'a', 'bb', 'ccc', 7], { cells: 2 });
    expect(lengths.bins).toEqual({ kind: 'length', edges: [1.5] });
    expect(profileFrom(lengths.bins, lengths.profile).tally.mismatched).toBe(1);
    const times = referenceOf('time', [Date.UTC(2026, 0, 1, 9, 30), Date.UTC(2026, 5, 7, 9)], { cycle: 'week' });
    const week = profileFrom(times.bins, times.profile).counts;
    expect(week).toHaveLength(168);
    // A Thursday and a Sunday.
    expect([week[3 * 24 + 9], week[6 * 24 + 9]]).toEqual([1, 1]);
  });

  it('survive as JSON', () => {
    const reference = referenceOf('numeric', PAIRS[0]?.reference ?? []);
    const { bins, profile } = JSON.parse(JSON.stringify(reference)) as typeof reference;
    expect(profileFrom(bins, profile).toJSON()).toEqual(reference.profile);
    expect(() => profileFrom({ kind: 'boolean' }, profile)).toThrow(
      'expected one for boolean values, found a numeric one'
    );
  });

  it('never have fewer cells than values can tell apart', () => {
    expect(binsOf('numeric', [1, 2, 3, 4], { cells: 4 })).toEqual({ kind: 'numeric', edges: [1.75, 2.5, 3.25] });
  });
});

describe('hours', () => {
  it('begin at midnight and on Monday, in UTC, also before 1970', () => {
    expect(hoursIn('day', Date.UTC(2026, 1, 3, 13, 30))).toBe(13.5);
    expect(hoursIn('day', Date.UTC(1969, 11, 31, 23))).toBe(23);
    expect(hoursIn('week', Date.UTC(2026, 10, 23))).toBe(0);
    expect(hoursIn('week', Date.UTC(1969, 11, 28, 23))).toBe(167);
  });
});
