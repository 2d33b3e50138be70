import { compare } from './inventory.js';

interface Named {
  readonly displayName: string;
  readonly values: readonly number[];
}

/**
 * The series whose values have the highest mean, highest first; of equal means the first by name. A notice says how
 * many others there are.
 * @param n how many at most
 */
export function topOf<S extends Named>(series: readonly S[], n: number): { series: S[]; notices: string[] } {
  const ranked = series.map((each) => ({ each, mean: meanOf(each.values) }));
  // Two infinite means differ by NaN, so that the names decide.
  ranked.sort((a, b) => b.mean - a.mean || compare(a.each.displayName, b.each.displayName));
  const top = ranked.slice(0, n).map(({ each }) => each);
  const left = series.length - top.length;
  const text = `${left} of ${series.length} series are left out: those with the highest mean over the range are shown.`;
  return { series: top, notices: left === 0 ? [] : [text] };
}

/** The lowest of all where there is none, so that such a series comes last. */
function meanOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isNaN(mean) ? -Infinity : mean;
}
