import { BIGINT, DOUBLE, INTEGER, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { ProfilePoint, TextLine } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { ProfileHistory, ProfilesQuestion } from '../store.js';
import { appendRows, wholeMicros } from './append.js';
import { compareSeries, type Dictionary } from './dictionary.js';
import { range, TYPES } from './questions.js';
import type { Readers } from './readers.js';

/** A profile or message that is new, with the numbers of its series and partition. */
export interface StagedProfile {
  readonly profile: ProfilePoint | TextLine;
  readonly series: number;
  readonly partition: number;
}

export async function appendProfiles(writer: DuckDBConnection, staged: readonly StagedProfile[]): Promise<void> {
  const rows = staged.map(({ profile, series, partition }) => {
    const { time, content, offset } = profile;
    const span = profile.kind === 'profile' ? profile.span : 0;
    return [series, BigInt(wholeMicros(time)), span, wellFormed(content), partition, BigInt(offset)];
  });
  await appendRows(writer, 'profiles', [UINTEGER, BIGINT, DOUBLE, VARCHAR, UINTEGER, BIGINT], rows);
}

const PROFILES_SQL = `
  WITH members AS (SELECT unnest($series) AS series)
  SELECT p.series, p.time::DOUBLE, p.span, p.content
  FROM profiles p JOIN members m ON p.series = m.series
  WHERE p.time >= $from AND p.time < $to
  ORDER BY p.time DESC, p."offset" DESC, p.series, p.partition
  LIMIT $limit`;

export async function findProfiles(
  readers: Readers,
  dictionary: Dictionary,
  question: ProfilesQuestion
): Promise<ProfileHistory[]> {
  const rows = dictionary.select(question, question.metric ?? 'profile').sort(compareSeries);
  if (rows.length === 0 || question.from >= question.to) {
    return [];
  }
  const columns = await readers.columns(
    PROFILES_SQL,
    { series: listValue(rows.map(({ id }) => id)), ...range(question.from, question.to), limit: question.limit },
    { ...TYPES, limit: INTEGER }
  );
  const [ids, times, spans, contents] = columns as [number[], number[], number[], string[]];
  const histories = new Map(
    rows.map(({ id, ...series }) => [
      id,
      { series, times: [] as number[], spans: [] as number[], contents: [] as string[] },
    ])
  );
  for (let row = ids.length - 1; row >= 0; row--) {
    const history = histories.get(ids[row] as number);
    history?.times.push(times[row] as number);
    history?.spans.push(spans[row] as number);
    history?.contents.push(contents[row] as string);
  }
  return [...histories.values()].filter((history) => history.times.length > 0);
}
