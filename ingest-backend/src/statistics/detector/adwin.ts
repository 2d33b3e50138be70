import { checkFinite, checkRange, checkState, checkWhole, type DetectorState, type DriftDetector } from './detector.js';

export interface AdwinOptions {
  /** Confidence δ of a cut: the smaller, the fewer false alarms; 0.002 by default. */
  readonly delta?: number;
  /** Cuts are looked for with every so many values; 32 by default. */
  readonly clock?: number;
  /** Buckets of one size before the two oldest become one of twice the size; 5 by default. */
  readonly maxBuckets?: number;
  /** Values that either side of a cut must have; 5 by default. */
  readonly minWindow?: number;
  /** No cut is looked for before more values than this; 10 by default. */
  readonly gracePeriod?: number;
}

/** Rows of buckets of 1, 2, 4 … values: enough for 2^40 values and more. */
const MAX_ROWS = 40;

/**
 * Adaptive windowing: keeps a window of values as exponential buckets, in memory logarithmic in its length, and tells a change
 * where two parts of it have means further apart than chance allows. For the bound as it is meant, values lie within [0, 1]; on
 * a larger scale its second term fades and the first, a normal approximation, is left.
 *
 * Source: A. Bifet and R. Gavaldà, "Learning from Time-Changing Data with Adaptive Windowing", SDM 2007 (ADWIN2); variances of
 * buckets by B. Babcock et al., PODS 2003. The same alarms as river's `drift.ADWIN`, which also starts a new window after one.
 */
export class Adwin implements DriftDetector {
  readonly #delta: number;
  readonly #clock: number;
  readonly #minWindow: number;
  readonly #gracePeriod: number;
  readonly #capacity: number;
  readonly #totals: Float64Array;
  readonly #variances: Float64Array;
  /** How many buckets each row has. */
  readonly #sizes = new Uint32Array(MAX_ROWS);
  #rows = 1;
  #tick = 0;
  #width = 0;
  #total = 0;
  /** Sum of squared deviations from the window's mean. */
  #deviations = 0;
  #drift = false;
  readonly warning = false;

  constructor({ delta = 0.002, clock = 32, maxBuckets = 5, minWindow = 5, gracePeriod = 10 }: AdwinOptions = {}) {
    checkRange('ADWIN delta', delta, Number.MIN_VALUE, 1);
    checkWhole('ADWIN clock', clock, 1);
    checkWhole('ADWIN maxBuckets', maxBuckets, 1);
    checkWhole('ADWIN minWindow', minWindow, 1);
    checkWhole('ADWIN gracePeriod', gracePeriod, 0);
    this.#delta = delta;
    this.#clock = clock;
    this.#minWindow = minWindow;
    this.#gracePeriod = gracePeriod;
    this.#capacity = maxBuckets + 1;
    this.#totals = new Float64Array(MAX_ROWS * this.#capacity);
    this.#variances = new Float64Array(MAX_ROWS * this.#capacity);
  }

  get drift(): boolean {
    return this.#drift;
  }

  /** Values in the window. */
  get width(): number {
    return this.#width;
  }

  /** Mean of the window, in the values' unit; NaN while it is empty. */
  get mean(): number {
    return this.#total / this.#width;
  }

  reset(): void {
    this.#sizes.fill(0);
    this.#rows = 1;
    this.#tick = 0;
    this.#width = 0;
    this.#total = 0;
    this.#deviations = 0;
    this.#drift = false;
  }

  /** Sums of the window; then of each row, from the newest, the number of buckets and their totals and variances. */
  state(): DetectorState {
    const state = [this.#tick, this.#width, this.#total, this.#deviations, Number(this.#drift)];
    for (let row = 0; row < this.#rows; row++) {
      const start = row * this.#capacity;
      const end = start + (this.#sizes[row] as number);
      state.push(end - start, ...this.#totals.subarray(start, end), ...this.#variances.subarray(start, end));
    }
    return state;
  }

  restore(state: DetectorState): void {
    checkState('ADWIN', state, state.length >= 5);
    const rows: number[][] = [];
    for (let at = 5; at < state.length; at += 1 + 2 * Math.max(0, state[at] as number)) {
      rows.push(state.slice(at + 1, at + 1 + 2 * (state[at] as number)));
    }
    const buckets = rows.reduce((sum, row, index) => sum + (row.length / 2) * 2 ** index, 0);
    const fits = rows.length <= MAX_ROWS && rows.every((row) => row.length < 2 * this.#capacity);
    checkState('ADWIN', state, fits && buckets === state[1]);
    this.reset();
    const [tick, width, total, deviations, drift] = state as [number, number, number, number, number];
    this.#tick = tick;
    this.#width = width;
    this.#total = total;
    this.#deviations = deviations;
    this.#drift = drift === 1;
    this.#rows = Math.max(1, rows.length);
    for (const [index, row] of rows.entries()) {
      const half = row.length / 2;
      this.#sizes[index] = half;
      this.#totals.set(row.slice(0, half), index * this.#capacity);
      this.#variances.set(row.slice(half), index * this.#capacity);
    }
  }

  update(value: number): void {
    checkFinite('ADWIN', value);
    if (this.#drift) {
      this.reset();
    }
    const before = this.#width;
    if (before > 0) {
      const off = value - this.#total / before;
      this.#deviations += (before * off * off) / (before + 1);
    }
    this.#width++;
    this.#total += value;
    this.#push(0, value, 0);
    this.#compress();
    if (++this.#tick % this.#clock === 0 && this.#width > this.#gracePeriod) {
      while (this.#hasCut()) {
        this.#drift = true;
        this.#dropOldest();
      }
    }
  }

  #push(row: number, total: number, variance: number): void {
    const at = row * this.#capacity + (this.#sizes[row] as number);
    this.#totals[at] = total;
    this.#variances[at] = variance;
    (this.#sizes[row] as number) += 1;
  }

  /** Takes the oldest buckets off a row. */
  #shift(row: number, buckets: number): void {
    const start = row * this.#capacity;
    const end = start + (this.#sizes[row] as number);
    this.#totals.copyWithin(start, start + buckets, end);
    this.#variances.copyWithin(start, start + buckets, end);
    (this.#sizes[row] as number) -= buckets;
  }

  /** Joins the two oldest buckets of each row that is full, into the next. */
  #compress(): void {
    for (let row = 0; this.#sizes[row] === this.#capacity && row + 1 < MAX_ROWS; row++) {
      const size = 2 ** row;
      const start = row * this.#capacity;
      const older = this.#totals[start] as number;
      const newer = this.#totals[start + 1] as number;
      const off = older / size - newer / size;
      const variances = (this.#variances[start] as number) + (this.#variances[start + 1] as number);
      this.#push(row + 1, older + newer, variances + size * 0.5 * off * off);
      this.#shift(row, 2);
      this.#rows = Math.max(this.#rows, row + 2);
    }
  }

  #dropOldest(): void {
    const row = this.#rows - 1;
    const size = 2 ** row;
    const total = this.#totals[row * this.#capacity] as number;
    this.#width -= size;
    this.#total -= total;
    const off = total / size - this.#total / this.#width;
    const between = (size * this.#width * off * off) / (size + this.#width);
    this.#deviations -= (this.#variances[row * this.#capacity] as number) + between;
    this.#shift(row, 1);
    if (this.#sizes[row] === 0) {
      this.#rows--;
    }
  }

  /** Whether the window falls into two parts, at some border between buckets, whose means differ. */
  #hasCut(): boolean {
    let older = 0;
    let olderTotal = 0;
    let newer = this.#width;
    let newerTotal = this.#total;
    const confidence = Math.log((2 * Math.log(this.#width)) / this.#delta);
    const spread = 2 * (this.#deviations / this.#width) * confidence;
    for (let row = this.#rows - 1; row >= 0; row--) {
      const size = 2 ** row;
      const start = row * this.#capacity;
      const buckets = this.#sizes[row] as number;
      for (let bucket = 0; bucket < buckets; bucket++) {
        const total = this.#totals[start + bucket] as number;
        older += size;
        newer -= size;
        olderTotal += total;
        newerTotal -= total;
        if (newer < this.#minWindow || newer < 1) {
          return false;
        }
        if (older >= this.#minWindow) {
          const m = 1 / (older - this.#minWindow + 1) + 1 / (newer - this.#minWindow + 1);
          const bound = Math.sqrt(m * spread) + (2 / 3) * confidence * m;
          if (Math.abs(olderTotal / older - newerTotal / newer) > bound) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
