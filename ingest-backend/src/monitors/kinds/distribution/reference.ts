import path from 'node:path';
import { formatTimestamp, type Micros } from '@pneumograph/contract';
import { readSample } from '../../../streams/index.js';
import { fieldOf } from '../field.js';
import { FeatureFinder, type FinderState, type FoundFeature } from '../features.js';
import { declared, found, pin, type Feature, type Referenced } from './feature.js';
import type { Params } from './params.js';

/** Records of a range of time that are taken for the reference at most: the first ones. */
const MOST = 20_000;

/** Makes the reference of the records that come, until there are enough of them. */
export class Learner {
  readonly #finder: FeatureFinder;

  constructor(
    private readonly params: Params,
    state?: FinderState
  ) {
    const { reference } = params;
    this.#finder = new FeatureFinder('records' in reference ? reference.records : MOST, state);
  }

  /**
   * Takes a record, and gives the reference once it is complete. A record that is not of the reference any more is not taken.
   * @throws Error where the reference does not fit the records
   */
  take(value: unknown, time: Micros): { readonly pinned: readonly Referenced[]; readonly taken: boolean } | undefined {
    const { reference } = this.params;
    if ('from' in reference) {
      if (time >= reference.to) {
        return { pinned: this.#pin(`from ${iso(reference.from)} to ${iso(reference.to)}`), taken: false };
      }
      if (time >= reference.from && !this.#finder.complete) {
        this.#finder.add(value);
      }
      return undefined;
    }
    this.#finder.add(value);
    return this.#finder.complete ? { pinned: this.#pin(`the first ${this.#finder.records}`), taken: true } : undefined;
  }

  snapshot(): FinderState {
    return this.#finder.snapshot();
  }

  #pin(what: string): Referenced[] {
    if (this.#finder.records === 0) {
      throw new Error(`reference: expected records ${what}, found none: the stream begins later`);
    }
    return pinAll(this.#finder.features(), this.params, `the records ${what}`);
  }
}

/**
 * Reads the reference of a file.
 * @param folder that its path is relative to
 * @throws Error where it cannot be read, or does not have the fields that are declared
 */
export function referenceOfFile(file: string, folder: string, params: Params): Referenced[] {
  const place = path.resolve(folder, file);
  const records = readSample(place);
  const finder = new FeatureFinder(Infinity);
  records.forEach((record) => finder.add(record));
  const features = finder.features();
  // Fields that the finder passes over, since it looks three levels deep, can be declared all the same.
  return pinAll(features, params, file, (feature) => records.map((record) => fieldOf(record, feature.path)));
}

function pinAll(
  features: readonly FoundFeature[],
  params: Params,
  place: string,
  read?: (feature: Feature) => readonly unknown[]
): Referenced[] {
  const wanted = declared(params);
  const problems: string[] = [];
  const pinned = (wanted ?? found(features, params)).flatMap((feature) => {
    const values = features.find(({ name }) => name === feature.name)?.values ?? read?.(feature) ?? [];
    const referenced = pin(feature, values, params);
    if (referenced === undefined && wanted !== undefined) {
      const types = new Set(values.flatMap((value) => (value === null || value === undefined ? [] : [typeof value])));
      const what = types.size === 0 ? 'no value' : `values of the type ${[...types].join(', ')}`;
      problems.push(`${feature.name}: expected values of the type ${feature.type} in ${place}, found ${what}`);
    }
    return referenced ?? [];
  });
  if (problems.length === 0 && pinned.length === 0) {
    problems.push(`expected fields with values in ${place}, found none`);
  }
  if (problems.length > 0) {
    throw new Error(`reference: ${problems.join('; ')}`);
  }
  return pinned;
}

function iso(time: Micros): string {
  return formatTimestamp(time);
}
