import type { Micros } from '@pneumograph/contract';
import type { RollupTier } from '../../store.js';
import { cover, type Segment } from '../../tiers/index.js';
import { whole } from '../whole.js';
import { tableOf } from './rollup-sql.js';
import type { TierState } from './state.js';

/** Tables, each with the time that it speaks for, that together answer for a range. */
export interface Sources {
  /** Conditions on raw points `p`. */
  readonly raw: readonly string[];
  readonly rollups: readonly RollupSegment[];
  /** The stretches of time that raw points speak for. */
  readonly rawSegments: readonly RawSegment[];
  /** Where raw points may be that come after the range and speak for time within it, beyond those of `rawSegments`. */
  readonly beyond: readonly RawSegment[];
}

export interface RawSegment extends Segment {
  /** Points before this time may speak for the segment. */
  readonly until: Micros;
}

/** A stretch of time that the rollups of one metric speak for, or those of all metrics. */
export interface RollupSegment extends Segment {
  readonly tier: RollupTier;
  readonly table: string;
  /** Condition on the rollups `r`. */
  readonly where: string;
}

/**
 * What answers for a range in buckets of a width.
 * @param metrics whose rollups are asked for; all where they are not told
 */
export function sourcesOf(
  tiers: TierState,
  { from, to, width, metrics }: { from: Micros; to: Micros; width: Micros; metrics?: readonly string[] }
): Sources {
  const segments = cover(from, to, width, tiers);
  const { horizons, longest } = tiers;
  const rawSegments = segments
    .filter(({ tier }) => tier === 'raw')
    .map((segment): RawSegment => ({ ...segment, until: segment.to + longest }));
  if (from < horizons.raw) {
    // Points that are no part of rollups yet. What later ones say of that time is.
    const end = Math.min(horizons.raw, to);
    rawSegments.unshift({ tier: 'raw', from, to: end, until: Math.min(horizons.raw, end + longest) });
  }
  const own = metrics === undefined ? '' : `${isOneOf('r.metric', metrics.map(metricHash))} AND `;
  const beyond: RawSegment = { tier: 'raw', from: to, to: to + longest, until: to + longest };
  // The last segment mostly goes as far.
  const isRead =
    to < horizons.raw || rawSegments.some((segment) => segment.from <= to && segment.until >= beyond.until);
  return {
    raw: rawSegments.map((segment) => within('p', segment)),
    rollups: segments.flatMap(({ tier, from, to }) =>
      tier === 'raw' ? [] : [{ tier, from, to, table: tableOf(tier), where: own + within('r', { from, to }) }]
    ),
    rawSegments,
    beyond: isRead ? [] : [beyond],
  };
}

/** The part of a segment that lies in a range, if there is one. */
export function narrow(segment: RollupSegment, range: Pick<Segment, 'from' | 'to'>): RollupSegment[] {
  const [from, to] = [Math.max(segment.from, range.from), Math.min(segment.to, range.to)];
  return from < to ? [{ ...segment, from, to, where: `${segment.where} AND ${within('r', { from, to })}` }] : [];
}

export function within(table: string, { from, to }: Pick<Segment, 'from' | 'to'>): string {
  return `${table}.time >= ${whole(from)} AND ${table}.time < ${whole(to)}`;
}

/** Rows are sorted by metric. A list alone skips those of others, but does not filter what is read of them. */
function isOneOf(column: string, hashes: readonly number[]): string {
  return hashes.length === 1
    ? `${column} = ${hashes[0]}`
    : `${column} BETWEEN ${Math.min(...hashes)} AND ${Math.max(...hashes)} AND ${column} IN (${hashes.join(', ')})`;
}

/** FNV-1a of 32 bits: what rows of one metric have in common. That others may share it does no harm. */
export function metricHash(metric: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(metric)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
