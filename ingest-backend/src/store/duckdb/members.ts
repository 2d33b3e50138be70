import { listValue, type DuckDBListValue } from '@duckdb/node-api';
import type { SeriesRow } from './dictionary.js';

/** Series with the number of the group that each belongs to, in one number each: to plan with two lists takes longer. */
export function membersOf(
  groups: ReadonlyArray<{ readonly members: readonly Pick<SeriesRow, 'id'>[] }>
): DuckDBListValue {
  return listValue(
    groups.flatMap(({ members }, group) => members.map(({ id }) => (BigInt(group) << 32n) | BigInt(id)))
  );
}

/**
 * The columns `series` and `grp` of the parameter `members`.
 * @param more columns beside them by name, which may be made of lists of the same length
 */
export function membersSql(more: Readonly<Record<string, string>> = {}): string {
  const names = Object.keys(more).map((name) => `, ${name}`);
  const columns = Object.entries(more).map(([name, sql]) => `, ${sql} AS ${name}`);
  return `SELECT (member & 4294967295)::UINTEGER AS series, (member >> 32)::INTEGER AS grp${names.join('')}
    FROM (SELECT unnest($members) AS member${columns.join('')})`;
}
