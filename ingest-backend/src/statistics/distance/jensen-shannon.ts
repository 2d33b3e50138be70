import { checkCells, totalOf } from './cells.js';

export interface JensenShannon {
  /** In bits, from 0 (the same shares) to 1 (no cell in common). */
  readonly divergence: number;
  /** Its square root: a metric, from 0 to 1. scipy's `jensenshannon(…, base=2)` is this one. */
  readonly distance: number;
}

/**
 * Jensen–Shannon divergence of two samples counted in the same cells: H((r+c)/2) − (H(r)+H(c))/2 over their shares.
 *
 * Source: J. Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Trans. Inf. Theory 37(1) (1991); the square
 * root is a metric: D. M. Endres and J. E. Schindelin, IEEE Trans. Inf. Theory 49(7) (2003).
 */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): JensenShannon {
  checkCells('Jensen–Shannon', reference, current);
  const referenceTotal = totalOf(reference);
  const currentTotal = totalOf(current);
  let sum = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    const r = (reference[cell] as number) / referenceTotal;
    const c = (current[cell] as number) / currentTotal;
    sum += gain(r, (r + c) / 2) + gain(c, (r + c) / 2);
  }
  const divergence = Math.max(0, sum / 2);
  return { divergence, distance: Math.sqrt(divergence) };
}

function gain(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}
