import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../statistics/index.js';
import { History } from './history.js';

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 300 });

function historyOf(all: readonly number[]): History {
  const history = new History();
  all.forEach((value, index) => history.add(value, index));
  return history;
}

describe('a history', () => {
  it('finds where the mean changed, however long all was well', () => {
    for (const [before, after] of [
      [100, 40],
      [100_000, 40],
      [3000, 2000],
    ] as const) {
      const random = seededRandom(9);
      const all = Array.from({ length: before + after }, (_, index) => random() + (index < before ? 0 : 5));
      const found = historyOf(all).split();
      // A block holds the place to within an eighth of its age.
      expect(Math.abs(found.since - before)).toBeLessThanOrEqual(after / 4);
      expect(found.before).toBeCloseTo(0.5, 0);
      expect(found.after).toBeGreaterThan(4.5);
    }
  });

  it('tells the means of all values on either side, and keeps those after', () => {
    fc.assert(
      fc.property(values, (all) => {
        const history = historyOf(all);
        const { before, beforeCount, after, afterCount, since } = history.split();
        expect([beforeCount, beforeCount + afterCount]).toEqual([since, all.length]);
        const mean = (part: number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
        expect(before).toBeCloseTo(mean(all.slice(0, since)), 6);
        expect(after).toBeCloseTo(mean(all.slice(since)), 6);
        history.add(5, all.length);
        const next = history.split();
        expect(next.beforeCount + next.afterCount).toBe(afterCount + 1);
      })
    );
  });

  it('needs little room', () => {
    const size = JSON.stringify(historyOf(Array.from({ length: 200_000 }, () => 1)).state()).length;
    expect(size).toBeLessThan(3000);
  });
});
