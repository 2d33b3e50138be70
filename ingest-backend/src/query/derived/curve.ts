import type { Micros } from '@pneumograph/contract';
import type { Axis } from './axis.js';

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

  /** @param times starts of buckets of the axis, in ascending order */
  static of(
    { base, width }: Pick<Axis, 'base' | 'width'>,
    { times, values }: { readonly times: readonly Micros[]; readonly values: readonly number[] }
  ): Curve {
    const last = times.at(-1);
    if (last === undefined) {
      return Curve.NOTHING;
    }
    const all = new Float64Array(Math.round((last - base) / width) + 1).fill(NaN);
    for (let row = 0; row < times.length; row++) {
      all[Math.round(((times[row] as Micros) - base) / width)] = values[row] as number;
    }
    return new Curve(base, width, all);
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
      for (const [index, value] of curve.#values.entries()) {
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
    return this.#values.length === 0;
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

  /** So many buckets from the start of the axis on, 0 where nothing is told. */
  dense(count: number): number[] {
    return Array.from({ length: count }, (_, index) => this.at(index) ?? 0);
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
