import { BIGINT, LIST, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import { appendRows } from './append.js';

/** Writes settled times: rows for those that are new, updates for those that are there. */
export async function writeSettled(
  writer: DuckDBConnection,
  first: ReadonlyMap<string, Micros>,
  again: ReadonlyMap<string, Micros>
): Promise<void> {
  const rows = [...first].map(([engine, time]) => [engine, BigInt(time)]);
  await appendRows(writer, 'settled', [VARCHAR, BIGINT], rows);
  if (again.size > 0) {
    await writer.run(
      `UPDATE settled SET time = news.time
       FROM (SELECT unnest($engines) AS engine, unnest($times) AS time) news WHERE settled.engine = news.engine`,
      { engines: listValue([...again.keys()]), times: listValue([...again.values()].map(BigInt)) },
      { engines: LIST(VARCHAR), times: LIST(BIGINT) }
    );
  }
}

/** Puts notes in the place of those that were there; an empty one leaves none. */
export async function replaceNotes(writer: DuckDBConnection, notes: ReadonlyMap<string, string>): Promise<void> {
  if (notes.size === 0) {
    return;
  }
  const keys = listValue([...notes.keys()]);
  await writer.run('DELETE FROM notes WHERE key IN (SELECT unnest($keys))', { keys }, { keys: LIST(VARCHAR) });
  await appendRows(
    writer,
    'notes',
    [VARCHAR, VARCHAR],
    [...notes].filter(([, content]) => content !== '')
  );
}
