import {
  chiSquare,
  cramersV,
  hellinger,
  jensenShannon,
  kolmogorovSmirnovOfSketches,
  populationStabilityIndex,
  totalVariation,
  wassersteinOfSketches,
} from '../distance/index.js';
import type { Profile } from '../reference/index.js';

/** By what two profiles are compared. */
export const MEASURES = [
  'psi',
  'jensen-shannon',
  'hellinger',
  'total-variation',
  'chi-square',
  'cramers-v',
  'kolmogorov-smirnov',
  'wasserstein',
  'normalised-wasserstein',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface Comparison {
  readonly measure: Measure;
  /** The distance, or the test's statistic; 0 where both are alike. */
  readonly value: number;
  /** Of a test. */
  readonly pValue?: number;
  /** What the raw values would give differs from `value` by at most this; absent where it is exact for these bins. */
  readonly bound?: number;
}

/** Below this many expected values of a cell the chi-square distribution fits badly; W. G. Cochran (1954). */
const MINIMUM_EXPECTED = 5;

/**
 * How far a profile has moved from the reference's, over the same bins. `jensen-shannon` is the distance (base 2),
 * `normalised-wasserstein` is divided by the reference's standard deviation (and infinite where that is 0 and something moved);
 * `chi-square` pools cells with fewer than 5 expected values.
 *
 * @throws RangeError where the bins differ, one side has no valid value, or the measure needs numbers and finds categories
 */
export function compareProfiles(reference: Profile, current: Profile, measure: Measure): Comparison {
  const r = reference.counts;
  const c = current.counts;
  switch (measure) {
    case 'psi':
      return { measure, value: populationStabilityIndex(r, c) };
    case 'jensen-shannon':
      return { measure, value: jensenShannon(r, c).distance };
    case 'hellinger':
      return { measure, value: hellinger(r, c) };
    case 'total-variation':
      return { measure, value: totalVariation(r, c) };
    case 'cramers-v':
      return { measure, value: cramersV(r, c) };
    case 'chi-square': {
      const { statistic, pValue } = chiSquare(r, c, MINIMUM_EXPECTED);
      return { measure, value: statistic, pValue };
    }
  }
  if (reference.kind !== 'numeric' || current.kind !== 'numeric') {
    throw new RangeError(`${measure}: expected numbers, found a ${reference.kind} and a ${current.kind} profile`);
  }
  if (measure === 'kolmogorov-smirnov') {
    const { statistic, pValue, bound } = kolmogorovSmirnovOfSketches(reference.quantiles, current.quantiles);
    return { measure, value: statistic, pValue, bound };
  }
  const { distance, bound } = wassersteinOfSketches(reference.quantiles, current.quantiles);
  const unit = measure === 'wasserstein' ? 1 : reference.moments.standardDeviation;
  return { measure, value: distance === 0 ? 0 : distance / unit, bound: bound / unit };
}
