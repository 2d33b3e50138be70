import {
  CategoricalProfile,
  type CategoricalProfileJson,
  NumericProfile,
  type NumericProfileJson,
} from '../profile/index.js';

/** What a feature's values are; `length` counts the characters of a text, `time` the hours of a day or week. */
export type FeatureKind = 'numeric' | 'categorical' | 'boolean' | 'length' | 'time';

/** Over what a time of day or week is told; in UTC, a week begins on Monday. */
export type Cycle = 'day' | 'week';

/** The cells that a feature's values are counted in; they never move once a reference has them. */
export type Bins =
  | { readonly kind: 'numeric' | 'length'; readonly edges: readonly number[] }
  | { readonly kind: 'time'; readonly cycle: Cycle }
  | { readonly kind: 'categorical'; readonly categories: readonly string[] }
  | { readonly kind: 'boolean' };

export type Profile = NumericProfile | CategoricalProfile;
export type ProfileJson = NumericProfileJson | CategoricalProfileJson;

export interface ProfileOptions {
  /** Relative accuracy of quantiles, 0.01 by default. */
  readonly accuracy?: number;
  readonly maxBins?: number;
  /** Whether distinct values are counted. */
  readonly distinct?: boolean;
  /** How many categories that the reference does not know are told apart. */
  readonly unseenBound?: number;
}

const HOUR = 3_600_000;
const BOOLEANS = ['false', 'true'];
/** The epoch was a Thursday. */
const MONDAY_OFFSET = 3 * 24 * HOUR;

/** Hours, with their fraction, since the cycle's last beginning: from 0 to below 24 or 168. */
export function hoursIn(cycle: Cycle, epochMillis: number): number {
  const length = hoursOf(cycle) * HOUR;
  const since = (epochMillis + (cycle === 'week' ? MONDAY_OFFSET : 0)) % length;
  return (since < 0 ? since + length : since) / HOUR;
}

function hoursOf(cycle: Cycle): number {
  return cycle === 'day' ? 24 : 7 * 24;
}

/** Edges of numeric cells, in the unit of the profile's values: the feature's, characters, or hours. */
function edgesOf(bins: Extract<Bins, { kind: 'numeric' | 'length' | 'time' }>): readonly number[] {
  return bins.kind === 'time' ? Array.from({ length: hoursOf(bins.cycle) - 1 }, (_, hour) => hour + 1) : bins.edges;
}

/**
 * An empty profile over these bins. Booleans are counted as the categories `false` and `true`, lengths and hours
 * (`hoursIn`) as numbers.
 */
export function emptyProfile(bins: Bins, options: ProfileOptions = {}): Profile {
  switch (bins.kind) {
    case 'categorical':
      return new CategoricalProfile(bins.categories, options);
    case 'boolean':
      return new CategoricalProfile(BOOLEANS, options);
    default:
      return new NumericProfile(edgesOf(bins), options);
  }
}

/** A profile from its JSON and the bins that it was made over. */
export function profileFrom(bins: Bins, json: ProfileJson, options: ProfileOptions = {}): Profile {
  const categorical = bins.kind === 'categorical' || bins.kind === 'boolean';
  if (categorical !== (json.kind === 'categorical')) {
    throw new RangeError(`profile: expected one for ${bins.kind} values, found a ${json.kind} one`);
  }
  if (json.kind === 'numeric') {
    return NumericProfile.from(edgesOf(bins as Extract<Bins, { kind: 'numeric' | 'length' | 'time' }>), json);
  }
  return CategoricalProfile.from(bins.kind === 'categorical' ? bins.categories : BOOLEANS, json, options);
}

/**
 * Adds a value of a sample: a number; a text, by its length where the bins say so; a boolean; or an instant in epoch
 * milliseconds. null and undefined are missing, what is of another type is a mismatch.
 * @returns the cell of the profile's counts that it fell in, undefined where it is in none
 */
export function addValue(profile: Profile, bins: Bins, value: unknown): number | undefined {
  if (value === null || value === undefined) {
    profile.addMissing();
    return undefined;
  }
  if (profile.kind === 'categorical') {
    if (bins.kind === 'boolean' ? typeof value === 'boolean' : typeof value === 'string') {
      return profile.add(`${value as string | boolean}`);
    }
  } else if (bins.kind === 'length' && typeof value === 'string') {
    return profile.add(value.length);
  } else if (bins.kind !== 'length' && typeof value === 'number') {
    return profile.add(bins.kind === 'time' ? hoursIn(bins.cycle, value) : value);
  }
  profile.addMismatch();
  return undefined;
}
