import type { Micros } from '@pneumograph/contract';
import { TIER_WIDTH, type RollupTier, type Tier } from '../store.js';

/** Coarsest first. */
export const ROLLUP_TIERS: readonly RollupTier[] = ['1h', '1m'];

/** Since when each tier is there; all of them multiples of an hour. What is older is in the coarser ones alone. */
export type Horizons = Readonly<Record<Tier, Micros>>;

/** What decides which tier speaks for which time. */
export interface Coverage {
  readonly horizons: Horizons;
  /** Rollups are made chunk by chunk, of all series at once: so much time is one. */
  readonly chunk: Readonly<Record<RollupTier, Micros>>;
  /** Starts of the chunks within a range, ascending, whose rollups do not hold all of their points yet. */
  dirty(tier: RollupTier, from: Micros, to: Micros): readonly Micros[];
}

/** A stretch of time, half open, and the tier that speaks for it. */
export interface Segment {
  readonly tier: Tier;
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * Divides a range among the tiers: each part goes to the coarsest tier whose buckets lie in one bucket of the question
 * each, and what such a tier cannot say, at the ends of the range or where points came late, to the next finer one.
 * Where that is no more, the coarser one speaks for all of it. Segments are in the order of time and do not overlap.
 *
 * Before the horizon of raw points, raw points are such as came late and are no part of the rollups yet: they are
 * counted beside what the segments say.
 *
 * @param width of the question's buckets, which start at multiples of it
 */
export function cover(from: Micros, to: Micros, width: Micros, coverage: Coverage): Segment[] {
  const { horizons } = coverage;
  const usable = ROLLUP_TIERS.filter((tier) => width % TIER_WIDTH[tier] === 0);
  const ends = [
    { tiers: ['1h'] as const, until: horizons['1m'], floor: true },
    { tiers: usable.includes('1h') ? ROLLUP_TIERS : (['1m'] as const), until: horizons.raw, floor: true },
    { tiers: usable, until: Infinity, floor: false },
  ];
  const segments: Segment[] = [];
  let start = from;
  for (const { tiers, until, floor } of ends) {
    const end = Math.min(until, to);
    if (start < end) {
      divide(start, end, tiers, floor, coverage, segments);
      start = end;
    }
  }
  return merge(segments);
}

function divide(
  from: Micros,
  to: Micros,
  [tier, ...finer]: readonly RollupTier[],
  floor: boolean,
  coverage: Coverage,
  into: Segment[]
): void {
  if (tier === undefined || (floor && finer.length === 0)) {
    into.push({ tier: tier ?? 'raw', from, to });
    return;
  }
  const width = TIER_WIDTH[tier];
  const [first, last] = [Math.ceil(from / width) * width, Math.floor(to / width) * width];
  if (first >= last) {
    divide(from, to, finer, floor, coverage, into);
    return;
  }
  const next = (a: Micros, b: Micros): void => {
    if (a < b) {
      divide(a, b, finer, floor, coverage, into);
    }
  };
  next(from, first);
  let clean = first;
  for (const chunk of coverage.dirty(tier, first, last)) {
    const [a, b] = [Math.max(chunk, first), Math.min(chunk + coverage.chunk[tier], last)];
    if (clean < a) {
      into.push({ tier, from: clean, to: a });
    }
    next(a, b);
    clean = b;
  }
  if (clean < last) {
    into.push({ tier, from: clean, to: last });
  }
  next(last, to);
}

function merge(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last?.tier === segment.tier && last.to === segment.from) {
      merged[merged.length - 1] = { ...last, to: segment.to };
    } else {
      merged.push(segment);
    }
  }
  return merged;
}
