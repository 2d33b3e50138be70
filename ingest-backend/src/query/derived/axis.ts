import { bucketWidth, type Micros } from '@pneumograph/contract';
import { takesSeries, type AggregateQuestion, type SeriesInfo } from '../../store/index.js';
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

/** Curves are read this finely where the range lets them: enough to tell seconds. */
const MOST_BUCKETS = 4000;
/** Buckets of all curves together, unless those that are asked for are more: of many models each is read less finely. */
const MOST_IN_ALL = 100_000;
const FEWEST_BUCKETS = 100;
const FINEST_MS = 1000;

const HOUR: Micros = 3600e6;
/** How far back a moment is looked for at which nothing was waiting: as far as the range is long, but no further than that. */
const MOST_BEFORE: Micros = 6 * HOUR;

export function lookBack({ from, to }: Pick<Scope, 'from' | 'to'>): Micros {
  return Math.min(to - from, MOST_BEFORE);
}

/**
 * The buckets that curves are worked out on: as fine as those that are asked for, or finer where those are few, as they
 * are where one value is asked for.
 * @param question of whose taps there is a curve each
 * @param before how much time before the range is looked back at
 */
export function axisOf(
  { from, to, now, width, inventory }: Scope,
  question: Asked & Pick<AggregateQuestion, 'by'>,
  before: Micros = 0
): Axis {
  // There is nothing to look back at before the epoch.
  const begin = Math.max(from - before, Math.min(from, 0));
  const share = MOST_IN_ALL / Math.max(1, tapsOf(inventory, question));
  const most = Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, Math.floor(share)));
  const finest = bucketWidth(begin / 1000, to / 1000, most, FINEST_MS) * 1000;
  const fine = Math.min(width, finest);
  const base = Math.floor(begin / fine) * fine;
  return { base, width: fine, from: before > 0 ? base : from, to: Math.min(to, now) };
}

/**
 * From when on a range is looked at for the last report of each tap: those that told nothing later are silent, and not
 * waited for. Whole hours, since of old times stores know no less.
 */
export function lastReports(from: Micros, to: Micros, silentAfter: Micros): Micros {
  return Math.max(from, Math.floor((to - silentAfter) / HOUR) * HOUR);
}

type Asked = Pick<AggregateQuestion, 'workflow' | 'models'>;

/** The series that count the records of some models. */
export function counting({ reported }: Scope['inventory'], { workflow, models }: Asked): SeriesInfo[] {
  const takes = takesSeries({ workflow, models, slots: [], engines: [] });
  return reported.filter((series) => series.metric === 'record.count' && takes(series));
}

/** How many taps are told apart that count the records of some models. */
function tapsOf(inventory: Scope['inventory'], question: Asked & Pick<AggregateQuestion, 'by'>): number {
  const byEngine = question.by.includes('engine');
  const taps = counting(inventory, question).map(({ workflow, model, slot, engine }) =>
    JSON.stringify([workflow, model, slot, byEngine ? engine : ''])
  );
  return new Set(taps).size;
}

/** Number of buckets up to a time. */
export function bucketsUntil({ base, width, to }: Axis, until: Micros): number {
  return Math.max(0, Math.ceil((Math.min(until, to) - base) / width));
}
