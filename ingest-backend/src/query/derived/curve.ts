import type { Micros } from '@pneumograph/contract';
import type { SpreadSeries } from '../../store/index.js';

/**
 * A number for each bucket of an axis, by the bucket's place on it: of a hundred models there are hundreds of thousands,
 * and a map of them costs many times as much as they do. A bucket that no report speaks for has no number.
 */
export class Curve {
  static readonly NOTHING = new Curve(0, 1, new Float64Array());

  readonly #base: Micros;
  readonly #width: Micros;
  /** NaN where nothing is told. */
  readonly #values: Float64Array;

  private constructor(base: Micros, width: Micros, values: Float64Array) {
    this.#base = base;
    this.#width = width;
    this.#values = values;
  }

  /** @param width of the buckets that were asked for */
  static of(width: Micros, { base, values }: Pick<SpreadSeries, 'base' | 'values'>): Curve {
    return new Curve(base, width, values);
  }

  /** The sum of curves of one axis, bucket by bucket. */
  static sum(all: readonly Curve[]): Curve {
    const told = all.filter(({ isEmpty }) => !isEmpty);
    const [first, ...others] = told;
    if (first === undefined || others.length === 0) {
      return first ?? Curve.NOTHING;
    }
    const sums = new Float64Array(Math.max(...told.map((curve) => curve.#values.length))).fill(NaN);
    for (const curve of told) {
      for (let index = 0; index < curve.#values.length; index++) {
        const value = curve.#values[index] as number;
        if (!Number.isNaN(value)) {
          const known = sums[index] as number;
          sums[index] = Number.isNaN(known) ? value : known + value;
        }
      }
    }
    return new Curve(first.#base, first.#width, sums);
  }

  /** Whether no report speaks for any bucket. */
  get isEmpty(): boolean {
    return this.first === Infinity;
  }

  /** Number of buckets from the start of the axis on, beyond which nothing is told. */
  get length(): number {
    return this.#values.length;
  }

  /** Start of the first bucket that reports speak for; Infinity where there is none. */
  get first(): Micros {
    const index = this.#values.findIndex((value) => !Number.isNaN(value));
    return index === -1 ? Infinity : this.#base + index * this.#width;
  }

  /** @param index of a bucket of the axis */
  at(index: number): number | undefined {
    const value = this.#values[index];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** So many buckets from the start of the axis on, NaN where nothing is told. */
  along(count: number): Float64Array {
    const all = new Float64Array(count).fill(NaN);
    all.set(this.#values.subarray(0, count));
    return all;
  }

  /** So many buckets from the start of the axis on, 0 where nothing is told. */
  dense(count: number): Float64Array {
    return this.along(count).map((value) => (Number.isNaN(value) ? 0 : value));
  }

  /** Goes through the buckets that reports speak for, in the order of time. */
  forEach(tell: (value: number, time: Micros, index: number) => void): void {
    for (let index = 0; index < this.#values.length; index++) {
      const value = this.#values[index] as number;
      if (!Number.isNaN(value)) {
        tell(value, this.#base + index * this.#width, index);
      }
    }
  }
}
