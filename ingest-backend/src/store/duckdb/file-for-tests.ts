import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';

/** Runs statements in a DuckDB file. */
export function runIn(path: string, statements: readonly string[]): Promise<void> {
  return connected(path, async (connection) => {
    for (const statement of statements) {
      await connection.run(statement);
    }
  });
}

/** The rows that a DuckDB file answers with. */
export function askOf(path: string, sql: string): Promise<DuckDBValue[][]> {
  return connected(path, async (connection) => (await connection.runAndReadAll(sql)).getRows());
}

async function connected<T>(path: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}
