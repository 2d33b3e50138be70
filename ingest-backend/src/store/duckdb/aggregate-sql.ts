import { ENGINE_STATES, WORST_FIRST, type Across, type Over } from '@pneumograph/contract';
import { membersSql } from './members.js';
import { cellSql, cellValueSql, type Sources } from './tiers/index.js';

/** How points and rollups of one series in a bucket become one value. Points are `p`, rollups `r`; spans weigh an average. */
interface Joining {
  readonly point: string;
  readonly rollup: string;
  readonly joined: string;
}

const single = (point: string, rollup: string, joined: string): Joining => ({
  point: `${point} AS x`,
  rollup: `${rollup} AS x`,
  joined,
});

type Quantile = 'p50' | 'p95' | 'p99';

const JOININGS: Readonly<Record<Exclude<Over, Quantile>, Joining>> = {
  avg: {
    point: 'p.value * p.span AS weighted, p.span AS span, p.value AS total, 1 AS n',
    rollup: 'r.weighted AS weighted, r.span AS span, r.sum AS total, r.count AS n',
    joined: 'CASE WHEN sum(span) > 0 THEN sum(weighted) / sum(span) ELSE sum(total) / sum(n) END',
  },
  sum: single('p.value', 'r.sum', 'sum(x)'),
  min: single('p.value', 'r.min', 'min(x)'),
  max: single('p.value', 'r.max', 'max(x)'),
  // Of two points of the same time the later message wins; partitions only make the choice the same every time.
  last: {
    point: 'p.value AS x, {t: p.time, o: p."offset", p: p.partition} AS came',
    rollup: 'r.last AS x, {t: r.time + r.last_at, o: -1::BIGINT, p: 0::UINTEGER} AS came',
    joined: 'arg_max(x, came)',
  },
  count: single('1', 'r.count', 'sum(x)::DOUBLE'),
};

const SHARES: Readonly<Partial<Record<Over, number>>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** The codes of states in their rank order, so that the lowest rank is the worst state. */
const RANKED_CODES = WORST_FIRST.map((name) => ENGINE_STATES[name]);
/** A code that this version does not know says as little as silence does. */
const UNKNOWN_RANK = WORST_FIRST.indexOf('unknown') + 1;
const RANKS = `[${RANKED_CODES.map((code) => `${code}::DOUBLE`).join(', ')}]`;

/** The values of several series become one; the column is `v`. */
const ACROSS_SQL: Readonly<Record<Across, string>> = {
  sum: 'sum(v)',
  avg: 'avg(v)',
  min: 'min(v)',
  max: 'max(v)',
  worst: `${RANKS}[min(coalesce(nullif(list_position(${RANKS}, v), 0), ${UNKNOWN_RANK}))]`,
};

/** Series and the number of the group that each belongs to. */
const MEMBERS = `members AS (${membersSql()})`;

/** Buckets are counted from `$base`, a bucket's start at or before `$from`: no rounding below zero, and small numbers. */
const bucket = (table: string): string => `(${table}.time - $base) // $width`;

interface Rows extends Pick<Joining, 'point' | 'rollup'> {
  /** Whether members have a bucket each that alone is wanted. */
  readonly one: boolean;
}

interface Branches extends Pick<Joining, 'point' | 'rollup'> {
  /** Joins the members `m` to a table. */
  readonly join: (table: string) => string;
}

/** All that the sources tell of the members, as rows of series and what is told of points and rollups. */
function branchesSql({ raw, rollups }: Sources, { point, rollup, join }: Branches): string {
  return [
    ...raw.map(
      (where) => `SELECT p.series, ${point}
        FROM points p ${join('p')} WHERE ${where} AND isfinite(p.value)`
    ),
    ...rollups.map(
      ({ table, where }) => `SELECT r.series, ${rollup}
        FROM ${table} r ${join('r')} WHERE ${where} AND r.count > 0`
    ),
  ].join('\n      UNION ALL ');
}

/** All that the sources tell of the members, as rows of series, group, bucket and what a joining wants. */
function rowsSql(sources: Sources, { point, rollup, one }: Rows): string {
  return branchesSql(sources, {
    point: `m.grp, ${bucket('p')} AS bucket, ${point}`,
    rollup: `m.grp, ${bucket('r')} AS bucket, ${rollup}`,
    join: (t) => `JOIN members m ON m.series = ${t}.series${one ? ` AND m.bucket = ${bucket(t)}` : ''}`,
  });
}

/** The CTE `per_series`: columns `series`, `grp`, `bucket` and `v`. */
function perSeriesSql(sources: Sources, over: Over, one: boolean): string {
  const share = SHARES[over];
  if (share === undefined) {
    const joining = JOININGS[over as keyof typeof JOININGS];
    return `told AS (${rowsSql(sources, { ...joining, one })}),
    per_series AS (SELECT series, grp, bucket, ${joining.joined} AS v FROM told GROUP BY series, grp, bucket)`;
  }
  if (sources.rollups.length === 0) {
    return `told AS (${rowsSql(sources, { point: 'p.value AS x', rollup: '', one })}),
    per_series AS (SELECT series, grp, bucket, quantile_cont(x, ${share}) AS v FROM told GROUP BY series, grp, bucket)`;
  }
  return sketchedSql(sources, share, one);
}

/** Quantiles of merged sketches: between the two nearest ranks, in proportion, each told by its cell. */
function sketchedSql(sources: Sources, share: number, one: boolean): string {
  const told = rowsSql(sources, {
    point: `${cellSql('p.value')} AS cell, 1 AS n, p.value AS low, p.value AS high`,
    rollup: 'unnest(r.cells) AS cell, unnest(r.counts) AS n, r.min AS low, r.max AS high',
    one,
  });
  const rank = `${share} * (total - 1)`;
  const at = (whole: string): string => cellValueSql(`(min(cell) FILTER (upto > ${whole}(${rank})))`);
  return `told AS (${told}),
    sketch AS (
      SELECT series, grp, bucket, cell, sum(n) AS n, min(low) AS low, max(high) AS high
      FROM told GROUP BY series, grp, bucket, cell),
    ranked AS (
      SELECT *, sum(n) OVER (PARTITION BY series, grp, bucket ORDER BY cell) AS upto,
        sum(n) OVER (PARTITION BY series, grp, bucket) AS total
      FROM sketch),
    nearest AS (
      SELECT series, grp, bucket, ${at('floor')} AS below, ${at('ceil')} AS above,
        any_value(${rank} - floor(${rank})) AS part, min(low) AS low, max(high) AS high
      FROM ranked GROUP BY series, grp, bucket),
    per_series AS (
      SELECT series, grp, bucket, least(greatest(below + (above - below) * part, low), high) AS v FROM nearest)`;
}

/**
 * Columns `grp`, `bucket`, `v`, by group and bucket.
 * @param joined whether any group has more than one series; else joining across is left out
 */
export function aggregateSql(sources: Sources, over: Over, across: Across, joined: boolean): string {
  const perGroup = joined
    ? `SELECT grp, bucket, ${ACROSS_SQL[across]} AS v FROM per_series WHERE isfinite(v) GROUP BY grp, bucket`
    : 'SELECT grp, bucket, v FROM per_series';
  return `WITH ${MEMBERS}, ${perSeriesSql(sources, over, false)}, per_group AS (${perGroup})
    SELECT grp, bucket::DOUBLE, v FROM per_group WHERE isfinite(v) ORDER BY grp, bucket`;
}

/** The ways in which `totalsSql` joins, in the order of its columns. */
export const TOTAL_WAYS = (['sum', 'avg'] as const).flatMap((over) =>
  (['sum', 'avg'] as const).map((across) => ({ over, across }))
);

/** Columns `grp` and one for each of `TOTAL_WAYS`, by group. A series may belong to several groups. */
export function totalsSql(sources: Sources): string {
  const { point, rollup, joined } = JOININGS.avg;
  const join = (t: string): string => `SEMI JOIN members m ON m.series = ${t}.series`;
  const columns = TOTAL_WAYS.map(({ over, across }) => `${across}("${over}") FILTER (isfinite("${over}"))`);
  return `WITH ${MEMBERS}, told AS (${branchesSql(sources, { point, rollup, join })}),
    per_series AS (SELECT series, sum(total) AS "sum", ${joined} AS "avg" FROM told GROUP BY series)
    SELECT grp, ${columns.join(', ')} FROM per_series JOIN members USING (series) GROUP BY grp ORDER BY grp`;
}

/** Like `aggregateSql`, of each series' last bucket alone: one row a group, `bucket` being the newest of them. */
export function latestSql(sources: Sources, over: Over, across: Across): string {
  const times = rowsSql(sources, { point: 'p.time AS time', rollup: 'r.time AS time', one: false });
  return `WITH all_members AS (${membersSql()}),
    newest AS (
      WITH members AS (FROM all_members), times AS (${times})
      SELECT series, grp, max(bucket) AS bucket FROM times GROUP BY series, grp),
    members AS (FROM newest),
    ${perSeriesSql(sources, over, true)}
    SELECT grp, max(bucket)::DOUBLE, ${ACROSS_SQL[across]} AS v
    FROM per_series WHERE isfinite(v) GROUP BY grp HAVING isfinite(v) ORDER BY grp`;
}
