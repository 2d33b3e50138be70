import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { caller } from '../caller.js';

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

  /** @param explain what is told instead of an error of DuckDB's */
  private constructor(private readonly explain: (error: Error) => Error) {}

  static async connect(instance: DuckDBInstance, explain = (error: Error): Error => error): Promise<Readers> {
    const readers = new Readers(explain);
    for (let n = 0; n < READERS; n++) {
      readers.#idle.push(await instance.connect());
    }
    return readers;
  }

  /**
   * Runs one query and returns its columns.
   * @param sql made, where it is a function, at the moment that the query begins
   * @param types of the parameters; may hold more than the query takes
   * @throws the reason of whom the store is asked for, see `askFor`, where that one goes away: the query ends at once
   */
  async columns(sql: string | (() => string), parameters: Parameters, types: ParameterTypes): Promise<DuckDBValue[][]> {
    const signal = caller();
    const connection = await this.#take(signal);
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      signal?.throwIfAborted();
      const reader = await connection.runAndReadAll(typeof sql === 'string' ? sql : sql(), parameters, types);
      const columns = reader.getColumns();
      // Without rows there are no columns either: give each its empty one.
      return Array.from({ length: reader.columnCount }, (_, index) => columns[index] ?? []);
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
