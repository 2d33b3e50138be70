import type { Micros } from '@pneumograph/contract';

/** A range as wide as "everything" must still fit DuckDB's integers. */
const FARTHEST = 2 ** 62;

/** A bound between two microseconds takes the points from the next one on. */
export function whole(time: Micros): bigint {
  return BigInt(Math.ceil(Math.min(Math.max(time, -FARTHEST), FARTHEST)));
}
