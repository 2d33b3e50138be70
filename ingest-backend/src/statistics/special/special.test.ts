import { describe, expect, it } from 'vitest';
import { errorOf, golden } from '../golden/golden.js';
import { chiSquareSurvival, kolmogorovSurvival, lowerGamma, normalCdf, smirnovSurvival, upperGamma } from './index.js';

type Table = readonly (readonly number[])[];
const GOLDEN = golden<Record<string, Table>>('special');

/** Largest error of a function over a table of arguments and results, and largest relative error where they are tiny. */
function worst(table: Table, of: (...args: number[]) => number): { error: number; relative: number } {
  let error = 0;
  let relative = 0;
  for (const row of table) {
    const expected = row.at(-1) as number;
    const found = of(...row.slice(0, -1));
    error = Math.max(error, errorOf(found, expected));
    if (expected > 1e-300) {
      relative = Math.max(relative, Math.abs(found / expected - 1));
    }
    expect(Number.isFinite(found), `${row.join(', ')} gave ${found}`).toBe(true);
  }
  return { error, relative };
}

describe('special functions agree with scipy', () => {
  const relative = {
    upperGamma: upperGamma,
    lowerGamma: lowerGamma,
    chiSquare: (df: number, x: number) => chiSquareSurvival(x, df),
    normal: normalCdf,
    smirnov: smirnovSurvival,
  };
  for (const [name, of] of Object.entries(relative)) {
    it(`${name} to 1e-12, also where it is tiny`, () => {
      expect(worst(GOLDEN[name] as Table, of).relative).toBeLessThan(1e-12);
    });
  }

  it('the Kolmogorov distribution to 1e-12 up to n = 100,000, to 1e-8 above', () => {
    const table = GOLDEN['kolmogorov'] as Table;
    const small = table.filter(([n = 0]) => n <= 100_000);
    expect(worst(small, kolmogorovSurvival).error).toBeLessThan(1e-12);
    expect(worst(table, kolmogorovSurvival).error).toBeLessThan(1e-8);
  });
});

describe('special functions at their borders', () => {
  it('are what the definition says', () => {
    expect([upperGamma(2, 0), upperGamma(2, Infinity), lowerGamma(2, 0), lowerGamma(2, Infinity)]).toEqual([
      1, 0, 0, 1,
    ]);
    expect([upperGamma(0, 1), upperGamma(1, -1), upperGamma(NaN, 1)]).toEqual([NaN, NaN, NaN]);
    expect([kolmogorovSurvival(10, 0), kolmogorovSurvival(10, 1), kolmogorovSurvival(10, 0.05)]).toEqual([1, 0, 1]);
    expect(kolmogorovSurvival(10, NaN)).toBeNaN();
  });
});
