import { BIGINT, LIST, listValue } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import { LOOK_AHEAD, type AnswerSeries, type Extent, type Selection, type SpreadQuestion } from '../store.js';
import { compareSeries, type Dictionary } from './dictionary.js';
import { answersOf, groupBy, range, TYPES, whole } from './questions.js';
import type { ParameterTypes, Readers } from './readers.js';

const SPREAD_TYPES: ParameterTypes = { ...TYPES, reach: BIGINT, begins: LIST(BIGINT), ends: LIST(BIGINT) };

/** Where a point's time begins, in whole microseconds; a span beyond 100 years is as good as one of 100 years. */
const BEGIN = '(p.time - round(least(p.span * 1e6, 4e15))::BIGINT)';

/** Series with their group and the window that they are cut to. */
const MEMBERS = `members AS (
  SELECT unnest($series) AS series, unnest($groups) AS grp, unnest($begins) AS win_from, unnest($ends) AS win_to)`;

/** What all points of the series say, with where their time begins and ends. */
const TAKEN = `
  SELECT p.series AS series, m.grp AS grp, p.value AS value, m.win_from AS win_from, m.win_to AS win_to,
    ${BEGIN} AS b, p.time AS e
  FROM points p JOIN members m ON p.series = m.series
  WHERE p.time >= $from AND p.time < $reach`;

/**
 * Stretches of time `s` to `t` shared out to the buckets that they lie in, where `part` is what a piece of one is
 * worth. Most are no longer than a bucket, so they lie in two at most: those are added up in one go, by their first
 * bucket, and only longer ones are kept to become a row for each bucket. The stretches are read once.
 */
function shareOut(stretches: string, part: (from: string, to: string) => string): string {
  const edge = '($base + (bucket + 1) * $width)';
  return `
    halves AS MATERIALIZED (
      SELECT grp, bucket,
        sum(${part('s', `least(t, ${edge})`)}) FILTER (t - s <= $width) AS here,
        sum(${part(edge, 't')}) FILTER (t - s <= $width AND t > ${edge}) AS beyond,
        list(stretch) FILTER (t - s > $width) AS longer
      FROM (SELECT *, (s - $base) // $width AS bucket, stretches AS stretch FROM ${stretches} stretches)
      GROUP BY grp, bucket),
    shares AS (
      SELECT grp, bucket, here AS v FROM halves WHERE here IS NOT NULL
      UNION ALL SELECT grp, bucket + 1, beyond FROM halves WHERE beyond IS NOT NULL
      UNION ALL
      SELECT grp, bucket, ${part('greatest(s, $base + bucket * $width)', `least(t, ${edge})`)}
      FROM (
        SELECT *, unnest(range((s - $base) // $width, (t - $base - 1) // $width + 1)) AS bucket
        FROM (SELECT unnest(longer, recursive := true) FROM halves)))`;
}

const VALUE_SQL = `WITH ${MEMBERS},
  stretches AS (
    SELECT grp, value, b, e, greatest(b, win_from) AS s, least(e, win_to) AS t FROM (${TAKEN})
    WHERE isfinite(value) AND (s < t OR (b = e AND s = e AND e < win_to))),
  ${shareOut('stretches', (from, to) => `CASE WHEN b = e THEN value ELSE value * (${to} - ${from}) / (e - b) END`)}
  SELECT grp, bucket::DOUBLE, sum(v) AS total FROM shares GROUP BY grp, bucket HAVING isfinite(total) ORDER BY grp, bucket`;

/** A stretch begins where the furthest of those that began before it ends: what is left of them does not overlap. */
const TIME_SQL = `WITH ${MEMBERS},
  cut AS (
    SELECT series, grp, greatest(b, win_from) AS s, least(e, win_to) AS t FROM (${TAKEN}) WHERE s < t),
  ordered AS (
    SELECT grp, s, t, max(t) OVER (
      PARTITION BY series ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS told
    FROM cut),
  stretches AS (
    SELECT grp, greatest(s, coalesce(told, s)) AS s, t FROM ordered WHERE t > coalesce(told, s)),
  ${shareOut('stretches', (from, to) => `(${to} - ${from})`)}
  SELECT grp, bucket::DOUBLE, sum(v)::DOUBLE / 1e6 FROM shares GROUP BY grp, bucket ORDER BY grp, bucket`;

/** What points say of the time that they speak for. */
export async function spread(
  readers: Readers,
  dictionary: Dictionary,
  question: SpreadQuestion
): Promise<AnswerSeries[]> {
  const { from, to, width, window } = question;
  const groups = groupBy(dictionary.select(question, question.metric), question.by);
  if (groups.length === 0 || from >= to) {
    return [];
  }
  const base = Math.floor(from / width) * width;
  const members = groups.flatMap((group) => group.members);
  const windows = members.map((member) => {
    const own = window?.(member) ?? { from, to };
    return { from: Math.max(own.from, from), to: Math.min(own.to, to) };
  });
  const columns = await readers.columns(
    question.measure === 'value' ? VALUE_SQL : TIME_SQL,
    {
      series: listValue(members.map(({ id }) => id)),
      groups: listValue(groups.flatMap((group, index) => group.members.map(() => index))),
      begins: listValue(windows.map((own) => whole(own.from))),
      ends: listValue(windows.map((own) => whole(own.to))),
      from: whole(from),
      reach: whole(to + LOOK_AHEAD),
      base: BigInt(base),
      width: BigInt(width),
    },
    SPREAD_TYPES
  );
  return answersOf(groups, columns as [number[], number[], number[]], base, width);
}

const EXTENTS_SQL = `WITH members AS (SELECT unnest($series) AS series)
  SELECT p.series, min(${BEGIN})::DOUBLE, max(p.time)::DOUBLE, max(p.time) FILTER (p.span > 0)::DOUBLE
  FROM points p JOIN members m ON p.series = m.series
  WHERE p.time >= $from AND p.time < $reach AND (${BEGIN} < $to)
  GROUP BY p.series`;

/** From when until when the points of each series speak. */
export async function extents(
  readers: Readers,
  dictionary: Dictionary,
  selection: Selection,
  metric: string,
  { from, to }: { from: Micros; to: Micros }
): Promise<Extent[]> {
  const rows = dictionary.select(selection, metric).sort(compareSeries);
  if (rows.length === 0 || from >= to) {
    return [];
  }
  const columns = await readers.columns(
    EXTENTS_SQL,
    { series: listValue(rows.map(({ id }) => id)), ...range(from, to), reach: whole(to + LOOK_AHEAD) },
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
