import { BIGINT, LIST, listValue, type DuckDBDataChunk, type DuckDBListVector } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import { Spreading } from '../spreading.js';
import {
  TIER_WIDTH,
  type Extent,
  type Selection,
  type SpreadQuestion,
  type SpreadSeries,
  type Window,
} from '../store.js';
import { compareSeries } from './dictionary.js';
import type { Memory } from './memory.js';
import { groupBy, TYPES, type Group } from './questions.js';
import type { ParameterTypes, Readers } from './readers.js';
import { askTiers, narrow, sourcesOf, within, type RollupSegment, type Sources } from './tiers/index.js';
import { whole } from './whole.js';

const SPREAD_TYPES: ParameterTypes = { ...TYPES, begins: LIST(BIGINT), ends: LIST(BIGINT), cells: BIGINT };

/** Where a point's time begins, in whole microseconds; a span beyond 100 years is as good as one of 100 years. */
const BEGIN = '(p.time - round(least(p.span * 1e6, 4e15))::BIGINT)';

/** Series with their group and the window that they are cut to. */
const MEMBERS = `members AS (
  SELECT unnest($series) AS series, unnest($groups) AS grp, unnest($begins) AS win_from, unnest($ends) AS win_to)`;

/**
 * What raw points and rollups say of the members' time: `value` of `b` to `e`, cut to `s` to `t` by the window and by what
 * the source speaks for. A rollup says it of the time that its points speak for, of which `density` is covered.
 */
function takenSql({ rawSegments, rollups }: Sources, uncut: Uncut): string {
  const cut = rollups.flatMap((rollup) => {
    const { from, to } = uncutOf(rollup, uncut);
    return [...narrow(rollup, { from: -Infinity, to: from }), ...narrow(rollup, { from: to, to: Infinity })];
  });
  const branches = [
    ...rawSegments.map(
      ({ from, to, until }) => `
  SELECT p.series AS series, m.grp AS grp, p.value AS value, ${BEGIN} AS b, p.time AS e, 1.0::DOUBLE AS density,
    greatest(${BEGIN}, m.win_from, ${whole(from)}) AS s, least(p.time, m.win_to, ${whole(to)}) AS t, least(m.win_to, ${whole(to)}) AS until, true AS raw
  FROM points p JOIN members m ON p.series = m.series
  WHERE ${within('p', { from, to: until })}`
    ),
    ...cut.map(
      ({ table, where }) => `
  SELECT r.series AS series, m.grp AS grp, r.share AS value, r.time + r.begins AS b,
    r.time + coalesce(r.ends, r.begins) AS e, least(r.covered / (r.ends - r.begins), 1)::DOUBLE AS density,
    greatest(r.time + r.begins, m.win_from) AS s, least(r.time + coalesce(r.ends, r.begins), m.win_to) AS t,
    m.win_to AS until, false AS raw
  FROM ${table} r JOIN members m ON r.series = m.series
  WHERE ${where} AND r.begins IS NOT NULL`
    ),
  ];
  return branches.length === 0 ? NOTHING_TAKEN : branches.join(' UNION ALL ');
}

/** Where rollups answer for all of a range and none of them is cut. */
const NOTHING_TAKEN = `SELECT 0 AS series, 0 AS grp, 0.0::DOUBLE AS value, 0 AS b, 0 AS e, 0.0::DOUBLE AS density, 0 AS s,
  0 AS t, 0 AS until, false AS raw WHERE false`;

/** What is within the windows of all series: rollups there lie in one bucket each and need not be cut, as most do not. */
interface Uncut extends Window {
  readonly width: Micros;
}

/** The part of a segment whose rollups need not be cut; an empty one at its end where there is none. */
function uncutOf({ tier, from, to }: RollupSegment, uncut: Uncut): Window {
  const length = TIER_WIDTH[tier];
  const [first, last] = [Math.ceil(uncut.from / length) * length, Math.floor(uncut.to / length) * length];
  const part = { from: Math.max(from, first), to: Math.min(to, last) };
  return uncut.width % length === 0 && part.from < part.to ? part : { from: to, to };
}

/** What rollups are worth that are not cut, by group and bucket. */
function uncutSql({ rollups }: Sources, uncut: Uncut, worth: string, where: string): string[] {
  return rollups
    .flatMap((rollup) => narrow(rollup, uncutOf(rollup, uncut)))
    .map(
      (rollup) => `
  SELECT m.grp AS grp, (r.time - $base) // $width AS bucket, sum(${worth}) AS worth
  FROM ${rollup.table} r JOIN members m ON r.series = m.series
  WHERE ${rollup.where} AND ${where} GROUP BY ALL`
    );
}

/**
 * What the `stretches` of time `s` to `t` are worth: a row a group, with its stretches as lists of begins, lengths and
 * worths, of which far more are read in a moment than of rows. Times count from the start of the first bucket, and what
 * has no length goes whole to one bucket. Stretches that are no longer than a bucket lie in two at most, and are added up
 * by their first bucket. Longer ones are told as they are, for Node to share out, unless
 * there are more of them than buckets: then they are shared out here.
 */
function shareOut(part: (from: string, to: string) => string, uncut: readonly string[]): string {
  const edge = '($base + (bucket + 1) * $width)';
  const piece = part('greatest(s, $base + bucket * $width)', `least(t, ${edge})`);
  return `
    long AS MATERIALIZED (SELECT * FROM stretches WHERE t - s > $width),
    few AS MATERIALIZED (SELECT count(*) <= $cells AS few FROM long),
    halves AS MATERIALIZED (
      SELECT grp, bucket, sum(${part('s', `least(t, ${edge})`)}) AS here,
        sum(${part(edge, 't')}) FILTER (t > ${edge}) AS beyond
      FROM (SELECT *, (s - $base) // $width AS bucket FROM stretches WHERE t - s <= $width)
      GROUP BY grp, bucket),
    shares AS (
      SELECT grp, bucket, sum(${piece}) AS worth
      FROM (
        SELECT *, unnest(range((s - $base) // $width, (t - $base - 1) // $width + 1)) AS bucket
        FROM long WHERE NOT (SELECT few FROM few))
      GROUP BY grp, bucket
      ${uncut.map((sql) => `UNION ALL ${sql}`).join(' ')}),
    all_told AS (
      SELECT grp, (bucket * $width)::DOUBLE AS begin, 0::DOUBLE AS length, here::DOUBLE AS worth
      FROM halves WHERE here IS NOT NULL
      UNION ALL SELECT grp, ((bucket + 1) * $width)::DOUBLE, 0, beyond FROM halves WHERE beyond IS NOT NULL
      UNION ALL SELECT grp, (bucket * $width)::DOUBLE, 0, worth FROM shares
      UNION ALL SELECT grp, (s - $base)::DOUBLE, (t - s)::DOUBLE, ${part('s', 't')} FROM long WHERE (SELECT few FROM few))
  SELECT grp, list(begin), list(length), list(worth) FROM all_told GROUP BY grp ORDER BY grp`;
}

function valueSql(sources: Sources, uncut: Uncut, withoutZeros = false): string {
  const isTold = (value: string): string => `isfinite(${value})${withoutZeros ? ` AND ${value} <> 0` : ''}`;
  const part = (from: string, to: string): string =>
    `CASE WHEN b = e THEN value ELSE value * (${to} - ${from}) / (e - b) END`;
  return `WITH ${MEMBERS},
  stretches AS MATERIALIZED (
    SELECT grp, value, b, e, s, t FROM (${takenSql(sources, uncut)})
    WHERE ${isTold('value')} AND (s < t OR (b = e AND s = e AND e < until))),
  ${shareOut(part, uncutSql(sources, uncut, 'r.share', isTold('r.share')))}`;
}

/** A stretch begins where the furthest of those that began before it ends: what is left of them does not overlap. */
function timeSql(sources: Sources, uncut: Uncut): string {
  const covered = 'least(r.covered, r.ends - r.begins) / 1e6';
  return `WITH ${MEMBERS},
  cut AS MATERIALIZED (SELECT series, grp, s, t, density, raw FROM (${takenSql(sources, uncut)}) WHERE s < t),
  ordered AS (
    SELECT grp, s, t, max(t) OVER (
      PARTITION BY series ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told
    FROM cut WHERE raw),
  stretches AS MATERIALIZED (
    SELECT grp, greatest(s, coalesce(told, s)) AS s, t, 1.0::DOUBLE AS density FROM ordered WHERE t > coalesce(told, s)
    UNION ALL SELECT grp, s, t, density FROM cut WHERE NOT raw),
  ${shareOut((from, to) => `(${to} - ${from}) * density / 1e6`, uncutSql(sources, uncut, covered, 'r.ends > r.begins'))}`;
}

/** What points say of the time that they speak for. */
export async function spread(
  readers: Readers,
  { dictionary, tiers }: Memory,
  question: SpreadQuestion
): Promise<SpreadSeries[]> {
  const { from, to, width, metrics, window } = question;
  const selected = metrics.flatMap((metric) => dictionary.select(question, metric));
  const groups = groupBy(selected, question.by);
  if (groups.length === 0 || from >= to) {
    return [];
  }
  const base = Math.floor(from / width) * width;
  const members = groups.flatMap((group) => group.members);
  const windows = members.map((member) => {
    const own = window?.(member) ?? { from, to };
    return { from: Math.max(own.from, from), to: Math.min(own.to, to) };
  });
  const uncut = windows.reduce((a, b) => ({ width, from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }), {
    width,
    from,
    to,
  });
  return askTiers(
    readers,
    tiers,
    () => {
      const sources = sourcesOf(tiers, { from, to, width, metrics });
      return question.measure === 'value' ? valueSql(sources, uncut, question.withoutZeros) : timeSql(sources, uncut);
    },
    {
      series: listValue(members.map(({ id }) => id)),
      groups: listValue(groups.flatMap((group, index) => group.members.map(() => index))),
      begins: listValue(windows.map((own) => whole(own.from))),
      ends: listValue(windows.map((own) => whole(own.to))),
      base: BigInt(base),
      width: BigInt(width),
      cells: BigInt(groups.length * Math.ceil((to - base) / width)),
    },
    SPREAD_TYPES,
    (chunks) => addUp(chunks, groups, question)
  );
}

/** The stretches of each group as one series; groups ascending. */
function addUp(chunks: readonly DuckDBDataChunk[], groups: readonly Group[], question: SpreadQuestion): SpreadSeries[] {
  return chunks.flatMap((chunk) => {
    const list = (column: number): DuckDBListVector => chunk.getColumnVector(column) as DuckDBListVector;
    const [begins, lengths, worths] = [list(1), list(2), list(3)];
    return chunk.getColumnValues(0).flatMap((grp, row) => {
      const spreading = new Spreading(question);
      spreading.addAll(numbersAt(begins, row), numbersAt(lengths, row), numbersAt(worths, row));
      const told = spreading.finish();
      return told === undefined ? [] : [{ ...(groups[grp as number] as Group).identity, ...told }];
    });
  });
}

/** A list of numbers, none of them null. DuckDB's own lists grow value by value. */
function numbersAt(lists: DuckDBListVector, row: number): Float64Array {
  const { childVector } = lists;
  const from = lists.getEntryOffset(row);
  const numbers = new Float64Array(lists.getEntryLength(row));
  for (let at = 0; at < numbers.length; at++) {
    numbers[at] = childVector.getItem(from + at) as number;
  }
  return numbers;
}

/**
 * Rollups hold what is said of each bucket's own time: from them, `first` is no earlier than the range, and what speaks
 * from before its end on may be told a bucket's width too early.
 */
function extentsSql({ rawSegments, rollups, beyond }: Sources, to: Micros): string {
  const branches = [
    ...[...rawSegments, ...beyond].map(
      (segment) => `
    SELECT p.series AS series, ${BEGIN} AS first, p.time AS last, if(p.span > 0, p.time, NULL) AS last_span
    FROM points p JOIN members m ON p.series = m.series
    WHERE ${within('p', { from: segment.from, to: segment.until })} AND (${BEGIN} < ${whole(to)})`
    ),
    ...rollups.map(
      ({ table, where }) => `
    SELECT r.series AS series, r.time + r.begins AS first, r.time + r.last_at AS last, r.time + r.ends AS last_span
    FROM ${table} r JOIN members m ON r.series = m.series WHERE ${where}`
    ),
  ];
  return `WITH members AS (SELECT unnest($series) AS series)
  SELECT series, min(first)::DOUBLE, max(last)::DOUBLE, max(last_span)::DOUBLE
  FROM (${branches.join(' UNION ALL ')}) GROUP BY series HAVING max(last) IS NOT NULL`;
}

/** From when until when the points of each series speak. */
export async function extents(
  readers: Readers,
  { dictionary, tiers }: Memory,
  selection: Selection,
  metric: string,
  { from, to }: { from: Micros; to: Micros }
): Promise<Extent[]> {
  const rows = dictionary.select(selection, metric).sort(compareSeries);
  if (rows.length === 0 || from >= to) {
    return [];
  }
  const columns = await askTiers(
    readers,
    tiers,
    () => extentsSql(sourcesOf(tiers, { from, to, width: TIER_WIDTH['1h'], metrics: [metric] }), to),
    { series: listValue(rows.map(({ id }) => id)) },
    SPREAD_TYPES
  );
  const [ids, firsts, lasts, spans] = columns as [number[], number[], number[], Array<number | null>];
  const found = new Map(
    ids.map((id, row) => [
      id,
      { first: firsts[row] as number, last: lasts[row] as number, lastSpan: spans[row] ?? undefined },
    ])
  );
  return rows.flatMap(({ id, ...series }) => {
    const extent = found.get(id);
    return extent === undefined ? [] : [{ ...series, ...extent }];
  });
}
