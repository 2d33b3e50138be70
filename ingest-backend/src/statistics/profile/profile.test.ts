import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, golden } from '../golden/golden.js';
import {
  CategoricalProfile,
  CategoryCounts,
  DistinctCount,
  FrequentItems,
  Histogram,
  Moments,
  NumericProfile,
  QuantileSketch,
} from './index.js';

const PAIRS = golden<{ pairs: { name: string; reference: number[]; moments: Record<string, number> }[] }>(
  'distances'
).pairs;

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 });
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'constructor', '__proto__'), { maxLength: 40 });
const EDGES = [-1000, -1, 0, 0.5, 1e5];

interface Mergeable<T> {
  merge(other: T): void;
  toJSON(): unknown;
}

/** States that a merge in any order must reach from three parts, the last from all values in one go. */
function merges<V, T extends Mergeable<T>>(parts: readonly (readonly V[])[], make: (values: readonly V[]) => T): T[] {
  const joined = (...items: T[]): T => items.reduce((sum, item) => (sum.merge(item), sum), make([]));
  const [a, b, c] = [0, 1, 2].map((index) => (): T => make(parts[index] ?? []));
  if (a === undefined || b === undefined || c === undefined) {
    throw new Error('three parts');
  }
  return [joined(joined(a(), b()), c()), joined(a(), joined(b(), c())), joined(c(), b(), a()), make(parts.flat())];
}

function filled<V, T extends { add(value: V): void }>(empty: () => T): (values: readonly V[]) => T {
  return (all) => {
    const one = empty();
    all.forEach((value) => one.add(value));
    return one;
  };
}

function distinctOf(all: readonly number[]): DistinctCount {
  const distinct = new DistinctCount(6);
  all.forEach((value) => distinct.addNumber(value));
  return distinct;
}

describe('a merge in any order', () => {
  const exact: [string, fc.Arbitrary<never[]>, (all: readonly never[]) => Mergeable<never>][] = [
    ['histogram', values, filled<number, Histogram>(() => new Histogram(EDGES))],
    ['quantile sketch', values, filled<number, QuantileSketch>(() => new QuantileSketch())],
    ['collapsing quantile sketch', values, filled<number, QuantileSketch>(() => new QuantileSketch({ maxBins: 7 }))],
    ['category counts', words, filled<string, CategoryCounts>(() => new CategoryCounts(['a', 'b']))],
    ['distinct count', values, distinctOf],
    [
      'categorical profile',
      words,
      filled<string, CategoricalProfile>(() => new CategoricalProfile(['a'], { distinct: true })),
    ],
  ] as never;

  it.each(exact)('is exact for a %s', (_, items, make) => {
    fc.assert(
      fc.property(fc.tuple(items, items, items), (parts) => {
        const [first, ...rest] = merges(parts, make).map((one) => JSON.stringify(sortedItems(one.toJSON())));
        rest.forEach((other) => expect(other).toBe(first));
      })
    );
  });

  it('is exact to rounding for moments', () => {
    fc.assert(
      fc.property(fc.tuple(values, values, values), (parts) => {
        const states = merges(
          parts,
          filled<number, Moments>(() => new Moments())
        );
        const last = states.pop() as Moments;
        const scale = Math.max(1, ...parts.flat().map(Math.abs));
        for (const state of states) {
          expect([state.count, state.min, state.max]).toEqual([last.count, last.min, last.max]);
          const [, mean = 0, m2 = 0, m3 = 0, m4 = 0] = state.toJSON().map(Number);
          const [, mean0 = 0, m20 = 0, m30 = 0, m40 = 0] = last.toJSON().map(Number);
          [mean - mean0, m2 - m20, m3 - m30, m4 - m40].forEach((off, power) =>
            expect(Math.abs(off)).toBeLessThanOrEqual(1e-10 * last.count * scale ** (power + 1))
          );
        }
      })
    );
  });

  it('keeps frequent items within the slack that it states', () => {
    const rare = fc.array(
      fc.integer({ min: 0, max: 30 }).map((n) => `${Math.floor(n ** 2 / 30)}`),
      { maxLength: 80 }
    );
    fc.assert(
      fc.property(fc.tuple(rare, rare, rare), (parts) => {
        const all = parts.flat();
        for (const state of merges(
          parts,
          filled<string, FrequentItems>(() => new FrequentItems(4))
        )) {
          expect(state.total).toBe(all.length);
          expect(state.slack).toBeLessThanOrEqual(all.length / 5);
          const held = new Map(state.items().map(({ item, count }) => [item, count]));
          expect(held.size).toBeLessThanOrEqual(8);
          for (const item of new Set(all)) {
            const truth = all.filter((other) => other === item).length;
            const found = held.get(item) ?? 0;
            expect(found).toBeLessThanOrEqual(truth);
            expect(truth).toBeLessThanOrEqual(found + state.slack);
          }
        }
      })
    );
  });
});

/** Objects with their keys in order: which of two equal counts came first is no part of the state. */
function sortedItems(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return json;
  }
  return Object.fromEntries(
    Object.entries(json)
      .map(([key, value]) => [key, sortedItems(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

function copyOf<T>(json: T): T {
  return JSON.parse(JSON.stringify(json)) as T;
}

describe('JSON', () => {
  it('brings back every profile as it was, and lets it go on', () => {
    fc.assert(
      fc.property(values, words, (numbers, texts) => {
        const numeric = new NumericProfile(EDGES, { maxBins: 20, distinct: true });
        const categorical = new CategoricalProfile(['a', 'b'], { distinct: true });
        numbers.forEach((value) => numeric.add(value));
        texts.forEach((text) => categorical.add(text));
        const again = NumericProfile.from(EDGES, copyOf(numeric.toJSON()));
        const categoricalAgain = CategoricalProfile.from(['a', 'b'], copyOf(categorical.toJSON()));
        for (const one of [numeric, again]) {
          [NaN, Infinity, 3, -0.001].forEach((value) => one.add(value));
          one.addMissing();
        }
        for (const one of [categorical, categoricalAgain]) {
          one.add('__proto__');
          one.addMismatch();
        }
        expect(JSON.stringify(again)).toBe(JSON.stringify(numeric));
        expect(JSON.stringify(categoricalAgain)).toBe(JSON.stringify(categorical));
      })
    );
  });

  it('that does not fit is refused', () => {
    expect(() => Moments.from([3, 1])).toThrow('expected [n, mean, m2, m3, m4, min, max], found [3,1]');
    expect(() => Histogram.from([1, 2], [1, 2])).toThrow('expected 3 counts for 2 edges, found [1,2]');
    expect(() => CategoryCounts.from(['a'], { known: [] })).toThrow('expected 1 counts, found []');
    expect(() => QuantileSketch.from({ ...new QuantileSketch().toJSON(), positive: [1, NaN] })).toThrow(
      'found [1,null]'
    );
    expect(() => DistinctCount.from({ precision: 4, registers: 'AAAA' })).toThrow('expected 16 registers, found 3');
  });
});

describe.each(PAIRS)('$name', ({ reference, moments: expected }) => {
  it('has the moments of scipy', () => {
    const moments = filled<number, Moments>(() => new Moments())(reference);
    for (const [name, value] of Object.entries(expected)) {
      expect(errorOf(moments[name as 'mean'], value), name).toBeLessThan(1e-9);
    }
  });

  it('has quantiles within the accuracy', () => {
    const ascending = Float64Array.from(reference).sort();
    const sketch = filled<number, QuantileSketch>(() => new QuantileSketch({ accuracy: 0.02 }))(reference);
    for (let share = 0; share <= 1; share += 0.01) {
      const truth = ascending[Math.floor(share * (reference.length - 1))] as number;
      expect(Math.abs(sketch.quantile(share) - truth)).toBeLessThanOrEqual(0.02 * Math.abs(truth) + 1e-12);
    }
  });
});

describe('QuantileSketch', () => {
  it('keeps its accuracy for any numbers of either sign, zero and the smallest', () => {
    const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (sample, share) => {
        const sketch = filled<number, QuantileSketch>(() => new QuantileSketch({ maxBins: 100_000 }))(sample);
        const truth = Float64Array.from(sample).sort()[Math.floor(share * (sample.length - 1))] as number;
        expect(Math.abs(sketch.quantile(share) - truth)).toBeLessThanOrEqual(0.0100001 * Math.abs(truth) + 1e-307);
      })
    );
  });

  it('holds its bound on bins at the cost of what is next to zero', () => {
    const sketch = new QuantileSketch({ maxBins: 50 });
    for (let exponent = -20; exponent <= 20; exponent++) {
      sketch.add(10 ** exponent);
    }
    const { positive } = sketch.toJSON();
    expect(
      (positive.slice(1) as number[]).reduce((bins, count) => bins + (count < 0 ? -count : 1), 0)
    ).toBeLessThanOrEqual(50);
    expect(sketch.count).toBe(41);
    expect(sketch.quantile(1)).toBeCloseTo(1e20, -18);
    expect(sketch.toJSON().collapsed).toEqual([true, false]);
  });

  it('says what is wrong with what it is asked', () => {
    expect(() => new QuantileSketch({ accuracy: 1 })).toThrow('expected an accuracy between 0 and 1, found 1');
    expect(() => new QuantileSketch().quantile(2)).toThrow('expected a share from 0 to 1, found 2');
    expect(() => new QuantileSketch().merge(new QuantileSketch({ accuracy: 0.1 }))).toThrow('expected accuracy 0.01');
    expect(new QuantileSketch().quantile(0.5)).toBeNaN();
  });
});

describe('DistinctCount', () => {
  it.each([10, 1000, 50_000, 400_000])('estimates %d distinct texts and numbers within four standard errors', (n) => {
    const distinct = { texts: new DistinctCount(10), numbers: new DistinctCount(10), integers: new DistinctCount(10) };
    for (let i = 0; i < n; i++) {
      for (let times = 0; times < 2; times++) {
        distinct.texts.addText(`user-${i}`);
        distinct.numbers.addNumber(i / 7);
        distinct.integers.addNumber(i);
      }
    }
    for (const [what, one] of Object.entries(distinct)) {
      expect(Math.abs(one.estimate() / n - 1), what).toBeLessThan((4 * 1.04) / 32);
    }
  });

  it('of nothing is 0, and −0 is 0', () => {
    const distinct = new DistinctCount();
    expect(distinct.estimate()).toBe(0);
    distinct.addNumber(0);
    distinct.addNumber(-0);
    expect(distinct.estimate()).toBeCloseTo(1, 2);
  });
});

describe('profiles', () => {
  it('stay small whatever the length of unseen texts, and know long categories all the same', () => {
    const long = 'k'.repeat(100_000);
    const counts = new CategoryCounts([long]);
    counts.add(long);
    for (let index = 0; index < 50; index++) {
      counts.add(`${index}`.padEnd(100_000, 'x'));
    }
    counts.add(`0${'x'.repeat(300)}`);
    expect(Array.from(counts.counts)).toEqual([1, 51]);
    const json = counts.toJSON();
    expect(JSON.stringify(json).length).toBeLessThan(15_000);
    expect(json.unseen?.items[`0${'x'.repeat(199)}…`]).toBe(2);
  });

  it('count what is no value, and keep it from the statistics', () => {
    const profile = new NumericProfile([0]);
    [1, NaN, -Infinity, 3].forEach((value) => profile.add(value));
    profile.addMissing();
    profile.addMismatch();
    expect(profile.tally.toJSON()).toEqual({ seen: 6, missing: 1, mismatched: 1, nan: 1, infinite: 1 });
    expect([profile.tally.valid, profile.moments.count, profile.histogram.total, profile.quantiles.count]).toEqual([
      2, 2, 2, 2,
    ]);
  });

  it('put any value into the cell that as many edges lie at or below', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: -60, max: 60 }), (edges, value) => {
        const ascending = edges.sort((a, b) => a - b);
        const histogram = filled<number, Histogram>(() => new Histogram(ascending))([value]);
        expect(histogram.counts[ascending.filter((edge) => edge <= value).length]).toBe(1);
      })
    );
  });

  it('put a value on an edge into the cell above', () => {
    const histogram = filled<number, Histogram>(() => new Histogram([0, 1]))([-1, 0, 0.5, 1, 2, Infinity, -Infinity]);
    expect(histogram.toJSON()).toEqual([2, 2, 3]);
  });

  it('refuse others with other edges, and stay what they were', () => {
    const [a, b] = [new NumericProfile([0, 1]), new NumericProfile([0, 2])];
    b.add(1);
    expect(() => a.merge(b)).toThrow('histogram: expected the edges 0, 1, found 0, 2');
    expect(a.tally.seen).toBe(0);
    expect(() => new Histogram([1, 1])).toThrow('expected finite, growing edges, found 1 at 1 of 1, 1');
    expect(() => new CategoryCounts(['x', 'x'])).toThrow('found x twice');
  });

  it('are small as JSON', () => {
    const profile = new NumericProfile(EDGES);
    (PAIRS[0]?.reference ?? []).forEach((value) => profile.add(value));
    expect(JSON.stringify(profile).length).toBeLessThan(600);
  });
});
