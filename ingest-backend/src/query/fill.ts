import type { Fill, Micros } from '@pneumograph/contract';
import type { AggregateQuestion, Store } from '../store/index.js';
import { QueryRefused } from './errors.js';
import type { FrameIdentity, SeriesFrame } from './frames.js';
import type { Scope } from './scope.js';

/** Each series gets a value for each bucket; no screen shows as many. */
const MOST_BUCKETS = 20_000;

/**
 * The starts of all buckets of a range that are over by now: of the present one reports may still come.
 * @throws QueryRefused where there are more of them than can be told
 */
export function bucketsToFill({ from, to, now, width }: Pick<Scope, 'from' | 'to' | 'now' | 'width'>): Micros[] {
  const first = Math.floor(from / width);
  const end = Math.min(Math.ceil(to / width), Math.floor(now / width));
  const count = Math.max(0, end - first);
  if (count > MOST_BUCKETS) {
    throw new QueryRefused(
      400,
      `maxDataPoints: expected at most ${MOST_BUCKETS} intervals in the range where they are filled, found ${count}`
    );
  }
  return Array.from({ length: count }, (_, index) => (first + index) * width);
}

export interface Filling {
  /** Starts of the buckets that get a value in any case. */
  readonly buckets: readonly Micros[];
  readonly fill: Fill;
  /** What `previous` begins with, by `keyOf` of the series. */
  readonly before: ReadonlyMap<string, number>;
}

/** Series with a value for each of some buckets; what they tell themselves stays. Null where nothing is known. */
export function fillSeries(series: readonly SeriesFrame[], { buckets, fill, before }: Filling): SeriesFrame[] {
  if (fill === 'none') {
    return [...series];
  }
  return series.map((each) => {
    const own = new Map(each.times.map((time, index) => [time, each.values[index] ?? null]));
    const times = [...new Set([...buckets, ...each.times])].sort((a, b) => a - b);
    let previous = before.get(keyOf(each.identity)) ?? null;
    const values = times.map((time) => {
      const value = own.get(time);
      if (value !== undefined) {
        previous = value;
        return value;
      }
      return fill === 'zero' ? 0 : fill === 'previous' ? previous : null;
    });
    return { ...each, times, values };
  });
}

/**
 * What each series told last before a range, by `keyOf`. It is looked for as far back as the range is long, so that
 * the answer takes at most twice the work.
 */
export async function valuesBefore(
  store: Pick<Store, 'aggregate'>,
  question: AggregateQuestion
): Promise<Map<string, number>> {
  const { from, to } = question;
  // There is nothing to look back at before the epoch.
  const begin = Math.max(from - (to - from), Math.min(from, 0));
  const found = begin < from ? await store.aggregate({ ...question, from: begin, to: from }) : [];
  return new Map(found.map((series) => [keyOf(series), series.values.at(-1) as number]));
}

/** Tells the series of one answer apart. */
export function keyOf({ workflow, model, slot, engine, monitor, feature, from }: FrameIdentity): string {
  return JSON.stringify([workflow, model, slot, engine, monitor, feature, from].map((part) => part ?? null));
}
