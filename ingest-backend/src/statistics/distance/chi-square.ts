import { chiSquareSurvival } from '../special/index.js';
import { checkCells, totalOf } from './cells.js';

export interface ChiSquare {
  readonly statistic: number;
  /** Cells that hold something on either side, less one. */
  readonly degreesOfFreedom: number;
  /** 1 where there is but one cell to compare. */
  readonly pValue: number;
  /** The smallest count that would be expected if both sides were alike; below 5 the p-value is rough (Cochran's rule). */
  readonly smallestExpected: number;
}

/**
 * Pearson's test of homogeneity of two samples counted in the same cells, without correction for continuity. Cells that are
 * empty on both sides tell nothing and are left out.
 *
 * @param minimumExpected cells of which less would be expected on either side are pooled into one; 0, none, by default
 *
 *
 * Source: K. Pearson, Phil. Mag. 50 (1900); W. G. Cochran, "Some Methods for Strengthening the Common χ² Tests",
 * Biometrics 10 (1954). scipy's `chi2_contingency(…, correction=False)`.
 */
export function chiSquare(reference: ArrayLike<number>, current: ArrayLike<number>, minimumExpected = 0): ChiSquare {
  checkCells('chi-square', reference, current);
  const referenceTotal = totalOf(reference);
  const currentTotal = totalOf(current);
  const all = referenceTotal + currentTotal;
  let statistic = 0;
  let cells = 0;
  let smallestExpected = Infinity;
  const take = (r: number, c: number): void => {
    if (r + c === 0) {
      return;
    }
    cells++;
    const expectedReference = ((r + c) * referenceTotal) / all;
    const expectedCurrent = ((r + c) * currentTotal) / all;
    statistic += (r - expectedReference) ** 2 / expectedReference + (c - expectedCurrent) ** 2 / expectedCurrent;
    smallestExpected = Math.min(smallestExpected, expectedReference, expectedCurrent);
  };
  const enough = (minimumExpected * all) / Math.min(referenceTotal, currentTotal);
  let pooledReference = 0;
  let pooledCurrent = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    const r = reference[cell] as number;
    const c = current[cell] as number;
    if (r + c < enough) {
      pooledReference += r;
      pooledCurrent += c;
    } else {
      take(r, c);
    }
  }
  take(pooledReference, pooledCurrent);
  const degreesOfFreedom = cells - 1;
  const pValue = degreesOfFreedom === 0 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom);
  return { statistic, degreesOfFreedom, pValue, smallestExpected };
}
