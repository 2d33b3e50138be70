import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp, intoBuckets, joinWindows, rangesOf, readContent, sharesOf, sum, type Window } from './distribution.js';

describe('distributions', () => {
  it('lose no value of a category, whichever categories a window has', () => {
    const category = fc.constantFrom('a', 'b', 'c', 'd', 'other values');
    const contents = fc.uniqueArray(category, { minLength: 1 }).chain((categories) =>
      fc.record({
        categories: fc.constant(categories),
        counts: fc
          .tuple(fc.boolean(), fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }))
          .map(([more, counts]) => counts.slice(0, categories.length + Number(more))),
      })
    );
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1 }), (all) => {
        const windows = all.map(({ categories, counts }, index): Window => {
          const text = JSON.stringify({ type: 'categorical', categories, counts });
          return { time: index, span: 1, content: readContent(text) };
        });
        const { bins, windows: joined } = joinWindows(windows as [Window, ...Window[]]);
        expect(joined.map(({ counts }) => sum(counts))).toEqual(all.map(({ counts }) => sum(counts)));
        expect(joined.every(({ counts }) => counts.length === bins.length)).toBe(true);
        expect(new Set(bins).size).toBe(bins.length);
        const count = (of: string) =>
          sum(all.map(({ categories, counts }) => counts[categories.findIndex((name) => name === of)] ?? 0));
        expect(sum(joined.map(({ counts }) => counts[bins.indexOf('a')] ?? 0))).toBe(count('a'));
      })
    );
  });

  it('name each bin by itself, however close its bounds', () => {
    expect(rangesOf([0, 0.1 + 0.2, 1e6])).toEqual(['0 – 0.3', '0.3 – 1000000']);
    expect(rangesOf([null, null])).toEqual(['all values']);
    const edges = fc.uniqueArray(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((edge) => edge + 0),
      {
        minLength: 2,
        comparator: (a, b) => a === b,
      }
    );
    fc.assert(
      fc.property(edges, (unsorted) => {
        const ranges = rangesOf([null, ...unsorted.sort((a, b) => a - b), null]);
        expect(new Set(ranges).size).toBe(unsorted.length + 1);
      })
    );
  });

  it('add up in buckets that their ends lie in or close, losing nothing', () => {
    const window = fc.record({
      time: fc.integer({ min: -1000, max: 1000 }),
      counts: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(window), fc.integer({ min: 1, max: 300 }), (all, width) => {
        const windows = all.map((each) => ({ ...each, span: 1 }));
        const buckets = intoBuckets(windows, width);
        const ends = buckets.map(({ end }) => end);
        expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
        for (const { end, counts } of buckets) {
          const inside = all.filter(({ time }) => time > end - width && time <= end);
          expect(counts).toEqual(addUp(inside.map((each) => each.counts)));
        }
        expect(sum(buckets.flatMap(({ counts }) => counts))).toBe(sum(all.flatMap(({ counts }) => counts)));
      })
    );
  });

  it('have no shares where there is nothing to share', () => {
    expect(sharesOf([0, 0])).toEqual([null, null]);
    expect(sharesOf([1, 3])).toEqual([0.25, 0.75]);
  });

  it('that cannot be read say what was expected', () => {
    const wrong = (content: object) => () =>
      readContent(JSON.stringify({ type: 'numeric', counts: [1, 2], ...content }));
    expect(() => readContent('{')).toThrow(/^expected JSON, found/);
    expect(wrong({})).toThrow('expected edges or categories, found neither');
    expect(wrong({ edges: [1, 2] })).toThrow('edges: expected 3 edges of 2 bins, found 2');
    expect(wrong({ edges: [1, null, 3] })).toThrow('edges: expected null at the ends alone');
    expect(wrong({ edges: [3, 2, 4] })).toThrow('edges: expected ascending edges, found 2');
    expect(wrong({ edges: [null, 2, null], reference: [1] })).toThrow('reference: expected 2 counts');
    expect(wrong({ categories: ['a', 'b', 'c'] })).toThrow('categories: expected 2 categories of 2 bins, or one less');
    expect(wrong({ edges: [1, 2, 3], type: 'number' })).toThrow(/^type: /);
    expect(wrong({ edges: [1, 2, 3], counts: 'many' })).toThrow('counts: expected array, found string');
  });
});
