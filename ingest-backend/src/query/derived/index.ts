import type { AggregateQuestion } from '../../store/index.js';
import { QueryRefused } from '../errors.js';
import type { Scope } from '../scope.js';
import { coverage } from './coverage.js';
import { latency } from './latency.js';
import { backlog, conservation } from './links.js';
import { join, type Derived, type DerivedSeries } from './parts.js';
import { amplification, loss } from './passage.js';

export interface Derivation {
  readonly series: readonly DerivedSeries[];
  readonly notices: readonly string[];
}

const METRICS = new Map(Object.entries({ coverage, amplification, loss, latency, backlog, conservation }));
/** More of them would not be read. */
const MOST_MISSING = 3;

/** Every bucket has a value, so that their number is bounded; no screen shows as many. */
const MOST_BUCKETS = 20_000;

/**
 * Metrics that follow from what the taps tell, worked out when asked: late reports and corrections are in them, and
 * nothing is stored twice.
 * @param latest whether one value of the whole range is asked for
 * @throws QueryRefused where the range has more buckets than can be told
 */
export async function answerDerived(
  scope: Scope,
  metric: string,
  question: AggregateQuestion,
  latest: boolean
): Promise<Derivation> {
  const derive = METRICS.get(metric) as (scope: Scope, question: AggregateQuestion, width: number) => Promise<Derived>;
  const buckets = Math.ceil((scope.to - scope.from) / scope.width);
  if (buckets > MOST_BUCKETS) {
    throw new QueryRefused(
      400,
      `maxDataPoints: expected at most ${MOST_BUCKETS} intervals in the range for ${metric}, found ${buckets}`
    );
  }
  const width = latest ? Infinity : scope.width;
  const { notices, missing, ...derived } = await derive({ ...scope, width }, question, width);
  const { by, across } = question;
  const over = metric === 'backlog' ? 'last' : 'share';
  const series = join(derived, { by, across, width, over });
  return { series, notices: series.length === 0 ? missing.slice(0, MOST_MISSING) : notices };
}
