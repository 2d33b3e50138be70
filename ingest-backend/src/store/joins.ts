import { ENGINE_STATES, WORST_FIRST, type Across, type GroupKey, type Micros } from '@pneumograph/contract';
import { wellFormed } from './names.js';
import type { AnswerIdentity, AnswerSeries, Selection, SeriesInfo } from './store.js';

/** Joins in Node: for stores that cannot have their server do them. */

/** One series' points, joined bucket by bucket; buckets ascending. */
export interface SeriesBuckets {
  readonly series: SeriesInfo;
  /** Starts of the buckets. */
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

interface Joined {
  readonly across: Across;
  readonly by: readonly GroupKey[];
}

/** Joins the series of each group, bucket by bucket. What is not finite is left out. */
export function joinBuckets(found: readonly SeriesBuckets[], { across, by }: Joined): AnswerSeries[] {
  return groupSeries(found, by)
    .map(({ identity, members }) => {
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
      const rows = [...told]
        .sort(([a], [b]) => a - b)
        .map(([time, values]) => [time, joinValues(values, across)] as const);
      return answer(identity, rows);
    })
    .filter(({ times }) => times.length > 0);
}

/** Joins the last value of each series; the time is that of the newest. */
export function joinLast(found: readonly SeriesBuckets[], { across, by }: Joined): AnswerSeries[] {
  return groupSeries(found, by)
    .map(({ identity, members }) => {
      const last = members.filter(({ values }) => Number.isFinite(values.at(-1)));
      const times = last.map(({ times }) => times.at(-1) as Micros);
      const values = last.map(({ values }) => values.at(-1) as number);
      return answer(identity, last.length === 0 ? [] : [[Math.max(...times), joinValues(values, across)]]);
    })
    .filter(({ times }) => times.length > 0);
}

function answer(identity: AnswerIdentity, rows: ReadonlyArray<readonly [Micros, number]>): AnswerSeries {
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

/** Models of one name in two workflows are two models: `workflow` is always part of a group by `model`. */
export function groupSeries<T extends { readonly series: SeriesInfo }>(
  found: readonly T[],
  by: readonly GroupKey[]
): Array<{ readonly identity: AnswerIdentity; readonly members: T[] }> {
  const told = (key: GroupKey): boolean => by.includes(key) || (key === 'workflow' && by.includes('model'));
  const groups = new Map<string, { identity: AnswerIdentity; members: T[] }>();
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
export function compareIdentity(a: AnswerIdentity, b: AnswerIdentity): number {
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

/** As `compareIdentity`, and series of one identity by their metrics. */
export function compareSeries(a: SeriesInfo, b: SeriesInfo): number {
  return compareIdentity(a, b) || (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0);
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
