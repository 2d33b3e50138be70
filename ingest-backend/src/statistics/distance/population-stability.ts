import { checkCells, totalOf } from './cells.js';

/**
 * Population stability index of two samples counted in the same cells: Σ (cᵢ − rᵢ) ln(cᵢ/rᵢ) over the shares r of the
 * reference and c of the current, Jeffreys' divergence. From 0, without upper bound, in nats; by custom below 0.1 is stable
 * and above 0.25 a shift.
 *
 * Source: H. Jeffreys, Proc. R. Soc. A 186 (1946); as an index of score cards N. Siddiqi, "Credit Risk Scorecards" (2006).
 *
 * @param smoothing added to the count of each cell on both sides before shares are taken, so that an empty cell costs a
 *   finite amount that shrinks as more is seen; 0.5 (R. Krichevsky and V. Trofimov, IEEE Trans. Inf. Theory 27 (1981))
 *   by default. With 0, a cell that is empty on one side alone makes the index infinite.
 */
export function populationStabilityIndex(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  smoothing = 0.5
): number {
  checkCells('population stability index', reference, current);
  const cells = reference.length;
  const referenceTotal = totalOf(reference) + smoothing * cells;
  const currentTotal = totalOf(current) + smoothing * cells;
  let index = 0;
  for (let cell = 0; cell < cells; cell++) {
    const r = ((reference[cell] as number) + smoothing) / referenceTotal;
    const c = ((current[cell] as number) + smoothing) / currentTotal;
    if (r !== c) {
      index += (c - r) * Math.log(c / r);
    }
  }
  return index;
}
