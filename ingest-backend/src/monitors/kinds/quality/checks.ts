import { parseTimestamp } from '@pneumograph/contract';
import type { Field, FeatureType, FoundFeature } from '../features.js';
import { fieldAt } from '../features.js';
import type { Params } from './params.js';

/** What can be wrong with a value. */
export const CHECKS = ['missing', 'mismatch', 'nan', 'outOfRange', 'unseen'] as const;
export type Check = (typeof CHECKS)[number];

/** What a field's values shall be. */
export interface Expectation extends Field {
  readonly type: FeatureType | undefined;
  readonly min: number;
  readonly max: number;
  /** Texts that were seen; undefined where any is right. */
  readonly categories: ReadonlySet<string> | undefined;
  /** Share of the records that had no value while they were learned. */
  readonly missing: number;
}

/** Texts of which a field has more than so many distinct ones are no categories. */
const MOST_CATEGORIES = 50;
/** And of which more than this share is distinct. */
const MOST_DISTINCT = 0.2;

/** What the configuration says of fields. */
export function declared({ features }: Params): Expectation[] {
  return features.map(({ field, type, min = -Infinity, max = Infinity, categories }) => {
    const implied = min > -Infinity || max < Infinity ? 'number' : categories === undefined ? undefined : 'text';
    const set = categories === undefined ? undefined : new Set(categories);
    return { ...fieldAt(field), type: type ?? implied, min, max, categories: set, missing: 0 };
  });
}

/**
 * What the first records say of a field: its type, how often it is missing, its categories, and a range that reaches beyond theirs by
 * their spread on either side, since a sample of a thousand has not seen the extremes.
 */
export function learned({ name, path, type, values }: FoundFeature): Expectation {
  const present = values.filter((value) => value !== undefined && value !== null && value !== '');
  const missing = values.length === 0 ? 0 : 1 - present.length / values.length;
  const expectation = { name, path, type, min: -Infinity, max: Infinity, categories: undefined, missing };
  if (type === 'number') {
    const numbers = present.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
    const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
    const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
    const spread = high - low;
    // Of values that were all the same a range says nothing.
    return spread > 0 ? { ...expectation, min: low - spread, max: high + spread } : expectation;
  }
  if (type === 'text') {
    const distinct = new Set(present.filter((value): value is string => typeof value === 'string'));
    const isCategory = distinct.size <= MOST_CATEGORIES && distinct.size <= MOST_DISTINCT * present.length;
    return { ...expectation, categories: isCategory ? distinct : undefined };
  }
  return expectation;
}

const NO_NUMBER = /^\s*[-+]?(nan|inf|infinity)\s*$/i;

/** What is wrong with a value, if anything is. */
export function judge({ type, min, max, categories }: Expectation, value: unknown): Check | undefined {
  if (value === undefined || value === null || value === '') {
    return 'missing';
  }
  if (typeof value === 'number' && value - value !== 0) {
    return type === undefined || type === 'number' ? 'nan' : 'mismatch';
  }
  switch (type) {
    case 'number':
      if (typeof value === 'number') {
        return value < min || value > max ? 'outOfRange' : undefined;
      }
      return typeof value === 'string' && NO_NUMBER.test(value) ? 'nan' : 'mismatch';
    case 'text':
      return typeof value !== 'string'
        ? 'mismatch'
        : categories === undefined || categories.has(value)
          ? undefined
          : 'unseen';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'mismatch';
    case 'time':
      return typeof value === 'number' || (typeof value === 'string' && Number.isFinite(parseTimestamp(value)))
        ? undefined
        : 'mismatch';
    case undefined:
      return typeof value === 'string' && NO_NUMBER.test(value) ? 'nan' : undefined;
  }
}
