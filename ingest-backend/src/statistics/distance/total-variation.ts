import { checkCells, totalOf } from './cells.js';

/**
 * Total variation distance of two samples counted in the same cells: ½ Σ |rᵢ − cᵢ| over their shares, the largest difference
 * in probability that any set of cells has. A metric, from 0 to 1.
 *
 * Source: D. A. Levin, Y. Peres, E. L. Wilmer, "Markov Chains and Mixing Times" (2009), proposition 4.2.
 */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  checkCells('total variation', reference, current);
  const referenceTotal = totalOf(reference);
  const currentTotal = totalOf(current);
  let sum = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    sum += Math.abs((reference[cell] as number) / referenceTotal - (current[cell] as number) / currentTotal);
  }
  return sum / 2;
}
