import {
  addValue,
  emptyProfile,
  profileFrom,
  referenceOf,
  type FeatureKind,
  type Profile,
  type Reference,
} from '../../../statistics/index.js';
import { parseTimestamp } from '@pneumograph/contract';
import { fieldAt, type Field, type FoundFeature } from '../features.js';
import type { Comparing, Params } from './params.js';
import type { TYPES } from './params.js';

export type FeatureType = (typeof TYPES)[number];

/** A field whose distribution is followed. */
export interface Feature extends Field {
  readonly type: FeatureType;
  readonly comparing: Comparing;
}

/** A feature with the reference that its bins are frozen by. */
export interface Referenced {
  readonly feature: Feature;
  readonly reference: Reference;
}

const KINDS: Readonly<Record<FeatureType, FeatureKind>> = {
  numeric: 'numeric',
  categorical: 'categorical',
  boolean: 'boolean',
  text: 'length',
  time: 'time',
};

/** Texts with at most so many distinct values, and at most this share of all, are categories. */
const MOST_CATEGORIES = 100;
const MOST_DISTINCT = 0.2;

/** What the definition says of fields. */
export function declared({ features, method, bound }: Params): Feature[] | undefined {
  return features?.map(({ field, type, method: own, bound: ownBound }) => ({
    ...fieldAt(field),
    type,
    comparing: own === undefined ? fitting(type, { method, bound }) : { method: own, bound: ownBound },
  }));
}

/** The fields that records turned out to have. */
export function found(features: readonly FoundFeature[], { method, bound }: Params): Feature[] {
  return features.map(({ name, path, type: kind, values }) => {
    const type = kind === 'number' ? 'numeric' : kind === 'text' ? textType(values) : kind;
    return { name, path, type, comparing: fitting(type, { method, bound }) };
  });
}

function textType(values: readonly unknown[]): FeatureType {
  const texts = values.filter((value) => typeof value === 'string');
  const distinct = new Set(texts).size;
  return distinct <= MOST_CATEGORIES && distinct <= MOST_DISTINCT * texts.length ? 'categorical' : 'text';
}

/** A method for all that does not fit a field's type leaves the choice for that field. */
function fitting(type: FeatureType, comparing: Comparing): Comparing {
  const { method } = comparing;
  const ordered = type !== 'categorical' && type !== 'boolean';
  const needsOrder = method === 'kolmogorov-smirnov' || method?.endsWith('wasserstein');
  return needsOrder && !ordered ? {} : comparing;
}

/** Freezes a feature's bins by a sample of its values. Undefined where none of them is of its type. */
export function pin(
  feature: Feature,
  values: readonly unknown[],
  { bins: cells, edges }: Params
): Referenced | undefined {
  const kind = KINDS[feature.type];
  const sample = values.map((value) => valueOf(feature.type, value));
  try {
    const reference = referenceOf(kind, sample, { cells, by: edges, distinct: true });
    return profileFrom(reference.bins, reference.profile).tally.valid > 0 ? { feature, reference } : undefined;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

/** A profile over the bins of a reference. */
export function begin({ reference }: Referenced): Profile {
  return emptyProfile(reference.bins, { distinct: false });
}

/** @returns the cell of the profile's counts that it fell in, undefined where it is in none */
export function add(profile: Profile, { feature, reference }: Referenced, value: unknown): number | undefined {
  return addValue(
    profile,
    reference.bins,
    feature.type === 'time' ? valueOf('time', value) : value === '' ? null : value
  );
}

/** A value as profiles take it: of times the milliseconds; an empty text is none. */
function valueOf(type: FeatureType, value: unknown): unknown {
  if (type === 'time') {
    return typeof value === 'string' ? timeOf(value) : typeof value === 'number' ? millisOf(value) : value;
  }
  return value === '' ? null : value;
}

/** What is no time stays a text, which is of another type. */
function timeOf(text: string): number | string | null {
  const time = parseTimestamp(text) / 1000;
  return text === '' ? null : Number.isFinite(time) ? time : text;
}

/** Epoch seconds up to the year 5138, milliseconds beyond. */
function millisOf(value: number): number {
  return Math.abs(value) < 1e11 ? value * 1000 : value;
}
