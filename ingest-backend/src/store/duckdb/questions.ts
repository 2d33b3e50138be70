import { BIGINT, LIST, UINTEGER, listValue } from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import type { GroupKey, Micros } from '@pneumograph/contract';
import {
  TIER_WIDTH,
  type AggregateQuestion,
  type AnswerIdentity,
  type AnswerSeries,
  type PresenceHistory,
  type Selection,
  type StateHistory,
  type Total,
  type TotalsQuestion,
} from '../store.js';
import { aggregateSql, latestSql, TOTAL_WAYS, totalsSql } from './aggregate-sql.js';
import { compareSeries, type Dictionary, type SeriesRow } from './dictionary.js';
import type { Memory } from './memory.js';
import { membersOf } from './members.js';
import { readPresence, type HeardRow } from './presence.js';
import type { Parameters, ParameterTypes, Readers } from './readers.js';
import { askTiers, sourcesOf, type Sources, type TierState } from './tiers/index.js';
import { whole } from './whole.js';

export const TYPES: ParameterTypes = {
  series: LIST(UINTEGER),
  members: LIST(BIGINT),
  from: BIGINT,
  to: BIGINT,
  base: BIGINT,
  width: BIGINT,
};

export interface Group {
  readonly identity: AnswerIdentity;
  readonly members: SeriesRow[];
}

/** Points joined per bucket and group. */
export async function aggregate(
  readers: Readers,
  memory: Memory,
  question: AggregateQuestion
): Promise<AnswerSeries[]> {
  return ask(readers, memory, question, (groups, sources) => {
    const joined = groups.some(({ members }) => members.length > 1);
    return aggregateSql(sources, question.over, question.across, joined);
  });
}

/** The last value of each group. */
export async function latest(readers: Readers, memory: Memory, question: AggregateQuestion): Promise<AnswerSeries[]> {
  return ask(readers, memory, question, (_, sources) => latestSql(sources, question.over, question.across));
}

/** All metrics in one query: to plan five takes as long as to run them. */
export async function totals(
  readers: Readers,
  { dictionary, tiers }: Memory,
  { of, ...question }: TotalsQuestion
): Promise<Total[][]> {
  const groups = of.map(({ metric, by }) => groupBy(dictionary.select(question, metric), by));
  const all = groups.flat();
  if (all.length === 0 || question.from >= question.to) {
    return of.map(() => []);
  }
  const metrics = of.map(({ metric }) => metric);
  const sql = () => totalsSql(sourcesOf(tiers, { ...question, width: TIER_WIDTH['1h'], metrics }));
  const [grps, ...columns] = await askTiers(readers, tiers, sql, { members: membersOf(all) }, TYPES);
  const rows = new Map((grps as number[]).map((grp, row) => [grp, row]));
  let next = 0;
  return of.map(({ over, across }, index) => {
    const column = columns[TOTAL_WAYS.findIndex((way) => way.over === over && way.across === across)] as unknown[];
    return (groups[index] as Group[]).flatMap(({ identity }) => {
      const value = column[rows.get(next++) ?? -1];
      return Number.isFinite(value) ? [{ ...identity, value: value as number }] : [];
    });
  });
}

async function ask(
  readers: Readers,
  { dictionary, tiers }: Memory,
  question: AggregateQuestion,
  sql: (groups: readonly Group[], sources: Sources) => string
): Promise<AnswerSeries[]> {
  const groups = groupBy(dictionary.select(question, question.metric), question.by);
  if (groups.length === 0 || question.from >= question.to) {
    return [];
  }
  const base = Math.floor(question.from / question.width) * question.width;
  const columns = await askTiers(
    readers,
    tiers,
    () => sql(groups, sourcesOf(tiers, { ...question, metrics: [question.metric] })),
    {
      members: membersOf(groups),
      base: BigInt(base),
      width: BigInt(question.width),
    },
    TYPES
  );
  return answersOf(groups, columns as [number[], number[], number[]], base, question.width);
}

/** The columns group, bucket and value as one series a group. */
export function answersOf(
  groups: readonly Group[],
  [grps, buckets, values]: [number[], number[], number[]],
  base: Micros,
  width: Micros
): AnswerSeries[] {
  const answers = groups.map(({ identity }) => ({ ...identity, times: [] as number[], values: [] as number[] }));
  for (let row = 0; row < grps.length; row++) {
    const answer = answers[grps[row] as number];
    answer?.times.push(base + (buckets[row] as number) * width);
    answer?.values.push(values[row] as number);
  }
  return answers.filter(({ times }) => times.length > 0);
}

/** Models of one name in two workflows are two models: `workflow` is always part of a group by `model`. */
export function groupBy(rows: readonly SeriesRow[], by: readonly GroupKey[]): Group[] {
  const model = by.includes('model');
  const workflow = model || by.includes('workflow');
  const slot = by.includes('slot');
  const engine = by.includes('engine');
  const monitor = by.includes('monitor');
  const feature = by.includes('feature');
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const identity = {
      workflow: workflow ? row.workflow : undefined,
      model: model ? row.model : undefined,
      slot: slot ? row.slot : undefined,
      engine: engine ? row.engine : undefined,
      monitor: monitor ? row.monitor : undefined,
      feature: feature ? row.feature : undefined,
    };
    const key = JSON.stringify(Object.values(identity).map((part) => part ?? null));
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { identity, members: [row] });
    } else {
      group.members.push(row);
    }
  }
  return [...groups.values()].sort((a, b) => compareSeries(a.identity, b.identity));
}

/** What was entered within the range, and the last before it (all of its moment), unless one stands at the very start. */
const STATES_SQL = `
  WITH members AS (SELECT unnest($series) AS series),
  known AS (
    SELECT s.series AS series, s.time AS time, s.code AS code, s.text AS text, s."offset" AS o, s.partition AS p
    FROM states s JOIN members m ON s.series = m.series WHERE s.time < $to),
  carried AS (
    SELECT * FROM known WHERE time <= $from
    QUALIFY rank() OVER (PARTITION BY series ORDER BY time DESC) = 1)
  SELECT series, time::DOUBLE, code, text
  FROM (FROM known WHERE time > $from UNION ALL FROM carried)
  ORDER BY series, time, o, p`;

export async function states(
  readers: Readers,
  dictionary: Dictionary,
  selection: Selection,
  from: Micros,
  to: Micros
): Promise<StateHistory[]> {
  const rows = dictionary.select(selection, 'engine.status').sort(compareSeries);
  if (rows.length === 0 || from >= to) {
    return [];
  }
  const parameters = { series: listValue(rows.map(({ id }) => id)), ...range(from, to) };
  const columns = await readers.columns(STATES_SQL, parameters, TYPES);
  const [ids, times, codes, texts] = columns as [number[], number[], number[], string[]];
  const histories = new Map(
    rows.map(({ id, workflow, model, engine }) => [
      id,
      { workflow, model, engine, times: [] as number[], codes: [] as number[], texts: [] as string[] },
    ])
  );
  ids.forEach((id, row) => {
    const history = histories.get(id);
    history?.times.push(times[row] as number);
    history?.codes.push(codes[row] as number);
    history?.texts.push(texts[row] as string);
  });
  return [...histories.values()].filter((history) => history.times.length > 0);
}

export async function presence(
  readers: Readers,
  heard: ReadonlyMap<string, HeardRow>,
  engines: readonly string[],
  from: Micros,
  to: Micros
): Promise<ReadonlyMap<string, PresenceHistory>> {
  return readPresence(readers, heard, engines, whole(from), whole(to));
}

/** Time in which every sensor tells something whose engine is alive: a look at it mostly answers for months. */
const LATELY: Micros = 600e6;
/** The series of so few metrics are looked for metric by metric, those of more among all. */
const FEW_METRICS = 4;

/** The numbers of the series with points or profiles in a range. */
export async function activeSeries(
  readers: Readers,
  { dictionary, tiers }: Memory,
  from: Micros,
  to: Micros
): Promise<Set<number>> {
  const lately = await activeWithin(readers, tiers, { from: Math.max(from, to - LATELY), to });
  const metrics = new Set(dictionary.all().flatMap(({ id, metric }) => (lately.has(id) ? [] : [metric])));
  // States are in no table that is looked at.
  metrics.delete('engine.status');
  if (metrics.size === 0 || from >= to - LATELY) {
    return lately;
  }
  const some = metrics.size <= FEW_METRICS ? { metrics: [...metrics] } : {};
  return new Set([...lately, ...(await activeWithin(readers, tiers, { from, to, ...some }))]);
}

/** @param question with the metrics that are looked for; what is found of others does no harm */
async function activeWithin(
  readers: Readers,
  tiers: TierState,
  question: { readonly from: Micros; readonly to: Micros; readonly metrics?: readonly string[] }
): Promise<Set<number>> {
  const { from, to } = question;
  const sql = () => {
    const { raw, rollups } = sourcesOf(tiers, { ...question, width: TIER_WIDTH['1h'] });
    return [
      'SELECT series FROM profiles WHERE time >= $from AND time < $to',
      ...raw.map((where) => `SELECT p.series FROM points p WHERE ${where}`),
      ...rollups.map(({ table, where }) => `SELECT r.series FROM ${table} r WHERE ${where} AND r.count > 0`),
    ].join(' UNION ');
  };
  const [ids] = await askTiers(readers, tiers, sql, range(from, to), TYPES);
  return new Set(ids as number[]);
}

export function range(from: Micros, to: Micros): Parameters & Record<'from' | 'to', DuckDBValue> {
  return { from: whole(from), to: whole(to) };
}
