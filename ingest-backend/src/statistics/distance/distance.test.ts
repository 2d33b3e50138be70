import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, golden } from '../golden/golden.js';
import { countsOf, QuantileSketch } from '../profile/index.js';
import { seededRandom } from '../special/index.js';
import {
  chiSquare,
  cramersV,
  hellinger,
  jensenShannon,
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCells,
  kolmogorovSmirnovOfSketches,
  kolmogorovSmirnovSignificance,
  populationStabilityIndex,
  totalVariation,
  wasserstein,
  wassersteinOfSketches,
} from './index.js';

interface OfCells {
  readonly psi: number;
  readonly psiUnsmoothed: number | null;
  readonly jensenShannon: { distance: number; divergence: number };
  readonly hellinger: number;
  readonly totalVariation: number;
  readonly chiSquare: { statistic: number; degreesOfFreedom: number; pValue: number; smallestExpected: number };
  readonly cramersV: number;
}
interface Pair {
  readonly name: string;
  readonly reference: number[];
  readonly current: number[];
  readonly kolmogorovSmirnov: { statistic: number; exact: number; asymptotic: number };
  readonly wasserstein: number;
  readonly edges: number[];
  readonly counts: [number[], number[]];
  readonly cells: OfCells;
}
interface Large {
  readonly n: number;
  readonly m: number;
  readonly shift: number;
  readonly statistic: number;
  readonly asymptotic: number;
  readonly wasserstein: number;
}
const GOLDEN = golden<{
  pairs: Pair[];
  tables: (OfCells & { name: string; reference: number[]; current: number[] })[];
  large: Large[];
}>('distances');

function expectClose(found: unknown, expected: unknown): void {
  for (const [key, value] of Object.entries(expected as Record<string, number>)) {
    const ours = (found as Record<string, number>)[key] as number;
    expect(errorOf(ours, value), `${key}: ${ours} for ${value}`).toBeLessThan(1e-9);
  }
}

function ofCells(r: number[], c: number[]): Omit<OfCells, 'psiUnsmoothed'> {
  return {
    psi: populationStabilityIndex(r, c),
    jensenShannon: jensenShannon(r, c),
    hellinger: hellinger(r, c),
    totalVariation: totalVariation(r, c),
    chiSquare: chiSquare(r, c),
    cramersV: cramersV(r, c),
  };
}

function expectCells(r: number[], c: number[], expected: OfCells): void {
  const { jensenShannon: js, chiSquare: chi, ...rest } = ofCells(r, c);
  expectClose(js, expected.jensenShannon);
  expectClose(chi, expected.chiSquare);
  const { psi, hellinger: h, totalVariation: tv, cramersV: v } = expected;
  expectClose(rest, { psi, hellinger: h, totalVariation: tv, cramersV: v });
  if (expected.psiUnsmoothed !== null) {
    expect(errorOf(populationStabilityIndex(r, c, 0), expected.psiUnsmoothed)).toBeLessThan(1e-9);
  }
}

function sketchOf(sample: Iterable<number>, accuracy = 0.01): QuantileSketch {
  const sketch = new QuantileSketch({ accuracy });
  for (const value of sample) {
    sketch.add(value);
  }
  return sketch;
}

describe.each(GOLDEN.pairs)('$name', (pair) => {
  const { reference, current } = pair;

  it('has the Kolmogorov–Smirnov test of scipy, exact and asymptotic', () => {
    const exact = kolmogorovSmirnov(reference, current);
    expectClose(exact, { statistic: pair.kolmogorovSmirnov.statistic, pValue: pair.kolmogorovSmirnov.exact });
    expect(exact.pValue / pair.kolmogorovSmirnov.exact).toBeCloseTo(1, 8);
    const asymptotic = kolmogorovSmirnov(reference, current, 'asymptotic');
    expect(errorOf(asymptotic.pValue, pair.kolmogorovSmirnov.asymptotic)).toBeLessThan(1e-9);
  });

  it('has the Wasserstein distance of scipy', () => {
    expect(errorOf(wasserstein(reference, current), pair.wasserstein)).toBeLessThan(1e-9);
  });

  it('has the distances of scipy over its cells', () => {
    const r = Array.from(countsOf(pair.edges, reference));
    const c = Array.from(countsOf(pair.edges, current));
    expect([r, c]).toEqual(pair.counts);
    expectCells(r, c, pair.cells);
  });

  it('has distances of sketches that are off by no more than they say', () => {
    const [a, b] = [sketchOf(reference), sketchOf(current)];
    const moved = wassersteinOfSketches(a, b);
    expect(Math.abs(moved.distance - pair.wasserstein)).toBeLessThanOrEqual(moved.bound);
    for (const binned of [kolmogorovSmirnovOfSketches(a, b), kolmogorovSmirnovOfCells(...pair.counts)]) {
      const more = pair.kolmogorovSmirnov.statistic - binned.statistic;
      expect(more).toBeGreaterThanOrEqual(-1e-12);
      expect(more).toBeLessThanOrEqual(binned.bound + 1e-12);
      expect(binned.pValue).toBeGreaterThanOrEqual(pair.kolmogorovSmirnov.exact * (1 - 1e-9));
    }
  });
});

describe('distances over cells', () => {
  it.each(GOLDEN.tables)('$name are those of scipy', ({ reference, current, ...expected }) => {
    expectCells(reference, current, expected);
  });

  it('make the index infinite only where it is not smoothed and a cell is empty on one side', () => {
    expect(populationStabilityIndex([1, 0], [1, 1], 0)).toBe(Infinity);
    expect(populationStabilityIndex([1, 0], [1, 1])).toBeLessThan(2);
    expect(populationStabilityIndex([1, 0], [3, 0], 0)).toBe(0);
  });

  it('pool rare cells where a minimum is asked for', () => {
    const pooled = chiSquare([50, 50, 1, 2], [40, 60, 2, 0], 5);
    expect(pooled.degreesOfFreedom).toBe(2);
    expectClose(pooled, { statistic: chiSquare([50, 50, 3], [40, 60, 2]).statistic });
  });

  it('are 0 for the same shares, grow to their bound, and do not care which side is which', () => {
    const counts = fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }).filter((cells) => cells.some((n) => n > 0));
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 5 }), (r, c, times) => {
        const same = r.map((count) => count * times);
        for (const distance of [
          hellinger,
          totalVariation,
          cramersV,
          (a: number[], b: number[]) => jensenShannon(a, b).distance,
        ]) {
          expect(distance(r, same)).toBeLessThan(1e-7);
          expect(distance(r, c)).toBeCloseTo(distance(c, r), 10);
          expect(distance(r, c)).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(populationStabilityIndex(r, c)).toBeCloseTo(populationStabilityIndex(c, r), 10);
      })
    );
  });

  it('refuse what cannot be compared, and say why', () => {
    expect(() => hellinger([1, 2], [1])).toThrow('Hellinger: expected as many cells, found 2 and 1');
    expect(() => jensenShannon([1, 2], [0, 0])).toThrow('expected values on both sides, found 3 and 0');
    expect(() => wasserstein([], [1])).toThrow('Wasserstein: expected values in both samples, found 0 and 1');
    expect(() => kolmogorovSmirnov([1, NaN], [1])).toThrow('Kolmogorov–Smirnov: expected numbers, found NaN');
    expect(() => kolmogorovSmirnovOfSketches(sketchOf([1]), sketchOf([1], 0.02))).toThrow('0.01 and 0.02');
  });
});

describe('large samples', () => {
  const uniforms = (seed: number, n: number, shift: number): Float64Array => {
    const random = seededRandom(seed);
    return Float64Array.from({ length: n }, () => random() + shift);
  };

  it.each(GOLDEN.large)('of $n and $m values shifted by $shift agree with scipy', (expected) => {
    const x = uniforms(1, expected.n, 0);
    const y = uniforms(2, expected.m, expected.shift);
    const { statistic, pValue } = kolmogorovSmirnov(x, y, 'asymptotic');
    expect(errorOf(statistic, expected.statistic)).toBeLessThan(1e-9);
    expect(errorOf(pValue, expected.asymptotic)).toBeLessThan(1e-9);
    expect(errorOf(wasserstein(x, y), expected.wasserstein)).toBeLessThan(1e-9);
  });

  it('take the asymptotic p-value where the exact one would take long', () => {
    expect(kolmogorovSmirnov(uniforms(1, 4000, 0), uniforms(2, 4000, 0)).method).toBe('asymptotic');
    expect(kolmogorovSmirnov(uniforms(1, 3000, 0), uniforms(2, 3000, 0)).method).toBe('exact');
  });

  it.each([
    [1000, 1001, 60],
    [1000, 2000, 50],
    [1000, 10_000, 45],
    [100, 100_000, 140],
  ])('of %d and %d binned values have a p-value near the exact one, without its cost', (n, m, moved) => {
    // Two cells, of which the second gains `moved` thousandths: the statistic is that share.
    const counts = (size: number, share: number): number[] => [
      size - Math.round(size * share),
      Math.round(size * share),
    ];
    const { method, pValue, statistic } = kolmogorovSmirnovOfCells(counts(n, 0.5), counts(m, 0.5 + moved / 1000));
    expect(method).toBe('asymptotic');
    expect(Math.abs(pValue / kolmogorovSmirnovSignificance(statistic, n, m, 'exact').pValue - 1)).toBeLessThan(0.06);
    expect(kolmogorovSmirnovOfCells(counts(1000, 0.5), counts(1000, 0.6)).method).toBe('exact');
  });
});

describe('sketched distances', () => {
  it('keep within their bound for any samples', () => {
    const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [a, b] = [sketchOf(x, 0.05), sketchOf(y, 0.05)];
        const moved = wassersteinOfSketches(a, b);
        expect(Math.abs(moved.distance - wasserstein(x, y))).toBeLessThanOrEqual(moved.bound * (1 + 1e-9) + 1e-9);
        const binned = kolmogorovSmirnovOfSketches(a, b);
        const exact = kolmogorovSmirnov(x, y).statistic;
        expect(binned.statistic).toBeLessThanOrEqual(exact + 1e-12);
        expect(exact).toBeLessThanOrEqual(binned.statistic + binned.bound + 1e-12);
      })
    );
  });
});
