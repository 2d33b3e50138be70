import { flux, fluxExpression, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { Micros, Over } from '@pneumograph/contract';
import { compareIdentity, joinBuckets, joinLast, quantile, type SeriesBuckets } from '../joins.js';
import type { AggregateQuestion, AnswerSeries, SeriesInfo } from '../store.js';
import { filter, source, type Row } from './connection.js';
import type { Place } from './place.js';
import { readSelected, selected } from './selecting.js';
import { seriesOf } from './series.js';

/** One field of one series, window by window. */
interface Windows {
  readonly series: SeriesInfo;
  readonly field: string;
  readonly result: string;
  readonly buckets: Map<Micros, number>;
}

/** Windows that the server joins by itself, as it reads. A window that the range cuts off begins where the range does. */
function windows(rows: ParameterizedQuery, width: Micros, how: string): ParameterizedQuery {
  return flux`${rows}
    |> aggregateWindow(every: ${fluxExpression(`${width}us`)}, fn: ${fluxExpression(how)}, createEmpty: false, timeSrc: "_start")
    |> drop(columns: ["_start", "_stop"])
    |> yield(name: ${how})`;
}

const SHARES: Partial<Record<Over, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };
const WINDOWED = new Set<Over>(['sum', 'min', 'max', 'last', 'count']);

/**
 * Each series' points joined bucket by bucket. The server adds up, counts and compares. It weighs by span since
 * Σ value · span is the sum of a field. What it cannot do as it reads, quantiles between two ranks, is done here.
 */
async function joinOver(place: Place, question: AggregateQuestion, range = question): Promise<SeriesBuckets[]> {
  const { metric, over, width } = question;
  const share = SHARES[over];
  const rows = (fields: readonly string[]) => selected(place, question, metric, range, fields);
  const start = (row: Row): Micros => Math.floor(row.micros / width) * width;
  if (share !== undefined) {
    const values = flux`${rows(['value'])} |> drop(columns: ["_start", "_stop"])`;
    const found = await readSelected(
      place,
      values,
      question,
      (series) => ({ series, buckets: new Map<Micros, number[]>() }),
      ({ buckets }, row) => {
        const bucket = start(row);
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
  const query = WINDOWED.has(over)
    ? windows(rows(['value']), width, over)
    : flux`${windows(rows(['value', 'span', 'integral']), width, 'sum')}
        ${windows(rows(['value']), width, 'count')}`;
  const found = await readSelected(
    place,
    query,
    question,
    (series, row): Windows => ({ series, field: row.column('_field') ?? '', result: row.result, buckets: new Map() }),
    ({ buckets }, row) => void buckets.set(start(row), Number(row.value))
  );
  return over === 'avg' ? averages(found) : found.map(bucketsOf);
}

function bucketsOf({ series, buckets }: Windows): SeriesBuckets {
  return { series, times: [...buckets.keys()], values: [...buckets.values()] };
}

/** Σ value · span ÷ Σ span; where no point of a bucket has a span, the plain mean. */
function averages(found: readonly Windows[]): SeriesBuckets[] {
  const bySeries = new Map<string, { readonly series: SeriesInfo; readonly parts: Map<string, Map<Micros, number>> }>();
  for (const { series, field, result, buckets } of found) {
    const key = JSON.stringify(series);
    const entry = bySeries.get(key) ?? { series, parts: new Map<string, Map<Micros, number>>() };
    bySeries.set(key, entry);
    entry.parts.set(result === 'count' ? 'count' : field, buckets);
  }
  return [...bySeries.values()].map(({ series, parts }) => {
    const sums = [...(parts.get('value') ?? [])];
    const part = (name: string, time: Micros) => parts.get(name)?.get(time) ?? 0;
    return {
      series,
      times: sums.map(([time]) => time),
      values: sums.map(([time, sum]) =>
        part('span', time) > 0 ? part('integral', time) / part('span', time) : sum / part('count', time)
      ),
    };
  });
}

export async function aggregate(place: Place, question: AggregateQuestion): Promise<AnswerSeries[]> {
  return question.from >= question.to ? [] : joinBuckets(await joinOver(place, question), question);
}

/** First where each series' last point is, then what its last bucket holds. */
export async function latest(place: Place, question: AggregateQuestion): Promise<AnswerSeries[]> {
  const { from, to, metric, width, over } = question;
  if (from >= to) {
    return [];
  }
  const start = (time: Micros): Micros => Math.floor(time / width) * width;
  const last = await readSelected(
    place,
    flux`${selected(place, question, metric, question, ['value'])} |> last()`,
    question,
    (series, row): SeriesBuckets => ({ series, times: [start(row.micros)], values: [Number(row.value)] }),
    () => undefined
  );
  if (over === 'last' || last.length === 0) {
    return joinLast(last, question);
  }
  const begin = Math.min(...last.map(({ times }) => times[0] as Micros));
  const found = await joinOver(place, { ...question, from: Math.max(from, begin) });
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
  const rows = filter(source(place.data, from, to), ['r._field == "origin"']);
  await place.connection.read(flux`${rows} |> last()`, ({ column }) => found.push(seriesOf(column, place.layout)));
  return found.sort((a, b) => compareIdentity(a, b) || (a.metric < b.metric ? -1 : 1));
}
