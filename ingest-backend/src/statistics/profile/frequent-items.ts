export interface FrequentItemsJson {
  readonly total: number;
  readonly slack: number;
  readonly items: Readonly<Record<string, number>>;
}

export interface Item {
  readonly item: string;
  /** Seen at least so often, and at most `slack` more. */
  readonly count: number;
}

/**
 * The most frequent of a stream of strings in bounded space: exact up to `bound` distinct ones. Whenever twice as many are
 * held, the count that comes after the `bound` highest is taken off all, and who has none left is dropped; what was taken
 * off in all is the slack, at most total/(bound + 1).
 *
 * Source: J. Misra and D. Gries, "Finding Repeated Elements", Sci. Comput. Program. 2 (1982), merged as P. K. Agarwal et al.,
 * "Mergeable Summaries", ACM TODS 38(4) (2013), and pruned in bulk as D. Anderson et al., "A High-Performance Algorithm
 * for Identifying Frequent Items in Data Streams", IMC 2017.
 */
export class FrequentItems {
  readonly bound: number;
  readonly #counts = new Map<string, number>();
  #total = 0;
  #slack = 0;

  constructor(bound: number) {
    if (!Number.isInteger(bound) || bound < 1) {
      throw new RangeError(`frequent items: expected a whole bound from 1, found ${bound}`);
    }
    this.bound = bound;
  }

  add(item: string, count = 1): void {
    this.#total += count;
    this.#take(item, count);
    if (this.#counts.size > 2 * this.bound) {
      this.#prune();
    }
  }

  /** Takes in what the other has seen. Commutative; associative where nothing was dropped, within the slack otherwise. */
  merge(other: FrequentItems): void {
    for (const [item, count] of other.#counts) {
      this.#take(item, count);
    }
    this.#total += other.#total;
    this.#slack += other.#slack;
    if (this.#counts.size > 2 * this.bound) {
      this.#prune();
    }
  }

  #take(item: string, count: number): void {
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + count);
  }

  #prune(): void {
    const descending = Float64Array.from(this.#counts.values()).sort().reverse();
    const cut = descending[this.bound] as number;
    this.#slack += cut;
    for (const [item, count] of this.#counts) {
      if (count > cut) {
        this.#counts.set(item, count - cut);
      } else {
        this.#counts.delete(item);
      }
    }
  }

  /** All that was seen, held or dropped. */
  get total(): number {
    return this.#total;
  }

  /** By how much any count may be too small; 0 while all are exact. */
  get slack(): number {
    return this.#slack;
  }

  /** Held ones, the most frequent first, equals by name. */
  items(): readonly Item[] {
    return [...this.#counts]
      .map(([item, count]) => ({ item, count }))
      .sort((a, b) => b.count - a.count || (a.item < b.item ? -1 : 1));
  }

  toJSON(): FrequentItemsJson {
    const items = Object.fromEntries(this.items().map(({ item, count }) => [item, count]));
    return { total: this.#total, slack: this.#slack, items };
  }

  static from(bound: number, json: FrequentItemsJson): FrequentItems {
    const frequent = new FrequentItems(bound);
    for (const [item, count] of Object.entries(json.items)) {
      frequent.#take(item, count);
    }
    frequent.#total = json.total;
    frequent.#slack = json.slack;
    return frequent;
  }
}
