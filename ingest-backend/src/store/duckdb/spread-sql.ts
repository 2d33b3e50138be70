import type { Micros } from '@pneumograph/contract';
import { TIER_WIDTH, type Window } from '../store.js';
import { membersSql } from './members.js';
import { narrow, within, type RollupSegment, type Sources } from './tiers/index.js';
import { whole } from './whole.js';

/** Where a point's time begins, in whole microseconds; a span beyond 100 years is as good as one of 100 years. */
const BEGIN = '(p.time - round(least(p.span * 1e6, 4e15))::BIGINT)';

/** What a question's query is made of: whatever it need not hold is left out, for planning takes longer than running. */
export interface Plan {
  readonly sources: Sources;
  readonly uncut: Uncut;
  /** The window of all series, where they have the same. */
  readonly window: Window | undefined;
  /** Start of the first bucket. */
  readonly base: Micros;
  readonly width: Micros;
  /** The number of all buckets of all groups. */
  readonly cells: number;
  /** The longest that a stretch of time may be that is read. */
  readonly longest: Micros;
}

/** Series with their group and the window that they are cut to. */
function windowedSql({ window }: Plan): string {
  const windows =
    window === undefined
      ? { win_from: 'unnest($begins)', win_to: 'unnest($ends)' }
      : { win_from: String(whole(window.from)), win_to: String(whole(window.to)) };
  return `WITH members AS (${membersSql(windows)})`;
}

/**
 * What raw points and rollups say of the members' time: `value` of `b` to `e`, cut to `s` to `t` by the window and by what
 * the source speaks for. A rollup says it of the time that its points speak for, of which `density` is covered.
 * Undefined where rollups answer for all of the range and none of them is cut.
 */
function takenSql({ sources: { rawSegments, rollups }, uncut }: Plan): string | undefined {
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
  return branches.length === 0 ? undefined : branches.join(' UNION ALL ');
}

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
function uncutSql({ sources: { rollups }, uncut, base, width }: Plan, worth: string, where: string): string[] {
  return rollups
    .flatMap((rollup) => narrow(rollup, uncutOf(rollup, uncut)))
    .map(
      (rollup) => `
    SELECT m.grp AS grp, (r.time - ${base}) // ${width} AS bucket, sum(${worth}) AS worth
    FROM ${rollup.table} r JOIN members m ON r.series = m.series
    WHERE ${rollup.where} AND ${where} GROUP BY ALL`
    );
}

/** What the lists of a row hold, by its first column. */
export const KINDS = { buckets: 0, halves: 1, stretches: 2 } as const;

/** Of stretches that reach over more buckets than this there may be too many for Node to share out. */
const FAR = 60;

/**
 * What the `stretches` of time `s` to `t` are worth, and what is known by bucket: a row a group of each of the `KINDS`, with
 * lists, of which far more are read in a moment than of rows. Buckets count from the first; stretches have a begin and an end.
 *
 * Stretches that are no longer than a bucket lie in two at most, and are added up by their first bucket. Longer ones are
 * told as they are, for Node to share out, unless they may be far longer and there are more of them than buckets: then
 * they are shared out here.
 * @param stretches the CTE of that name; undefined where there are none
 */
function shareOut(
  { longest, base, width, cells }: Plan,
  part: (from: string, to: string) => string,
  stretches: string | undefined,
  uncut: readonly string[]
): { ctes: string[]; rows: string[] } {
  const [start, edge] = [`(${base} + bucket * ${width})`, `(${base} + (bucket + 1) * ${width})`];
  const byBucket = [...uncut];
  const ctes: string[] = [];
  const rows: string[] = [];
  if (stretches !== undefined) {
    const some = longest > width;
    const isFar = longest > FAR * width;
    ctes.push(`stretches AS ${some ? 'MATERIALIZED ' : ''}(${stretches})`);
    rows.push(`
  SELECT ${KINDS.halves}, grp, list(bucket::DOUBLE), list(beyond), list(here::DOUBLE)
  FROM (
    SELECT grp, bucket, sum(${part('s', `least(t, ${edge})`)}) AS here,
      (sum(${part(edge, 't')}) FILTER (t > ${edge}))::DOUBLE AS beyond
    FROM (SELECT *, (s - ${base}) // ${width} AS bucket FROM stretches${some ? ` WHERE t - s <= ${width}` : ''})
    GROUP BY grp, bucket)
  GROUP BY grp`);
    if (some) {
      rows.push(`
  SELECT ${KINDS.stretches}, grp, list(s::DOUBLE), list(t::DOUBLE), list((${part('s', 't')})::DOUBLE)
  FROM stretches WHERE t - s > ${width}${isFar ? ' AND (SELECT few FROM few)' : ''} GROUP BY grp`);
    }
    if (isFar) {
      ctes.push(`few AS MATERIALIZED (SELECT count(*) <= ${cells} AS few FROM stretches WHERE t - s > ${width})`);
      byBucket.push(`
    SELECT grp, bucket, sum(${part(`greatest(s, ${start})`, `least(t, ${edge})`)}) AS worth
    FROM (
      SELECT *, unnest(range((s - ${base}) // ${width}, (t - ${base} - 1) // ${width} + 1)) AS bucket
      FROM stretches WHERE t - s > ${width} AND NOT (SELECT few FROM few))
    GROUP BY grp, bucket`);
    }
  }
  if (byBucket.length > 0) {
    rows.push(`
  SELECT ${KINDS.buckets}, grp, list(bucket::DOUBLE), []::DOUBLE[], list(worth::DOUBLE)
  FROM (${byBucket.join(' UNION ALL ')}) GROUP BY grp`);
  }
  return { ctes, rows };
}

function sqlOf(plan: Plan, { ctes, rows }: { ctes: string[]; rows: string[] }): string {
  return `${[windowedSql(plan), ...ctes].join(',\n  ')}${rows.join(' UNION ALL')}`;
}

export function valueSql(plan: Plan, withoutZeros = false): string {
  const isTold = (value: string): string => `isfinite(${value})${withoutZeros ? ` AND ${value} <> 0` : ''}`;
  const part = (from: string, to: string): string =>
    `CASE WHEN b = e THEN value ELSE value * (${to} - ${from}) / (e - b) END`;
  const taken = takenSql(plan);
  const stretches =
    taken &&
    `SELECT grp, value, b, e, s, t FROM (${taken})
    WHERE ${isTold('value')} AND (s < t OR (b = e AND s = e AND e < until))`;
  return sqlOf(plan, shareOut(plan, part, stretches, uncutSql(plan, 'r.share', isTold('r.share'))));
}

/** A stretch begins where the furthest of those that began before it ends: what is left of them does not overlap. */
export function timeSql(plan: Plan): string {
  // As `least`, which takes longer than all the rest of the query.
  const covered = 'if(r.covered < r.ends - r.begins, r.covered, r.ends - r.begins) / 1e6';
  const part = (from: string, to: string): string => `(${to} - ${from}) * density / 1e6`;
  const taken = takenSql(plan);
  const cut = taken && `cut AS MATERIALIZED (SELECT series, grp, s, t, density, raw FROM (${taken}) WHERE s < t)`;
  const stretches =
    taken &&
    `SELECT grp, greatest(s, coalesce(told, s)) AS s, t, 1.0::DOUBLE AS density
    FROM (
      SELECT grp, s, t, max(t) OVER (
        PARTITION BY series ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told
      FROM cut WHERE raw)
    WHERE t > coalesce(told, s)
    UNION ALL SELECT grp, s, t, density FROM cut WHERE NOT raw`;
  const shared = shareOut(plan, part, stretches, uncutSql(plan, covered, 'r.ends > r.begins'));
  return sqlOf(plan, { ...shared, ctes: [...(cut === undefined ? [] : [cut]), ...shared.ctes] });
}

/**
 * Rollups hold what is said of each bucket's own time: from them, `first` is no earlier than the range, and what speaks
 * from before its end on may be told a bucket's width too early.
 */
export function extentsSql({ rawSegments, rollups, beyond }: Sources, to: Micros): string {
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
