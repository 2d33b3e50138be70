import { DuckDBInstance } from '@duckdb/node-api';

const SHOWN = 12;

/** What tells a stored row from others, and what it says. */
export interface Row {
  /** Where it came from: series, partition, offset, time. */
  readonly origin: string;
  readonly content: string;
}

const ROWS = `
  SELECT concat_ws(' ', workflow, model, engine, metric, slot) AS series, time, value::VARCHAR AS value,
    span::VARCHAR AS rest, key, "offset"
  FROM points JOIN series ON points.series = series.id JOIN partitions ON partition = partitions.id
  WHERE workflow <> 'pneumograph'
  UNION ALL
  SELECT concat_ws(' ', workflow, model, engine, metric, slot), time, code::VARCHAR, text, key, "offset"
  FROM states JOIN series ON states.series = series.id JOIN partitions ON partition = partitions.id
  UNION ALL
  SELECT concat_ws(' ', workflow, model, slot, monitor, feature, name), time, state,
    concat_ws(' ', alerts.id, starts_at, severity, text, value, evidence), key, "offset"
  FROM alerts JOIN partitions ON partition = partitions.id
  ORDER BY ALL`;

/** All points, states and alerts in a store that nobody has open. */
export async function storedRows(path: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll(ROWS)).getRows();
    connection.closeSync();
    return rows.map(([series, time, value, rest, key, offset]) => ({
      origin: [series, time, key, offset].join(' '),
      content: `${String(series)} at ${String(time)}: ${String(value)} (${String(rest)})`,
    }));
  } finally {
    instance.closeSync();
  }
}

/** @throws Error that shows the first rows that differ, unless both hold the same, as often */
export function expectSame(found: readonly Row[], expected: readonly Row[]): void {
  const counts = new Map<string, number>();
  expected.forEach(({ content }) => counts.set(content, (counts.get(content) ?? 0) + 1));
  found.forEach(({ content }) => counts.set(content, (counts.get(content) ?? 0) - 1));
  const differing = [...counts].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  if (expected.length === 0 || differing.length > 0) {
    const lines = differing.slice(0, SHOWN).map(([content, count]) => {
      const places = found.filter((row) => row.content === content).map(({ origin }) => origin.split(' ').at(-1));
      return `  ${count > 0 ? `missing ${count}` : `too many ${-count}`}: ${content}, found from ${places.join(', ')}`;
    });
    throw new Error(
      `expected the ${expected.length} rows of the undisturbed run, found ${found.length}, ` +
        `${differing.length} rows differ:\n${lines.join('\n')}`
    );
  }
}
