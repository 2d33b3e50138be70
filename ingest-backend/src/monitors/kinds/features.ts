import { z } from 'zod';
import { parseTimestamp } from '@pneumograph/contract';
import { pathOf } from './field.js';

/** What the values of a field are. */
export const FEATURE_TYPES = ['number', 'text', 'boolean', 'time'] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

/** A field of the records, by its path. */
export const fieldPath = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export interface Field {
  /** How people call it: `address.city`; `value` where the record is the value itself. */
  readonly name: string;
  readonly path: readonly string[];
}

/** A field that records turned out to have, and the values that told so. */
export interface FoundFeature extends Field {
  readonly type: FeatureType;
  /** In the order of the records; undefined where one had none. */
  readonly values: readonly unknown[];
}

const DEEPEST = 3;
const MOST_FEATURES = 100;
/** Characters of a text that are kept while it is found out what it is: its length counts up to here. */
const LONGEST_TEXT = 1000;

export function fieldAt(path: string | readonly string[] | undefined): Field {
  const keys = pathOf(path);
  return { path: keys, name: keys.length === 0 ? 'value' : keys.join('.') };
}

/** Finds out from the first records which fields there are, and of what type. Arrays are passed over. */
export class FeatureFinder {
  readonly #values = new Map<string, unknown[]>();
  #records: number;

  /** @param state what `snapshot` gave */
  constructor(
    readonly wanted: number,
    state?: FinderState
  ) {
    this.#records = state?.records ?? 0;
    state?.values.forEach(([key, values]) => this.#values.set(key, values.map(fromJson)));
  }

  get complete(): boolean {
    return this.#records >= this.wanted;
  }

  get records(): number {
    return this.#records;
  }

  add(record: unknown): void {
    this.#visit(record, []);
    this.#records++;
  }

  /** What was found; fields that were always empty are none. */
  features(): FoundFeature[] {
    return [...this.#values].flatMap(([key, found]) => {
      const type = typeOf(found);
      const values = Array.from({ length: this.#records }, (_, index) => found[index] ?? undefined);
      return type === undefined ? [] : [{ ...fieldAt(JSON.parse(key) as string[]), type, values }];
    });
  }

  snapshot(): FinderState {
    return {
      records: this.#records,
      values: [...this.#values].map(([key, values]) => [key, Array.from(values, toJson)]),
    };
  }

  #visit(value: unknown, path: readonly string[]): void {
    if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value) && path.length < DEEPEST) {
        Object.entries(value).forEach(([name, inner]) => this.#visit(inner, [...path, name]));
      }
      return;
    }
    const key = JSON.stringify(path);
    let values = this.#values.get(key);
    if (values === undefined) {
      if (value === null || value === undefined || this.#values.size >= MOST_FEATURES) {
        return;
      }
      values = [];
      this.#values.set(key, values);
    }
    values[this.#records] = typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value;
  }
}

export interface FinderState {
  readonly records: number;
  readonly values: ReadonlyArray<readonly [key: string, values: readonly unknown[]]>;
}

/** Numbers that JSON has not are texts in a list: no value is one itself. */
function toJson(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? [String(value)] : (value ?? null);
}

function fromJson(value: unknown): unknown {
  return Array.isArray(value) ? Number(value[0]) : value;
}

/** The type of most values; undefined where none tells one. */
function typeOf(values: readonly unknown[]): FeatureType | undefined {
  const counts = new Map<FeatureType, number>();
  for (const value of values) {
    const type = typeOfValue(value);
    if (type !== undefined) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0];
}

function typeOfValue(value: unknown): FeatureType | undefined {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return value === '' ? undefined : Number.isFinite(parseTimestamp(value)) ? 'time' : 'text';
    default:
      return undefined;
  }
}

const LONGEST_SHOWN = 200;

/** A value as evidence shows it: short, and of any kind. */
export function shown(value: unknown): unknown {
  const text = JSON.stringify(value) ?? null;
  return text === null || text.length <= LONGEST_SHOWN ? (value ?? null) : `${text.slice(0, LONGEST_SHOWN)}…`;
}
