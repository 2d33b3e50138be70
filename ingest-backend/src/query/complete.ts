import type { Micros } from '@pneumograph/contract';
import { groupSeries, takesSeries, type AggregateQuestion, type AnswerSeries } from '../store/index.js';
import { keyOf } from './fill.js';
import type { Scope } from './scope.js';

/**
 * Leaves out the buckets of sums over engines in which not all have reported that still report: such a sum falls, and rises
 * again once the others did. One that has been silent for longer than engines may be is not waited for, nor is one that
 * reported nothing in the range. What counts is not looked at: it adds up until its bucket is over, of one engine as of many.
 */
export async function completeSums(
  scope: Scope,
  question: AggregateQuestion,
  answers: Promise<readonly AnswerSeries[]>
): Promise<readonly AnswerSeries[]> {
  const since = Math.max(question.from, scope.now - scope.directory.silentAfter);
  if (question.to <= since || !isSum(question) || !isOfSeveral(scope, question)) {
    return answers;
  }
  const [told, until] = await Promise.all([answers, reached(scope, question, since)]);
  return told
    .map((series) => upTo(series, until.get(keyOf(series)) ?? Infinity))
    .filter(({ times }) => times.length > 0);
}

function isSum({ over, across, by }: AggregateQuestion): boolean {
  return across === 'sum' && over !== 'sum' && over !== 'count' && !by.includes('engine');
}

/** Whether any group has several series. */
function isOfSeveral({ inventory }: Scope, question: AggregateQuestion): boolean {
  const takes = takesSeries(question);
  const asked = inventory.reported.filter((series) => series.metric === question.metric && takes(series));
  const groups = groupSeries(
    asked.map((series) => ({ series })),
    question.by
  );
  return groups.length < asked.length;
}

/** The last moment by which all series of a group have reported, by `keyOf` of the group. */
async function reached({ store }: Scope, question: AggregateQuestion, since: Micros): Promise<Map<string, Micros>> {
  const extents = await store.extents(question, question.metric, since, question.to);
  const groups = groupSeries(
    extents.map((series) => ({ series, last: series.last })),
    question.by
  );
  return new Map(
    groups.map(({ identity, members }) => [keyOf(identity), Math.min(...members.map(({ last }) => last))])
  );
}

function upTo(series: AnswerSeries, until: Micros): AnswerSeries {
  const { times, values } = series;
  const end = times.findLastIndex((time) => time <= until) + 1;
  return end === times.length ? series : { ...series, times: times.slice(0, end), values: values.slice(0, end) };
}
