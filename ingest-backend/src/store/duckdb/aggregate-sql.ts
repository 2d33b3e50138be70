import { ENGINE_STATES, WORST_FIRST, type Across, type Over } from '@pneumograph/contract';

/** One series' points of a bucket become one value. Rows are `p`; spans weigh an average. */
const OVER_SQL: Readonly<Record<Over, string>> = {
  avg: 'CASE WHEN sum(p.span) > 0 THEN sum(p.value * p.span) / sum(p.span) ELSE avg(p.value) END',
  sum: 'sum(p.value)',
  min: 'min(p.value)',
  max: 'max(p.value)',
  // Of two points of the same time the later message wins; partitions only make the choice the same every time.
  last: 'arg_max(p.value, {t: p.time, o: p."offset", p: p.partition})',
  count: 'count(*)::DOUBLE',
  p50: 'quantile_cont(p.value, 0.5)',
  p95: 'quantile_cont(p.value, 0.95)',
  p99: 'quantile_cont(p.value, 0.99)',
};

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

/** Series and the number of the group that each belongs to, from two lists. */
const MEMBERS = `members AS (SELECT unnest($series) AS series, unnest($groups) AS grp)`;

/** Buckets are counted from `$base`, a bucket's start at or before `$from`: no rounding below zero, and small numbers. */
const BUCKET = '(p.time - $base) // $width';

const IN_RANGE = 'p.time >= $from AND p.time < $to AND isfinite(p.value)';

/**
 * Columns `grp`, `bucket`, `v`, by group and bucket.
 * @param joined whether any group has more than one series; else joining across is left out
 */
export function aggregateSql(over: Over, across: Across, joined: boolean): string {
  const perSeries = `
    SELECT m.grp AS grp, ${BUCKET} AS bucket, ${OVER_SQL[over]} AS v
    FROM points p JOIN members m ON p.series = m.series
    WHERE ${IN_RANGE}
    GROUP BY p.series, m.grp, bucket`;
  const perGroup = joined
    ? `SELECT grp, bucket, ${ACROSS_SQL[across]} AS v FROM per_series WHERE isfinite(v) GROUP BY grp, bucket`
    : 'SELECT grp, bucket, v FROM per_series';
  return `WITH ${MEMBERS}, per_series AS (${perSeries}), per_group AS (${perGroup})
    SELECT grp, bucket::DOUBLE, v FROM per_group WHERE isfinite(v) ORDER BY grp, bucket`;
}

/** Like `aggregateSql`, of each series' last bucket alone: one row a group, `bucket` being the newest of them. */
export function latestSql(over: Over, across: Across): string {
  return `WITH ${MEMBERS},
    newest AS (
      SELECT m.grp AS grp, m.series AS series, max(${BUCKET}) AS bucket
      FROM points p JOIN members m ON p.series = m.series
      WHERE ${IN_RANGE}
      GROUP BY m.grp, m.series),
    per_series AS (
      SELECT n.grp AS grp, n.bucket AS bucket, ${OVER_SQL[over]} AS v
      FROM points p JOIN newest n ON p.series = n.series AND ${BUCKET} = n.bucket
      WHERE ${IN_RANGE}
      GROUP BY n.series, n.grp, n.bucket)
    SELECT grp, max(bucket)::DOUBLE, ${ACROSS_SQL[across]} AS v
    FROM per_series WHERE isfinite(v) GROUP BY grp HAVING isfinite(v) ORDER BY grp`;
}
