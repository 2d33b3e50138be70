import { flux } from '@influxdata/influxdb-client';
import type { Micros, Over } from '@pneumograph/contract';
import { compareSeries, joinBuckets, joinLast, quantile, type SeriesBuckets } from '../joins.js';
import {
  TIER_WIDTH,
  type AggregateQuestion,
  type AnswerSeries,
  type SeriesInfo,
  type Total,
  type TotalsQuestion,
} from '../store.js';
import { readNewest } from './memory.js';
import type { Place } from './place.js';
import { readSelected, selected } from './selecting.js';
import { FIELDS, joinedBy, tierBucket, windows, type RollupField, type Tiers } from './tiers/index.js';

/** Fields of rollups that make up a value; of points their windows are the same. */
const FIELDS_OF: Readonly<Record<Exclude<Over, 'p50' | 'p95' | 'p99'>, readonly RollupField[]>> = {
  avg: ['sum', 'count', 'span', 'weighted'],
  sum: ['sum'],
  min: ['min'],
  max: ['max'],
  last: ['last'],
  count: ['count'],
};
const SHARES: Partial<Record<Over, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** Where a question goes. */
export interface Asked {
  readonly place: Place;
  readonly tiers: Tiers;
}

/** Each series' points joined bucket by bucket. */
function joinOver(asked: Asked, question: AggregateQuestion): Promise<SeriesBuckets[]> {
  const share = SHARES[question.over];
  return share === undefined ? joinWindows(asked, question) : joinValues(asked.place, question, share);
}

/** Quantiles between two ranks: no rollup and no function of the server tells them, so values are read as they are. */
async function joinValues(place: Place, question: AggregateQuestion, share: number): Promise<SeriesBuckets[]> {
  const { metric, width } = question;
  const found = await readSelected(
    place,
    flux`${selected(place, question, [metric], question, ['value'])} |> drop(columns: ["_start", "_stop"])`,
    question,
    (series) => ({ series, buckets: new Map<Micros, number[]>() }),
    ({ buckets }, row) => {
      const bucket = Math.floor(row.micros / width) * width;
      const there = buckets.get(bucket) ?? [];
      there.push(Number(row.value));
      buckets.set(bucket, there);
    }
  );
  return found.map(({ series, buckets }) => ({
    series,
    times: [...buckets.keys()],
    values: [...buckets.values()].map((values) => quantile(values, share)),
  }));
}

/** Windows of one series, by field. */
type Windows = Map<RollupField, Map<Micros, number>>;

/**
 * The server joins windows as it reads, of rollups or points. It weighs by span since Σ value · span is the sum of a
 * field. Segments of a range come by themselves, and their parts of one bucket are joined here.
 */
async function joinWindows({ place, tiers }: Asked, question: AggregateQuestion): Promise<SeriesBuckets[]> {
  const { metric, from, to, width } = question;
  const over = question.over as keyof typeof FIELDS_OF;
  const segments = await tiers.segments(from, to, width);
  const statements = segments.flatMap(({ tier, ...range }, index) =>
    FIELDS_OF[over].map((field) => {
      const { of, by } = tier === 'raw' ? FIELDS[field] : { of: field, by: joinedBy(field) };
      const bucket = tier === 'raw' ? place.data : tierBucket(place.data, tier);
      const rows = selected({ ...place, data: bucket }, question, [metric], range, [of]);
      return flux`${windows(rows, width, by)} |> yield(name: ${`${field} ${index}`})`;
    })
  );
  const parts = await readSelected(
    place,
    statements.reduce((script, statement) => flux`${script}\n${statement}`),
    question,
    (series, { result }) => {
      const [field = '', index] = result.split(' ');
      return { series, field: field as RollupField, segment: Number(index), buckets: new Map<Micros, number>() };
    },
    ({ buckets }, row) => void buckets.set(Math.floor(row.micros / width) * width, Number(row.value))
  );
  const bySeries = new Map<string, { readonly series: SeriesInfo; readonly windows: Windows }>();
  // Answers come in any order; of several last values the last is the one of the latest segment.
  for (const { series, field, buckets } of parts.sort((a, b) => a.segment - b.segment)) {
    const key = JSON.stringify(series);
    const entry = bySeries.get(key) ?? { series, windows: new Map() as Windows };
    bySeries.set(key, entry);
    const known = entry.windows.get(field) ?? new Map<Micros, number>();
    entry.windows.set(field, known);
    buckets.forEach((value, bucket) => {
      const before = known.get(bucket);
      known.set(bucket, before === undefined ? value : joinParts(before, value, joinedBy(field)));
    });
  }
  return [...bySeries.values()].map(({ series, windows: told }) => {
    const buckets = over === 'avg' ? averages(told) : (told.get(FIELDS_OF[over][0] as RollupField) ?? new Map());
    return { series, times: [...buckets.keys()], values: [...buckets.values()] };
  });
}

function joinParts(before: number, value: number, by: ReturnType<typeof joinedBy>): number {
  switch (by) {
    case 'sum':
      return before + value;
    case 'min':
      return Math.min(before, value);
    case 'max':
      return Math.max(before, value);
    case 'last':
      return value;
  }
}

/** Σ value · span ÷ Σ span; where no point of a bucket has a span, the plain mean. */
function averages(told: Windows): Map<Micros, number> {
  const part = (field: RollupField, bucket: Micros) => told.get(field)?.get(bucket) ?? 0;
  return new Map(
    [...(told.get('sum') ?? [])].map(([bucket, sum]) => [
      bucket,
      part('span', bucket) > 0 ? part('weighted', bucket) / part('span', bucket) : sum / part('count', bucket),
    ])
  );
}

export async function aggregate(asked: Asked, question: AggregateQuestion): Promise<AnswerSeries[]> {
  return question.from >= question.to ? [] : joinBuckets(await joinOver(asked, question), question);
}

/** Each metric by itself: the bucket that begins at the epoch and ends at the next full hour takes all of the range. */
export async function totals(asked: Asked, { of, ...question }: TotalsQuestion): Promise<Total[][]> {
  const from = Math.max(question.from, 0);
  const width = Math.ceil(question.to / TIER_WIDTH['1h']) * TIER_WIDTH['1h'];
  return Promise.all(
    of.map(async (each) => {
      const answers = await aggregate(asked, { ...question, ...each, from, width });
      return answers.map(({ times: _, values: [value], ...identity }) => ({ ...identity, value: value as number }));
    })
  );
}

/** First where each series' last point is, then what its last bucket holds. */
export async function latest(asked: Asked, question: AggregateQuestion): Promise<AnswerSeries[]> {
  const { place } = asked;
  const { from, to, metric, width, over } = question;
  if (from >= to) {
    return [];
  }
  const start = (time: Micros): Micros => Math.floor(time / width) * width;
  const last = await readSelected(
    place,
    flux`${selected(place, question, [metric], question, ['value'])} |> last()`,
    question,
    (series, row): SeriesBuckets => ({ series, times: [start(row.micros)], values: [Number(row.value)] }),
    () => undefined
  );
  if (over === 'last' || last.length === 0) {
    return joinLast(last, question);
  }
  const begin = Math.min(...last.map(({ times }) => times[0] as Micros));
  const found = await joinOver(asked, { ...question, from: Math.max(from, begin) });
  return joinLast(found.map(newestBucket), question);
}

function newestBucket({ series, times, values }: SeriesBuckets): SeriesBuckets {
  const time = times.reduce((a, b) => Math.max(a, b));
  return { series, times: [time], values: [values[times.indexOf(time)] as number] };
}

/** All series with points or profiles within a range. */
export async function findSeries(place: Place, from: Micros, to: Micros): Promise<SeriesInfo[]> {
  const found: SeriesInfo[] = [];
  if (from >= to) {
    return found;
  }
  await readNewest(place, (series) => void found.push(series), from, to);
  return found.sort(compareSeries);
}
