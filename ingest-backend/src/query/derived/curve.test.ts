import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curve } from './curve.js';

const AXIS = { base: 1_700_000_000_000_000, width: 5e6 };
const told = fc
  .uniqueArray(fc.nat(50), { maxLength: 20 })
  .chain((buckets) =>
    fc.tuple(fc.constant(buckets.sort((a, b) => a - b)), fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 }))
  )
  .map(([buckets, values]) => new Map(buckets.map((bucket, row) => [bucket, values[row] as number])));

function curveOf(told: ReadonlyMap<number, number>): Curve {
  const values = new Float64Array(51).map((_, bucket) => told.get(bucket) ?? NaN);
  return Curve.of(AXIS.width, { base: AXIS.base, values });
}

describe('a curve', () => {
  it('tells what it was told, and nothing of other buckets', () => {
    fc.assert(
      fc.property(told, (values) => {
        const curve = curveOf(values);
        const found: Array<[number, number]> = [];
        curve.forEach((value, time, index) => {
          expect(time).toBe(AXIS.base + index * AXIS.width);
          found.push([index, value]);
        });
        expect(found).toEqual([...values]);
        expect(curve.isEmpty).toBe(values.size === 0);
        expect(curve.first).toBe(values.size === 0 ? Infinity : found[0] && AXIS.base + found[0][0] * AXIS.width);
        for (let index = 0; index < 60; index++) {
          expect(curve.at(index)).toBe(values.get(index));
        }
        expect([...curve.dense(60)]).toEqual(Array.from({ length: 60 }, (_, index) => values.get(index) ?? 0));
      })
    );
  });

  it('is added to others bucket by bucket, where a 0 is told and a gap is not', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 4 }), (all) => {
        const sum = Curve.sum(all.map(curveOf));
        for (let index = 0; index < 60; index++) {
          const values = all.flatMap((values) => values.get(index) ?? []);
          expect(sum.at(index)).toBe(values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0));
        }
      })
    );
  });
});
