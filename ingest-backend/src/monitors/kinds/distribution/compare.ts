import {
  adjustPValues,
  chooseTest,
  compareProfiles,
  isDrift,
  type Choice,
  type Comparison,
  type Measure,
  type Profile,
} from '../../../statistics/index.js';
import type { Referenced } from './feature.js';
import type { Examples } from './examples.js';
import type { Params } from './params.js';

/** How a feature's window compares with its reference. */
export interface Outcome extends Pair {
  readonly choice: Choice;
  readonly comparison: Comparison;
  /** After the correction for many features; undefined of distances. */
  readonly adjusted: number | undefined;
  readonly drifted: boolean;
}

export interface Pair {
  readonly referenced: Referenced;
  readonly profile: Profile;
  readonly reference: Profile;
  /** Records of the window. */
  readonly examples: Examples;
}

/** Thresholds of measures, where nobody says one; of tests the level. */
const BOUNDS: Readonly<Partial<Record<Measure, number>>> = {
  psi: 0.25,
  'jensen-shannon': 0.1,
  hellinger: 0.1,
  'total-variation': 0.1,
  'cramers-v': 0.1,
  'normalised-wasserstein': 0.1,
};
const TESTS: readonly Measure[] = ['kolmogorov-smirnov', 'chi-square'];

/** Compares the features of a window; those that have too few values on a side are left out. */
export function compareAll(pairs: readonly Pair[], params: Params): Outcome[] {
  const compared = pairs.map((pair) => {
    const choice = choose(pair, params);
    return { ...pair, choice, comparison: compareProfiles(pair.reference, pair.profile, choice.measure) };
  });
  const tested = compared.filter(({ choice }) => choice.drift === 'pValueBelow');
  const adjusted = adjustPValues(
    tested.map(({ comparison }) => comparison.pValue ?? 1),
    params.correction
  );
  return compared.map((one) => {
    const pValue = adjusted[tested.indexOf(one)];
    const { value } = one.comparison;
    const drifted = isDrift(one.choice, pValue === undefined ? { value } : { value, pValue });
    return { ...one, adjusted: pValue, drifted };
  });
}

/** Why nothing is compared of a feature where its reference has no valid value, or fewer than are wanted now. */
export function isComparable({ profile, reference }: Pair, minimum: number): boolean {
  return profile.tally.valid >= minimum && reference.tally.valid > 0;
}

function choose({ referenced: { feature }, profile, reference }: Pair, { level }: Params): Choice {
  const { method = 'auto', bound } = feature.comparing;
  if (method === 'auto') {
    const kind = feature.type === 'text' ? 'length' : feature.type;
    const distinct = Math.round(reference.distinct?.estimate() ?? NaN);
    return chooseTest({
      kind,
      reference: reference.tally.valid,
      current: profile.tally.valid,
      level,
      ...(Number.isFinite(distinct) && kind !== 'categorical' ? { distinct } : {}),
    });
  }
  const isTest = TESTS.includes(method);
  const threshold = bound ?? (isTest ? level : (BOUNDS[method] ?? usualWasserstein(reference)));
  const drift = isTest ? 'pValueBelow' : 'valueAbove';
  return { measure: method, drift, threshold, reason: `${method}: as the definition says` };
}

/** In the values' unit: a tenth of the reference's deviation. */
function usualWasserstein(reference: Profile): number {
  return reference.kind === 'numeric' ? 0.1 * reference.moments.standardDeviation : 0.1;
}
