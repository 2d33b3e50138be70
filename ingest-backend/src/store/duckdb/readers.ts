import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api';

/**
 * Two at once: every running query holds one of the four threads that Node has for such work, and the writer must
 * always find one free.
 */
const READERS = 2;

export type Parameters = Record<string, DuckDBValue>;
export type ParameterTypes = Record<string, DuckDBType>;

/** Connections for questions. Each sees the store as it was when its query began, whatever is being written. */
export class Readers {
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: Array<(connection: DuckDBConnection) => void> = [];

  static async connect(instance: DuckDBInstance): Promise<Readers> {
    const readers = new Readers();
    for (let n = 0; n < READERS; n++) {
      readers.#idle.push(await instance.connect());
    }
    return readers;
  }

  /**
   * Runs one query and returns its columns.
   * @param sql made, where it is a function, at the moment that the query begins
   * @param types of the parameters; may hold more than the query takes
   */
  async columns(sql: string | (() => string), parameters: Parameters, types: ParameterTypes): Promise<DuckDBValue[][]> {
    const connection = await this.#take();
    try {
      const reader = await connection.runAndReadAll(typeof sql === 'string' ? sql : sql(), parameters, types);
      const columns = reader.getColumns();
      // Without rows there are no columns either: give each its empty one.
      return Array.from({ length: reader.columnCount }, (_, index) => columns[index] ?? []);
    } finally {
      this.#giveBack(connection);
    }
  }

  /** Waits for the queries that run, then disconnects. */
  async close(): Promise<void> {
    for (let n = 0; n < READERS; n++) {
      (await this.#take()).disconnectSync();
    }
  }

  async #take(): Promise<DuckDBConnection> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#idle.push(connection);
    } else {
      next(connection);
    }
  }
}
