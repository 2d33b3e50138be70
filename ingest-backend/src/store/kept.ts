import type { Micros } from '@pneumograph/contract';
import type { Batch, Origin, Series } from '../archive/index.js';

/** What a store keeps, and for how long. */

/** How fine what is kept is: points as they came, or joined by the minute, or by the hour. */
export type Tier = 'raw' | RollupTier;
export type RollupTier = '1m' | '1h';

/** Width of the buckets of a tier. */
export const TIER_WIDTH: Readonly<Record<RollupTier, Micros>> = { '1m': 60e6, '1h': 3600e6 };

/** For how long each tier is kept, by the times of the points; Infinity keeps it for ever. */
export type Retention = Readonly<Record<Tier, Micros>>;

/** Nothing is deleted that nobody said how long to keep; a finer tier is kept as long as the next one, if it does not say. */
export function retentionOf({
  '1h': hour = Infinity,
  '1m': minute = hour,
  raw = minute,
}: Partial<Retention> = {}): Retention {
  return { raw, '1m': minute, '1h': hour };
}

/** The points of one series in one bucket of a tier, joined such that two of them join into one. */
export interface Rollup {
  readonly tier: RollupTier;
  readonly series: Series;
  /** Start of the bucket. */
  readonly time: Micros;
  /** Points whose time lies in the bucket; 0 where they only speak for some of its time, as later ones may. */
  readonly count: number;
  /** Undefined, like others below, where there is none that is finite. */
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Value of the newest point and its time. */
  readonly last: number | undefined;
  readonly lastTime: Micros | undefined;
  /** Σ span in seconds, and Σ value · span. */
  readonly span: number;
  readonly weighted: number | undefined;
  /** What points say of the time of the bucket, see `SpreadQuestion`: their share of value, and microseconds. */
  readonly share: number | undefined;
  readonly covered: Micros;
  /** Of that time the first moment, and the last one of points with a span, from the start of the bucket. */
  readonly begins: Micros | undefined;
  readonly ends: Micros | undefined;
  /** Cells of a quantile sketch of accuracy 0.01, see `cellOf`, in ascending order, and how many values each has. */
  readonly cells: readonly number[];
  readonly counts: readonly number[];
}

/** A piece of all that a store holds. */
export interface StoredPart extends Batch {
  readonly rollups: readonly Rollup[];
  /** Points that are there in rollups alone, and would come again if their partitions were read again from the position. */
  readonly counted: ReadonlyArray<Origin & { readonly series: Series; readonly time: Micros }>;
}

/** How much of a model was deleted. */
export interface Deleted {
  readonly series: number;
  /** Raw ones; states are points as well. */
  readonly points: number;
  readonly rollups: number;
  /** Messages as well. */
  readonly profiles: number;
  readonly alerts: number;
}
