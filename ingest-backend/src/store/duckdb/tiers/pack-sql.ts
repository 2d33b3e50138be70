import type { RollupTier } from '../../store.js';
import { tableOf } from './rollup-sql.js';

/** The rollups of a tier under a condition, those of one series and bucket joined into one, in the order of columns. */
export function packSql(tier: RollupTier, where: string): string {
  const table = tableOf(tier);
  return `WITH chosen AS (FROM ${table} WHERE ${where}),
    twice AS (SELECT series, time FROM chosen GROUP BY series, time HAVING count(*) > 1),
    some AS (SELECT c.* FROM chosen c JOIN twice t ON c.series = t.series AND c.time = t.time),
    sketches AS (
      SELECT series, time, list(cell ORDER BY cell) AS cells, list(n ORDER BY cell) AS counts
      FROM (
        SELECT series, time, cell, sum(n)::UINTEGER AS n
        FROM (SELECT series, time, unnest(cells) AS cell, unnest(counts) AS n FROM some)
        GROUP BY series, time, cell)
      GROUP BY series, time),
    joined AS (
      SELECT metric, series, time, sum(count)::UINTEGER AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max,
        arg_max(last, last_at) AS last, max(last_at) AS last_at, sum(span) AS span, sum(weighted) AS weighted,
        sum(share) AS share, sum(covered)::UINTEGER AS covered, min(begins) AS begins, max(ends) AS ends
      FROM some GROUP BY metric, series, time)
    SELECT c.* FROM chosen c ANTI JOIN twice t ON c.series = t.series AND c.time = t.time
    UNION ALL
    SELECT j.*, coalesce(s.cells, []), coalesce(s.counts, [])
    FROM joined j LEFT JOIN sketches s ON j.series = s.series AND j.time = s.time`;
}
