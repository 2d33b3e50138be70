import type { Micros } from '@pneumograph/contract';
import { TIER_WIDTH } from '../../store.js';
import { cover, type Segment } from '../../tiers/index.js';
import { filter, source } from '../connection.js';
import type { Place } from '../place.js';
import { CHUNK, chunkOf, Marks } from './marks.js';

/** Where points came late in more places than that, points alone are asked. */
const MOST_SEGMENTS = 12;

/** Decides which tier speaks for which time. */
export class Tiers {
  #begun = false;

  constructor(private readonly place: Place) {}

  /** Divides a range among the tiers, for buckets of a width, see `cover`. */
  async segments(from: Micros, to: Micros, width: Micros): Promise<Segment[]> {
    const points: Segment[] = [{ tier: 'raw', from, to }];
    // In less there is hardly an hour that is rolled up, and to ask for those takes a request.
    if (width % TIER_WIDTH['1m'] !== 0 || to - from < 2 * CHUNK || !(await this.#isBegun())) {
      return points;
    }
    const segments = cover(from, to, width, await Marks.read(this.place, chunkOf(from), to));
    return segments.length > MOST_SEGMENTS ? points : segments;
  }

  async #isBegun(): Promise<boolean> {
    return (this.#begun ||= await isBegun(this.place));
  }
}

/** Whether every hour with points has numbers that say so. */
export async function isBegun({ connection, state }: Place): Promise<boolean> {
  let begun = false;
  await connection.read(filter(source(state, 0, 1), ['r._measurement == "tiers"']), () => (begun = true));
  return begun;
}
