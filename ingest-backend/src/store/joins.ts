import { ENGINE_STATES, WORST_FIRST, type Across, type GroupKey, type Micros } from '@pneumograph/contract';
import { wellFormed } from './names.js';
import type { AnswerSeries, Selection, SeriesInfo, SpreadQuestion } from './store.js';

/** Joins in Node: for stores that cannot have their server do them. */

/** One series' points, joined bucket by bucket; buckets ascending. */
export interface SeriesBuckets {
  readonly series: SeriesInfo;
  /** Starts of the buckets. */
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** One series' points; times ascending. */
export interface SeriesPoints {
  readonly series: SeriesInfo;
  readonly times: readonly Micros[];
  readonly values: readonly number[];
  /** Seconds. */
  readonly spans: readonly number[];
}

interface Joined {
  readonly across: Across;
  readonly by: readonly GroupKey[];
}

/** Joins the series of each group, bucket by bucket. What is not finite is left out. */
export function joinBuckets(found: readonly SeriesBuckets[], { across, by }: Joined): AnswerSeries[] {
  return groupSeries(found, by).map(({ identity, members }) => {
    const told = new Map<Micros, number[]>();
    for (const { times, values } of members) {
      times.forEach((time, at) => {
        const value = values[at] as number;
        if (Number.isFinite(value)) {
          const there = told.get(time);
          if (there === undefined) {
            told.set(time, [value]);
          } else {
            there.push(value);
          }
        }
      });
    }
    const rows = [...told].sort(([a], [b]) => a - b).map(([time, values]) => [time, joinValues(values, across)] as const);
    return answer(identity, rows);
  }).filter(({ times }) => times.length > 0);
}

/** Joins the last value of each series; the time is that of the newest. */
export function joinLast(found: readonly SeriesBuckets[], { across, by }: Joined): AnswerSeries[] {
  return groupSeries(found, by).map(({ identity, members }) => {
    const last = members.filter(({ values }) => Number.isFinite(values.at(-1)));
    const times = last.map(({ times }) => times.at(-1) as Micros);
    const values = last.map(({ values }) => values.at(-1) as number);
    return answer(identity, last.length === 0 ? [] : [[Math.max(...times), joinValues(values, across)]]);
  }).filter(({ times }) => times.length > 0);
}

function answer(identity: Identity, rows: ReadonlyArray<readonly [Micros, number]>): AnswerSeries {
  const finite = rows.filter(([, value]) => Number.isFinite(value));
  return { ...identity, times: finite.map(([time]) => time), values: finite.map(([, value]) => value) };
}

/** The codes of states in their rank order, so that the lowest rank is the worst state. */
const RANKED_CODES: readonly number[] = WORST_FIRST.map((name) => ENGINE_STATES[name]);
const UNKNOWN_RANK = WORST_FIRST.indexOf('unknown');

export function joinValues(values: readonly number[], how: Across): number {
  const sum = (): number => values.reduce((a, b) => a + b, 0);
  switch (how) {
    case 'sum':
      return sum();
    case 'avg':
      return sum() / values.length;
    case 'min':
      return values.reduce((a, b) => Math.min(a, b));
    case 'max':
      return values.reduce((a, b) => Math.max(a, b));
    case 'worst': {
      // A code that this version does not know says as little as silence does.
      const rank = (code: number): number => (RANKED_CODES.includes(code) ? RANKED_CODES.indexOf(code) : UNKNOWN_RANK);
      return RANKED_CODES[Math.min(...values.map(rank))] as number;
    }
  }
}

/** Between the two nearest ranks, in proportion. @param values any order, not empty; left sorted */
export function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  const rank = (values.length - 1) * share;
  const low = values[Math.floor(rank)] as number;
  const high = values[Math.ceil(rank)] as number;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** What points say of the time that they speak for, see `SpreadQuestion`. */
export function spreadPoints(found: readonly SeriesPoints[], question: SpreadQuestion): AnswerSeries[] {
  const { from, to, width, measure, by, window } = question;
  return groupSeries(found, by).map(({ identity, members }) => {
    const buckets = new Map<Micros, number>();
    for (const points of members) {
      const own = window?.(points.series) ?? { from, to };
      const cut = { from: Math.max(own.from, from), to: Math.min(own.to, to) };
      const stretches = measure === 'value' ? stretchesOfValue(points, cut) : stretchesOfTime(points, cut);
      for (const [start, end, worth] of stretches) {
        share(buckets, width, start, end, worth);
      }
    }
    return answer(identity, [...buckets].sort(([a], [b]) => a - b));
  }).filter(({ times }) => times.length > 0);
}

interface Cut {
  readonly from: Micros;
  readonly to: Micros;
}

/** A stretch of time, half open, and what a microsecond of it is worth; or a moment, and what it is worth. */
type Stretch = readonly [start: Micros, end: Micros, worth: number];

function* stretchesOfValue({ times, values, spans }: SeriesPoints, cut: Cut): Generator<Stretch> {
  for (const [at, end] of times.entries()) {
    const [value, begin] = [values[at] as number, beginOf(end, spans[at] as number)];
    const [start, stop] = [Math.max(begin, cut.from), Math.min(end, cut.to)];
    if (Number.isFinite(value)) {
      if (begin === end && end >= cut.from && end < cut.to) {
        yield [end, end, value];
      } else if (start < stop) {
        yield [start, stop, value / (end - begin)];
      }
    }
  }
}

/** Of stretches that overlap only what the ones before leave over. */
function* stretchesOfTime({ times, spans }: SeriesPoints, cut: Cut): Generator<Stretch> {
  const stretches = times
    .map((time, at) => [Math.max(beginOf(time, spans[at] as number), cut.from), Math.min(time, cut.to)] as const)
    .filter(([start, end]) => start < end)
    .sort(([a], [b]) => a - b);
  let told = -Infinity;
  for (const [start, end] of stretches) {
    if (end > told) {
      yield [Math.max(start, told), end, 1e-6];
      told = end;
    }
  }
}

/** Adds to each bucket what part of a stretch lies in it. */
function share(buckets: Map<Micros, number>, width: Micros, start: Micros, end: Micros, worth: number): void {
  const add = (bucket: Micros, value: number): void => void buckets.set(bucket, (buckets.get(bucket) ?? 0) + value);
  const first = Math.floor(start / width) * width;
  if (start === end) {
    add(first, worth);
  }
  for (let bucket = first; bucket < end; bucket += width) {
    const length = Math.min(end, bucket + width) - Math.max(start, bucket);
    if (length > 0) {
      add(bucket, length * worth);
    }
  }
}

/** Where a point's time begins, in whole microseconds; a span beyond 100 years is as good as one of 100 years. */
export function beginOf(time: Micros, span: number): Micros {
  return time - Math.round(Math.min(span * 1e6, 4e15));
}

type Identity = Omit<AnswerSeries, 'times' | 'values'>;

/** Models of one name in two workflows are two models: `workflow` is always part of a group by `model`. */
function groupSeries<T extends { readonly series: SeriesInfo }>(
  found: readonly T[],
  by: readonly GroupKey[]
): Array<{ readonly identity: Identity; readonly members: T[] }> {
  const told = (key: GroupKey): boolean => by.includes(key) || (key === 'workflow' && by.includes('model'));
  const groups = new Map<string, { identity: Identity; members: T[] }>();
  for (const member of found) {
    const { workflow, model, slot, engine, monitor, feature } = member.series;
    const identity = {
      workflow: told('workflow') ? workflow : undefined,
      model: told('model') ? model : undefined,
      slot: told('slot') ? slot : undefined,
      engine: told('engine') ? engine : undefined,
      monitor: told('monitor') ? monitor : undefined,
      feature: told('feature') ? feature : undefined,
    };
    const key = JSON.stringify(Object.values(identity).map((part) => part ?? null));
    const group = groups.get(key) ?? { identity, members: [] };
    groups.set(key, group);
    group.members.push(member);
  }
  return [...groups.values()].sort((a, b) => compareIdentity(a.identity, b.identity));
}

/** By workflow, model, slot, engine, monitor and feature, in the order of code units: the same on every machine. */
export function compareIdentity(a: Identity, b: Identity): number {
  const text = (x = '', y = ''): number => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.workflow, b.workflow) ||
    text(a.model, b.model) ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    text(a.engine, b.engine) ||
    text(a.monitor, b.monitor) ||
    text(a.feature, b.feature)
  );
}

/** Whether a selection takes a series: what has no slot is of every slot. */
export function takesSeries(selection: Selection): (series: Omit<SeriesInfo, 'metric'>) => boolean {
  const set = (names: readonly string[] = []) => (names.length === 0 ? undefined : new Set(names.map(wellFormed)));
  const workflow = selection.workflow === undefined ? undefined : wellFormed(selection.workflow);
  const [models, engines] = [set(selection.models), set(selection.engines)];
  const [monitors, features] = [set(selection.monitors), set(selection.features)];
  const slots = selection.slots.length === 0 ? undefined : new Set(selection.slots);
  return (series) =>
    (workflow === undefined || series.workflow === workflow) &&
    (models?.has(series.model) ?? true) &&
    (series.slot === undefined || (slots?.has(series.slot) ?? true)) &&
    (engines?.has(series.engine) ?? true) &&
    (monitors === undefined || (series.monitor !== undefined && monitors.has(series.monitor))) &&
    (features === undefined || (series.feature !== undefined && features.has(series.feature)));
}
