const GROW_BY = 64;

/** First bin and the counts from it on, −k in place of k empty bins; empty without bins. */
export type BinStoreJson = readonly [first?: number, ...counts: number[]];

/**
 * Counts by whole number, contiguous, at most `maxBins` of them: beyond that the lowest fall together into one. What is
 * kept depends on the highest bin alone, so that merges in any order agree.
 */
export class BinStore {
  readonly #maxBins: number;
  #counts = new Float64Array(0);
  /** Bin of the first count in the array. */
  #first = 0;
  #lowest = Infinity;
  #highest = -Infinity;
  #collapsed = false;
  #total = 0;

  constructor(maxBins: number) {
    this.#maxBins = maxBins;
  }

  add(bin: number, count: number): void {
    const slot = bin - this.#first;
    if (bin >= this.#lowest && bin <= this.#highest) {
      (this.#counts[slot] as number) += count;
    } else {
      const kept = this.#make(bin);
      (this.#counts[kept - this.#first] as number) += count;
    }
    this.#total += count;
  }

  merge(other: BinStore): void {
    for (let bin = other.#highest; bin >= other.#lowest; bin--) {
      const count = other.count(bin);
      if (count > 0) {
        this.add(bin, count);
      }
    }
    this.#collapsed ||= other.#collapsed;
  }

  /** Room for a bin outside of what there is; returns the bin that takes its counts. */
  #make(bin: number): number {
    const highest = Math.max(this.#highest, bin);
    const floor = highest - this.#maxBins + 1;
    const wanted = Math.min(this.#lowest, bin);
    const lowest = Math.max(wanted, floor);
    if (this.#lowest < floor || lowest < this.#first || highest >= this.#first + this.#counts.length) {
      this.#move(lowest, highest);
    }
    this.#collapsed ||= wanted < floor;
    this.#lowest = lowest;
    this.#highest = highest;
    return Math.max(bin, floor);
  }

  #move(lowest: number, highest: number): void {
    const slack = Math.min(GROW_BY, this.#maxBins - (highest - lowest + 1));
    // Half of the slack on either side: nothing says where the next value goes.
    const first = lowest - (slack >> 1);
    const counts = new Float64Array(highest - lowest + 1 + slack);
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      (counts[Math.max(bin, lowest) - first] as number) += this.count(bin);
    }
    this.#counts = counts;
    this.#first = first;
  }

  count(bin: number): number {
    return this.#counts[bin - this.#first] as number;
  }

  get total(): number {
    return this.#total;
  }

  /** Above the highest where there is none. */
  get lowest(): number {
    return this.#lowest;
  }

  get highest(): number {
    return this.#highest;
  }

  /** Whether the lowest bin holds what belongs below it. */
  get collapsed(): boolean {
    return this.#collapsed;
  }

  toJSON(): BinStoreJson {
    if (this.#total === 0) {
      return [];
    }
    const packed: [number, ...number[]] = [this.#lowest];
    for (let bin = this.#lowest, empty = 0; bin <= this.#highest; bin++) {
      const count = this.count(bin);
      if (count === 0) {
        empty++;
      } else {
        if (empty > 0) {
          packed.push(-empty);
        }
        packed.push(count);
        empty = 0;
      }
    }
    return packed;
  }

  static from(maxBins: number, json: BinStoreJson, collapsed: boolean): BinStore {
    if (!json.every((item) => Number.isSafeInteger(item))) {
      throw new RangeError(`quantile sketch: expected a first bin and whole counts, found ${JSON.stringify(json)}`);
    }
    const store = new BinStore(maxBins);
    let bin = json[0] ?? 0;
    for (const count of json.slice(1) as readonly number[]) {
      if (count > 0) {
        store.add(bin++, count);
      } else {
        bin -= count;
      }
    }
    store.#collapsed ||= collapsed;
    return store;
  }
}
