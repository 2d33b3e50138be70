import { CategoryCounts, type CategoryCountsJson } from './category-counts.js';
import { DistinctCount, type DistinctCountJson } from './distinct-count.js';
import { Tally, type TallyJson } from './tally.js';

export interface CategoricalProfileOptions {
  /** How many categories that the reference does not know are told apart; 64 by default. */
  readonly unseenBound?: number;
  readonly distinct?: boolean;
}

export interface CategoricalProfileJson {
  readonly kind: 'categorical';
  readonly tally: TallyJson;
  readonly categories: CategoryCountsJson;
  readonly distinct?: DistinctCountJson;
}

/** All that is kept of one categorical feature over a span of records, in bounded space and mergeable. */
export class CategoricalProfile {
  readonly kind = 'categorical';
  readonly tally: Tally;
  readonly categories: CategoryCounts;
  readonly distinct: DistinctCount | undefined;

  constructor(
    categories: readonly string[],
    { unseenBound, distinct = false }: CategoricalProfileOptions = {},
    json?: CategoricalProfileJson
  ) {
    this.tally = json === undefined ? new Tally() : Tally.from(json.tally);
    this.categories =
      json === undefined
        ? new CategoryCounts(categories, unseenBound)
        : CategoryCounts.from(categories, json.categories, unseenBound);
    if (json?.distinct !== undefined) {
      this.distinct = DistinctCount.from(json.distinct);
    } else {
      this.distinct = json === undefined && distinct ? new DistinctCount() : undefined;
    }
  }

  /** @returns the cell of `counts` that it fell in */
  add(category: string): number {
    this.tally.seen++;
    this.distinct?.addText(category);
    return this.categories.add(category);
  }

  addMissing(): void {
    this.tally.seen++;
    this.tally.missing++;
  }

  /** A value that is not of the feature's type. */
  addMismatch(): void {
    this.tally.seen++;
    this.tally.mismatched++;
  }

  /** Takes in what a profile of the same categories and options has seen. */
  merge(other: CategoricalProfile): void {
    if ((this.distinct === undefined) !== (other.distinct === undefined)) {
      throw new RangeError(
        'categorical profile: expected both or neither to count distinct values, found one that does'
      );
    }
    this.categories.merge(other.categories);
    this.tally.merge(other.tally);
    if (other.distinct !== undefined) {
      this.distinct?.merge(other.distinct);
    }
  }

  /** What distances compare: known categories in their order, then all others as one cell. */
  get counts(): Readonly<Float64Array> {
    return this.categories.counts;
  }

  toJSON(): CategoricalProfileJson {
    return {
      kind: 'categorical',
      tally: this.tally.toJSON(),
      categories: this.categories.toJSON(),
      ...(this.distinct === undefined ? {} : { distinct: this.distinct.toJSON() }),
    };
  }

  static from(
    categories: readonly string[],
    json: CategoricalProfileJson,
    options: CategoricalProfileOptions = {}
  ): CategoricalProfile {
    return new CategoricalProfile(categories, options, json);
  }
}
