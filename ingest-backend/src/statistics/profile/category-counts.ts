import { FrequentItems, type FrequentItemsJson } from './frequent-items.js';

export interface CategoryCountsJson {
  /** In the order of the categories. */
  readonly known: readonly number[];
  readonly unseen?: FrequentItemsJson;
}

const DEFAULT_UNSEEN = 64;
/** Characters: unseen categories may be texts of any length, and a profile's size is bounded. */
const LONGEST_UNSEEN = 200;

/**
 * Exact counts of known categories, and of those that the reference does not know as many as the bound keeps; of these,
 * texts that begin with the same 200 characters are one.
 */
export class CategoryCounts {
  readonly categories: readonly string[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #known: Float64Array;
  #unseen: FrequentItems;

  /**
   * @param categories the known ones, without repetition; may be empty
   * @param unseenBound how many others are told apart
   */
  constructor(categories: readonly string[], unseenBound = DEFAULT_UNSEEN) {
    this.categories = categories;
    this.#index = new Map(categories.map((category, index) => [category, index]));
    if (this.#index.size !== categories.length) {
      const twice = categories.find((category, index) => categories.indexOf(category) !== index);
      throw new RangeError(`categories: expected each once, found ${twice} twice`);
    }
    this.#known = new Float64Array(categories.length);
    this.#unseen = new FrequentItems(unseenBound);
  }

  /** @returns the cell of `counts` that it fell in */
  add(category: string): number {
    const index = this.#index.get(category);
    if (index === undefined) {
      this.#unseen.add(category.length > LONGEST_UNSEEN ? `${category.slice(0, LONGEST_UNSEEN)}…` : category);
      return this.#known.length;
    }
    (this.#known[index] as number) += 1;
    return index;
  }

  merge(other: CategoryCounts): void {
    if (
      other.categories.length !== this.categories.length ||
      !other.categories.every((name) => this.#index.has(name))
    ) {
      throw new RangeError(`categories: expected ${this.categories.join(', ')}, found ${other.categories.join(', ')}`);
    }
    for (const [index, name] of other.categories.entries()) {
      (this.#known[this.#index.get(name) as number] as number) += other.#known[index] as number;
    }
    this.#unseen.merge(other.#unseen);
  }

  /** Of the known ones, in their order. */
  get known(): Readonly<Float64Array> {
    return this.#known;
  }

  /** Of those the reference does not know. */
  get unseen(): FrequentItems {
    return this.#unseen;
  }

  /** Known ones in their order, then all others as one cell: what distances compare. */
  get counts(): Float64Array {
    const all = new Float64Array(this.#known.length + 1);
    all.set(this.#known);
    all[this.#known.length] = this.#unseen.total;
    return all;
  }

  get total(): number {
    return this.#known.reduce((sum, count) => sum + count, this.#unseen.total);
  }

  toJSON(): CategoryCountsJson {
    const known = Array.from(this.#known);
    return this.#unseen.total === 0 ? { known } : { known, unseen: this.#unseen.toJSON() };
  }

  static from(categories: readonly string[], json: CategoryCountsJson, unseenBound = DEFAULT_UNSEEN): CategoryCounts {
    const counts = new CategoryCounts(categories, unseenBound);
    if (json.known.length !== categories.length || !json.known.every((count) => count >= 0)) {
      throw new RangeError(`categories: expected ${categories.length} counts, found ${JSON.stringify(json.known)}`);
    }
    counts.#known.set(json.known);
    if (json.unseen !== undefined) {
      counts.#unseen = FrequentItems.from(unseenBound, json.unseen);
    }
    return counts;
  }
}
