import { totalOf } from './cells.js';
import { chiSquare } from './chi-square.js';

/**
 * Cramér's V of which sample a value is from and which cell it falls in: √(χ²/n), as a table of two rows has it. From 0 (alike) to
 * 1 (no cell in common): the strength of what the chi-square test finds, whatever the number of values. scipy's
 * `contingency.association(…, method='cramer')`.
 *
 * Source: H. Cramér, "Mathematical Methods of Statistics" (1946), 21.9.
 */
export function cramersV(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const { statistic, degreesOfFreedom } = chiSquare(reference, current);
  return degreesOfFreedom === 0 ? 0 : Math.sqrt(statistic / (totalOf(reference) + totalOf(current)));
}
