import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { caller } from '../caller.js';

/**
 * Two at once: every running query holds one of the four threads that Node has for such work, and the writer must
 * always find one free.
 */
const READERS = 2;

export type Parameters = Record<string, DuckDBValue>;
export type ParameterTypes = Record<string, DuckDBType>;

/** @param count of columns, which are known even where there is no row */
export type ReadRows<T> = (chunks: readonly DuckDBDataChunk[], count: number) => T;

/** Connections for questions. Each sees the store as it was when its query began, whatever is being written. */
export class Readers {
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: Array<(connection: DuckDBConnection) => void> = [];

  /** @param explain what is told instead of an error of DuckDB's */
  private constructor(private readonly explain: (error: Error) => Error) {}

  static async connect(instance: DuckDBInstance, explain = (error: Error): Error => error): Promise<Readers> {
    const readers = new Readers(explain);
    for (let n = 0; n < READERS; n++) {
      readers.#idle.push(await instance.connect());
    }
    return readers;
  }

  /** Runs one query and returns its columns, see `ask`. */
  columns(sql: string | (() => string), parameters: Parameters, types: ParameterTypes): Promise<DuckDBValue[][]> {
    return this.ask(sql, parameters, types, columnsOf);
  }

  /**
   * Runs one query.
   * @param sql made, where it is a function, at the moment that the query begins
   * @param types of the parameters; may hold more than the query takes
   * @param read makes what is returned of the rows
   * @throws the reason of whom the store is asked for, see `askFor`, where that one goes away: the query ends at once
   */
  async ask<T>(
    sql: string | (() => string),
    parameters: Parameters,
    types: ParameterTypes,
    read: ReadRows<T>
  ): Promise<T> {
    const signal = caller();
    const connection = await this.#take(signal);
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      signal?.throwIfAborted();
      const result = await connection.run(typeof sql === 'string' ? sql : sql(), parameters, types);
      return read(await result.fetchAllChunks(), result.columnCount);
    } catch (error) {
      signal?.throwIfAborted();
      throw this.explain(error as Error);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#giveBack(connection);
    }
  }

  /** Waits for the queries that run, then disconnects. */
  async close(): Promise<void> {
    for (let n = 0; n < READERS; n++) {
      (await this.#take()).disconnectSync();
    }
  }

  /** @throws the signal's reason where it is aborted before it is this one's turn */
  async #take(signal?: AbortSignal): Promise<DuckDBConnection> {
    signal?.throwIfAborted();
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal?.reason as Error);
      };
      const turn = (connection: DuckDBConnection): void => {
        signal?.removeEventListener('abort', leave);
        resolve(connection);
      };
      signal?.addEventListener('abort', leave);
      this.#waiting.push(turn);
    });
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

/** DuckDB's own `getColumns` lets arrays grow value by value, which takes longer than many queries do. */
export const columnsOf: ReadRows<DuckDBValue[][]> = (chunks, count) => {
  const rows = chunks.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return Array.from({ length: count }, (_, index) => {
    const column = new Array<DuckDBValue>(rows);
    let row = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(index);
      for (let item = 0; item < vector.itemCount; item++) {
        column[row++] = vector.getItem(item);
      }
    }
    return column;
  });
};
