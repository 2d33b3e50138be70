import type { RollupTier } from '../../store.js';

/** The bucket of points that are joined by the minute or the hour. */
export function tierBucket(bucket: string, tier: RollupTier): string {
  return `${bucket}_${tier}`;
}
