import { checkCells, totalOf } from './cells.js';

/**
 * Hellinger distance of two samples counted in the same cells: √(½ Σ (√rᵢ − √cᵢ)²) over their shares. A metric, from 0 (the
 * same shares) to 1 (no cell in common).
 *
 * Source: E. Hellinger, J. reine angew. Math. 136 (1909); L. Le Cam and G. L. Yang, "Asymptotics in Statistics" (2000), 3.
 */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  checkCells('Hellinger', reference, current);
  const referenceTotal = totalOf(reference);
  const currentTotal = totalOf(current);
  let sum = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    const r = (reference[cell] as number) / referenceTotal;
    const c = (current[cell] as number) / currentTotal;
    sum += (Math.sqrt(r) - Math.sqrt(c)) ** 2;
  }
  return Math.sqrt(sum / 2);
}
