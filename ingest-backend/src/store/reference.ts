import { ENGINE_STATES, WORST_FIRST, type Across, type GroupKey, type Over } from '@pneumograph/contract';
import { UNBROKEN, type Point, type Presence } from '../archive/index.js';
import type { AggregateQuestion, AnswerSeries, Extent, Selection, SpreadQuestion } from './store.js';

/**
 * What a store has to answer, written as plainly as the interface says it and as slowly as that comes out: the
 * measure that tests hold every store against.
 */
export function referenceAggregate(points: readonly Point[], question: AggregateQuestion): AnswerSeries[] {
  return answer(points, question, (buckets) => {
    const times = [...new Set(buckets.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);
    return times.map((time) => [
      time,
      across(
        buckets.flatMap((series) => series.get(time) ?? []),
        question.across
      ),
    ]);
  });
}

/** Of each series the last bucket alone. */
export function referenceLatest(points: readonly Point[], question: AggregateQuestion): AnswerSeries[] {
  return answer(points, question, (buckets) => {
    const last = buckets.map((series) => Math.max(...series.keys()));
    const values = buckets.map((series, index) => series.get(last[index] as number) as number);
    return [[Math.max(...last), across(values, question.across)]];
  });
}

/** Bucket by bucket, what each series' points say of it. */
export function referenceSpread(points: readonly Point[], question: SpreadQuestion): AnswerSeries[] {
  const { from, to, width, measure, by, window } = question;
  const taken = points.filter((point) => isSelected(point, question, question.metrics));
  return groupBy(taken, ({ series }) => JSON.stringify(groupOf({ series }, by)))
    .map((group) => {
      const [workflow, model, slot, engine, monitor, feature] = groupOf(group[0] as Point, by);
      const rows: Array<[number, number]> = [];
      for (let start = Math.floor(from / width) * width; start < to; start += width) {
        const perSeries = groupBy(group, (point) =>
          JSON.stringify([point.series.metric, ...identityOf(point)])
        ).flatMap((own) => {
          const cut = window?.((own[0] as Point).series) ?? { from, to };
          const inside = { from: Math.max(start, from, cut.from), to: Math.min(start + width, to, cut.to) };
          return (measure === 'value' ? valueWithin(own, inside) : timeWithin(own, inside)) ?? [];
        });
        if (perSeries.length > 0) {
          rows.push([start, perSeries.reduce((a, b) => a + b, 0)]);
        }
      }
      return {
        ...{ workflow, model, slot, engine, monitor, feature },
        times: rows.map(([time]) => time),
        values: rows.map(([, value]) => value),
      };
    })
    .filter(({ times }) => times.length > 0)
    .sort(byIdentity);
}

/** From when until when the points of each series speak that speak for the range. */
export function referenceExtents(points: readonly Point[], question: SpreadQuestion): Extent[] {
  const { from, to } = question;
  const taken = points.filter(
    (point) => isSelected(point, question, question.metrics) && point.time >= from && begin(point) < to
  );
  return groupBy(taken, (point) => JSON.stringify(identityOf(point)))
    .map((own) => ({
      ...(own[0] as Point).series,
      first: Math.min(...own.map(begin)),
      last: Math.max(...own.map(({ time }) => time)),
      lastSpan: own.some(({ span }) => span > 0)
        ? Math.max(...own.flatMap(({ time, span }) => (span > 0 ? [time] : [])))
        : undefined,
    }))
    .sort(byIdentity);
}

interface Inside {
  readonly from: number;
  readonly to: number;
}

/** The part of the points' values that falls within a stretch of time, or undefined where no point speaks for it. */
function valueWithin(points: readonly Point[], { from, to }: Inside): number | undefined {
  const parts = points.flatMap((point) => {
    const { time, value } = point;
    const length = time - begin(point);
    if (length === 0) {
      return time >= from && time < to ? [value] : [];
    }
    const overlap = Math.min(time, to) - Math.max(begin(point), from);
    return overlap > 0 ? [(value * overlap) / length] : [];
  });
  return parts.length === 0 ? undefined : parts.reduce((a, b) => a + b, 0);
}

/** Seconds of a stretch of time that some point speaks for: what lies between two neighbouring ends is covered or not. */
function timeWithin(points: readonly Point[], { from, to }: Inside): number | undefined {
  const ends = points.flatMap((point) => [begin(point), point.time]).filter((time) => time > from && time < to);
  const marks = [from, ...ends.sort((a, b) => a - b), to];
  const covered = marks.slice(1).map((mark, index) => {
    const before = marks[index] as number;
    return points.some((point) => begin(point) <= before && point.time >= mark && mark > before) ? mark - before : 0;
  });
  const sum = covered.reduce((a, b) => a + b, 0);
  return sum > 0 ? sum / 1e6 : undefined;
}

/** Where a point's time begins, in whole microseconds. */
function begin({ time, span }: Point): number {
  return time - Math.round(Math.min(span * 1e6, 4e15));
}

/** When an engine was heard of, from what its messages speak for: joined where no gap is longer than counts. */
export function referencePresence(spoken: ReadonlyArray<Pick<Presence, 'from' | 'to'>>): Array<[number, number]> {
  const joined: Array<[number, number]> = [];
  for (const { from, to } of [...spoken].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + UNBROKEN) {
      last[1] = Math.max(last[1], to);
    } else {
      joined.push([from, to]);
    }
  }
  return joined;
}

type Buckets = Map<number, number>;

function answer(
  points: readonly Point[],
  question: AggregateQuestion,
  join: (seriesOfGroup: Buckets[]) => Array<[number, number]>
): AnswerSeries[] {
  const taken = points.filter((point) => isTaken(point, question));
  const groups = groupBy(taken, (point) => JSON.stringify(groupOf(point, question.by)));
  return groups
    .map((group) => {
      const perSeries = groupBy(group, (point) => JSON.stringify(identityOf(point))).map(
        (own) =>
          new Map(
            groupBy(own, ({ time }) => String(Math.floor(time / question.width))).map((bucket): [number, number] => [
              Math.floor((bucket[0] as Point).time / question.width) * question.width,
              over(bucket, question.over),
            ])
          )
      );
      const rows = join(perSeries);
      const [workflow, model, slot, engine, monitor, feature] = groupOf(group[0] as Point, question.by);
      return {
        workflow,
        model,
        slot,
        engine,
        monitor,
        feature,
        times: rows.map(([time]) => time),
        values: rows.map(([, value]) => value),
      };
    })
    .sort(byIdentity);
}

function isTaken(point: Point, question: AggregateQuestion): boolean {
  return point.time >= question.from && point.time < question.to && isSelected(point, question, [question.metric]);
}

function isSelected({ series }: Point, question: Selection, metrics: readonly string[]): boolean {
  const { workflow, models, slots, engines, monitors = [], features = [] } = question;
  return (
    metrics.includes(series.metric) &&
    (workflow === undefined || series.workflow === workflow) &&
    (models.length === 0 || models.includes(series.model)) &&
    (slots.length === 0 || series.slot === undefined || slots.includes(series.slot)) &&
    (engines.length === 0 || engines.includes(series.engine)) &&
    (monitors.length === 0 || monitors.includes(series.monitor ?? '')) &&
    (features.length === 0 || features.includes(series.feature ?? ''))
  );
}

function groupOf({ series }: Pick<Point, 'series'>, by: readonly GroupKey[]) {
  const model = by.includes('model');
  return [
    model || by.includes('workflow') ? series.workflow : undefined,
    model ? series.model : undefined,
    by.includes('slot') ? series.slot : undefined,
    by.includes('engine') ? series.engine : undefined,
    by.includes('monitor') ? series.monitor : undefined,
    by.includes('feature') ? series.feature : undefined,
  ] as const;
}

function identityOf({ series }: Point) {
  const { workflow, model, slot, engine, monitor, feature } = series;
  return [workflow, model, slot, engine, monitor, feature];
}

function over(bucket: readonly Point[], how: Over): number {
  const values = bucket.map(({ value }) => value);
  const sum = values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'avg': {
      const span = bucket.reduce((total, point) => total + point.span, 0);
      return span > 0 ? bucket.reduce((total, { value, span: s }) => total + value * s, 0) / span : sum / values.length;
    }
    case 'sum':
      return sum;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'count':
      return values.length;
    case 'last':
      return bucket.reduce((a, b) => (b.time > a.time || (b.time === a.time && b.offset > a.offset) ? b : a)).value;
    case 'p50':
      return quantile(values, 0.5);
    case 'p95':
      return quantile(values, 0.95);
    case 'p99':
      return quantile(values, 0.99);
  }
}

/** Between the two nearest ranks, in proportion. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] as number;
  const high = sorted[Math.ceil(rank)] as number;
  return low + (high - low) * (rank - Math.floor(rank));
}

function across(values: readonly number[], how: Across): number {
  const sum = values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'worst':
      return WORST_FIRST.map((name) => ENGINE_STATES[name]).find((code) => values.includes(code)) ?? NaN;
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  }
  return [...groups.values()];
}

type Identity = Omit<AnswerSeries, 'times' | 'values'>;

function byIdentity(a: Identity, b: Identity): number {
  const text = (x = '', y = '') => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.workflow, b.workflow) ||
    text(a.model, b.model) ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    text(a.engine, b.engine) ||
    text(a.monitor, b.monitor) ||
    text(a.feature, b.feature)
  );
}
