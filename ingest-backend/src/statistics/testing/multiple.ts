/** How p-values of many features are corrected, lest one of them is small by chance. */
export type Correction = 'benjamini-hochberg' | 'holm' | 'bonferroni' | 'none';

/**
 * Corrected p-values, in the order given: a feature is found where its own is at most the level wanted.
 * - `bonferroni`: m·p; `holm`: the same stepping down, never weaker: both bound the chance of any false finding. S. Holm,
 *   Scand. J. Stat. 6 (1979).
 * - `benjamini-hochberg`: bounds the expected share of false ones among those found, for independent or positively
 *   dependent features. Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57 (1995). scipy's `false_discovery_control`.
 *
 * @param pValues from 0 to 1
 */
export function adjustPValues(pValues: readonly number[], correction: Correction): number[] {
  const wrong = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) {
    throw new RangeError(`p-values: expected from 0 to 1, found ${pValues[wrong]} at ${wrong}`);
  }
  const m = pValues.length;
  const adjusted = [...pValues];
  if (correction === 'none') {
    return adjusted;
  }
  if (correction === 'bonferroni') {
    return adjusted.map((p) => Math.min(1, p * m));
  }
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  if (correction === 'holm') {
    let highest = 0;
    for (const [rank, { p, index }] of ascending.entries()) {
      highest = Math.max(highest, Math.min(1, p * (m - rank)));
      adjusted[index] = highest;
    }
    return adjusted;
  }
  let lowest = 1;
  for (let rank = m; rank >= 1; rank--) {
    const { p, index } = ascending[rank - 1] as { p: number; index: number };
    lowest = Math.min(lowest, (p * m) / rank);
    adjusted[index] = lowest;
  }
  return adjusted;
}
