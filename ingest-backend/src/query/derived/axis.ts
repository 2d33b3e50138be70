import { bucketWidth, type Micros } from '@pneumograph/contract';
import type { Scope } from '../scope.js';

/** Buckets one after the other; the last is cut off where the reports end. */
export interface Axis {
  /** Start of the first bucket. */
  readonly base: Micros;
  readonly width: Micros;
  /** Where the range begins. */
  readonly from: Micros;
  readonly to: Micros;
}

/** Curves are read this finely where the range lets them: enough to tell seconds, and few enough for many models. */
const MOST_BUCKETS = 4000;
const FINEST_MS = 1000;

/**
 * The buckets that curves are worked out on: as fine as those that are asked for, or finer where those are few.
 * @param before how much time before the range is looked back at
 */
export function axisOf({ from, to, now, width }: Scope, before: Micros = 0): Axis {
  // There is nothing to look back at before the epoch.
  const begin = Math.max(from - before, Math.min(from, 0));
  const finest = bucketWidth(begin / 1000, to / 1000, MOST_BUCKETS, FINEST_MS) * 1000;
  const fine = Math.min(width, finest);
  const base = Math.floor(begin / fine) * fine;
  return { base, width: fine, from: before > 0 ? base : from, to: Math.min(to, now) };
}

/** Number of buckets up to a time. */
export function bucketsUntil({ base, width, to }: Axis, until: Micros): number {
  return Math.max(0, Math.ceil((Math.min(until, to) - base) / width));
}

/** One number for each bucket, 0 where there is none. */
export function dense({ base, width }: Axis, values: ReadonlyMap<Micros, number>, count: number): number[] {
  return Array.from({ length: count }, (_, index) => values.get(base + index * width) ?? 0);
}

/** Adds one series to another, bucket by bucket. */
export function addUp(all: ReadonlyArray<ReadonlyMap<Micros, number>>): Map<Micros, number> {
  const sums = new Map<Micros, number>();
  for (const values of all) {
    for (const [time, value] of values) {
      sums.set(time, (sums.get(time) ?? 0) + value);
    }
  }
  return sums;
}
