import { takesSeries, type AggregateQuestion, type SeriesInfo } from '../store/index.js';
import { QueryRefused } from './errors.js';
import { compare } from './inventory.js';
import type { Scope } from './scope.js';

/** Series over time of an answer: no panel shows as many. */
export const MOST_SERIES = 1_000;
/** Newest values of an answer: alert rules read them, and none of their engines may go missing. */
export const MOST_NUMBERS = 20_000;
/** Values of an answer. */
export const MOST_VALUES = 5_000_000;

type Question = Omit<AggregateQuestion, 'from' | 'to'>;

/**
 * Narrows a question to as many series as an answer may have, before anything is read. Series that are to be ranked
 * have to be asked for all.
 * @throws QueryRefused where the answer could have more values than it may all the same
 */
export function limitSeries(
  { from, to, width, inventory }: Scope,
  question: Question,
  { ranked, latest }: { readonly ranked: boolean; readonly latest: boolean }
): { question: Question; warnings: string[] } {
  const intervals = latest ? 1 : Math.ceil((to - from) / width);
  // Few intervals of few series: not worth counting.
  if (inventory.reported.length <= MOST_SERIES && intervals * inventory.reported.length <= MOST_VALUES) {
    return { question, warnings: [] };
  }
  const groups = groupsOf(inventory.reported, question);
  const most = mostOf(latest);
  const told = ranked ? groups.length : Math.min(groups.length, most);
  if (told * intervals > MOST_VALUES) {
    throw new QueryRefused(
      400,
      `maxDataPoints: expected an answer of at most ${count(MOST_VALUES)} values, found up to ` +
        `${count(told * intervals)}: ${count(told)} series of ${count(intervals)} intervals. Name fewer models, slots or ` +
        'engines, group by less, or ask for fewer points'
    );
  }
  if (told === groups.length) {
    return { question, warnings: [] };
  }
  return { question: narrow(question, groups.slice(0, most)), warnings: [warning(groups.length, most)] };
}

/** Leaves out series beyond the limit, where it was not known before how many there would be. */
export function cutSeries<S>(series: readonly S[], latest = false): { series: readonly S[]; warnings: string[] } {
  const most = mostOf(latest);
  return series.length <= most
    ? { series, warnings: [] }
    : { series: series.slice(0, most), warnings: [warning(series.length, most)] };
}

function mostOf(latest: boolean): number {
  return latest ? MOST_NUMBERS : MOST_SERIES;
}

function warning(found: number, most: number): string {
  return (
    `This is a part of the answer: ${count(most)} of ${count(found)} series. ` +
    'Name fewer models, slots or engines, group by less, or ask for the largest (topN).'
  );
}

const count = (number: number): string => number.toLocaleString('en-US').replaceAll(',', ' ');

/** A series for each group, in a stable order. */
function groupsOf(reported: readonly SeriesInfo[], question: Question): SeriesInfo[] {
  const { metric, by } = question;
  const takes = takesSeries(question);
  const groups = new Map<string, SeriesInfo>();
  for (const series of reported) {
    if (series.metric === metric && takes(series)) {
      const { workflow, model, ...rest } = series;
      const keys = by.map((key) => (key === 'workflow' || key === 'model' ? [workflow, model] : rest[key]));
      const key = JSON.stringify(keys);
      if (!groups.has(key)) {
        groups.set(key, series);
      }
    }
  }
  return [...groups.values()].sort(
    (a, b) => compare(a.workflow, b.workflow) || compare(a.model, b.model) || compare(a.engine, b.engine)
  );
}

/** Takes the groups that are kept, and maybe some more. */
function narrow(question: Question, kept: readonly SeriesInfo[]): Question {
  const { by } = question;
  const distinct = (names: readonly string[]): string[] => [...new Set(names)];
  return {
    ...question,
    ...(by.includes('model') ? { models: distinct(kept.map(({ model }) => model)) } : {}),
    ...(by.includes('engine') ? { engines: distinct(kept.map(({ engine }) => engine)) } : {}),
  };
}
