import { LOG_GAMMA, OFFSET, SMALLEST } from '../../cells.js';
import { LOOK_AHEAD, TIER_WIDTH, type RollupTier } from '../../store.js';

/** Columns of the tables of rollups, in their order; times within a bucket are microseconds from its start. */
export const ROLLUP_COLUMNS = [
  ...['metric', 'series', 'time', 'count', 'sum', 'min', 'max', 'last', 'last_at', 'span', 'weighted'],
  ...['share', 'covered', 'begins', 'ends', 'cells', 'counts'],
] as const;

export const tableOf = (tier: RollupTier): string => `rollups_${tier}`;

/**
 * `count` to `weighted`, `cells` and `counts` are of the points whose time lies in the bucket; `share`, `covered`,
 * `begins` and `ends` of the stretches of time that points speak for, as far as they lie in it. `metric` is a hash of the
 * series' metric: rows are sorted by it, so that a question reads those of its metric alone.
 */
export const rollupTableSql = (tier: RollupTier): string =>
  `CREATE TABLE ${tableOf(tier)} (metric UINTEGER NOT NULL, series UINTEGER NOT NULL, time BIGINT NOT NULL,
     count UINTEGER NOT NULL, sum DOUBLE, min DOUBLE, max DOUBLE, last DOUBLE, last_at UINTEGER, span DOUBLE NOT NULL,
     weighted DOUBLE, share DOUBLE, covered UINTEGER NOT NULL, begins UINTEGER, ends UINTEGER,
     cells INTEGER[] NOT NULL, counts UINTEGER[] NOT NULL)`;

/** The cell of a value, see `cellOf`. */
export const cellSql = (value: string): string =>
  `CASE WHEN abs(${value}) < ${SMALLEST} THEN 0
     ELSE sign(${value}) * (ceil(ln(abs(${value})) / ${LOG_GAMMA}) + ${OFFSET}) END::INTEGER`;

/** What a cell stands for, see `valueOf`. */
export const cellValueSql = (cell: string): string =>
  `CASE WHEN ${cell} = 0 THEN 0 ELSE sign(${cell}) * exp((abs(${cell}) - ${OFFSET}) * ${LOG_GAMMA}) * 0.99 END`;

/** Where a point's time begins, for rollups: what lies further back than questions look is left out. */
const BEGIN = `(p.time - round(least(p.span * 1e6, ${LOOK_AHEAD}))::BIGINT)`;

/**
 * The rollups of a tier from `$from` to `$to`, both multiples of its width, of raw points. `members` gives each series
 * its metric's hash; what is of no member is left out.
 *
 * @param source condition on the points `p` beside their time
 * @param reach how far after `$to` points may speak for time before it
 */
export function rollupSql(tier: RollupTier, reach: number, source = 'true'): string {
  const width = TIER_WIDTH[tier];
  const bucket = (time: string) => `((${time} - $from) // ${width})`;
  return `WITH members AS (SELECT unnest($series) AS series, unnest($metrics) AS metric),
    taken AS MATERIALIZED (
      SELECT p.series, p.time, p.value, p.span, p."offset", p.partition, ${BEGIN} AS b,
        least(p.span * 1e6, 4e15) AS length
      FROM points p
      WHERE p.time >= $from AND p.time < $to + ${reach} AND (${BEGIN}) < $to AND ${source}),
    told AS (
      SELECT *, ${bucket('time')} AS bucket FROM taken WHERE time < $to AND isfinite(value)),
    totals AS (
      SELECT series, bucket, count(*)::UINTEGER AS count, sum(value) AS sum, min(value) AS min, max(value) AS max,
        arg_max({v: value, t: time}, {t: time, o: "offset", p: partition}) AS last,
        sum(span) AS span, sum(value * span) AS weighted
      FROM told GROUP BY series, bucket),
    sketches AS (
      SELECT series, bucket, list(cell ORDER BY cell) AS cells, list(n ORDER BY cell) AS counts
      FROM (
        SELECT series, bucket, ${cellSql('value')} AS cell, count(*)::UINTEGER AS n FROM told
        GROUP BY series, bucket, cell)
      GROUP BY series, bucket),
    ordered AS (
      SELECT series, value, b, time, length, max(time) OVER (
        PARTITION BY series ORDER BY b, time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS known
      FROM taken),
    stretches AS (
      SELECT series, b, time, length, if(isfinite(value), value, NULL) AS value, greatest(b, known) AS fresh,
        greatest(b, $from) AS s, least(time, $to) AS t
      FROM ordered),
    pieces AS (
      SELECT *, bucket * ${width} + $from AS start
      FROM (
        SELECT *, unnest(range(${bucket('s')}, ${bucket('greatest(t - 1, s)')} + 1)) AS bucket FROM stretches)),
    shares AS (
      SELECT series, bucket,
        sum(CASE WHEN b = time THEN value
          ELSE value * (least(t, start + ${width}) - greatest(s, start)) / length END) AS share,
        sum(greatest(least(t, start + ${width}) - greatest(s, fresh, start), 0))::UINTEGER AS covered,
        min(greatest(s, start) - start)::UINTEGER AS begins,
        max(least(t, start + ${width}) - start) FILTER (b < time)::UINTEGER AS ends
      FROM pieces WHERE start < $to GROUP BY series, bucket),
    joined AS (
      SELECT coalesce(a.series, c.series) AS series, coalesce(a.bucket, c.bucket) AS bucket, a.* EXCLUDE (series, bucket),
        c.* EXCLUDE (series, bucket)
      FROM (SELECT x.*, y.cells, y.counts FROM totals x JOIN sketches y USING (series, bucket)) a
      FULL JOIN shares c ON a.series = c.series AND a.bucket = c.bucket)
    SELECT m.metric, j.series, j.bucket * ${width} + $from AS time, coalesce(j.count, 0)::UINTEGER AS count,
      if(isfinite(j.sum), j.sum, NULL), j.min, j.max, j.last.v AS last,
      (j.last.t - (j.bucket * ${width} + $from))::UINTEGER AS last_at, coalesce(j.span, 0) AS span,
      if(isfinite(j.weighted), j.weighted, NULL), if(isfinite(j.share), j.share, NULL),
      coalesce(j.covered, 0) AS covered, j.begins, j.ends, coalesce(j.cells, []) AS cells, coalesce(j.counts, []) AS counts
    FROM joined j JOIN members m ON j.series = m.series
    ORDER BY m.metric, j.series, time`;
}
