import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ArchiveItem, Batch } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import { knownAlerts } from './alerts.js';
import { apply, isEmpty, lowestBelow, remember, stage, withoutLongPast } from './change.js';
import { Memory } from './memory.js';
import { failure } from './open.js';
import { transact } from './tiers/index.js';

export type Prepare = (fresh: readonly ArchiveItem[]) => Promise<void>;

/** What changes the file: one thing after the other, each all or nothing, and what is known of the file in memory. */
export class Writer {
  /** A failed change leaves names and points in memory that are not in the file. */
  #stale = false;
  #closed = false;
  #queue: Promise<unknown> = Promise.resolve();
  /** What changes rollups, one after the other. */
  #rollups: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly path: string,
    private known: Memory
  ) {}

  /** @param connection to a file whose schema is that of this version */
  static async on(instance: DuckDBInstance, connection: DuckDBConnection, path: string): Promise<Writer> {
    return new Writer(instance, connection, path, await Memory.load(connection));
  }

  /** What is in the file by now. */
  get memory(): Memory {
    return this.known;
  }

  /** Lets what is under way end, and writes the log into the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    try {
      await this.connection.run('CHECKPOINT');
    } finally {
      this.connection.disconnectSync();
    }
  }

  /** Lets something have the connection for itself. */
  enqueue<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const done = this.#queue.then(() => {
      if (this.#closed) {
        throw new StoreError('closed', 'The store is closed.');
      }
      return work(this.connection);
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** @param committed makes true in memory what is true in the file, before the next change */
  transact<T>(work: (connection: DuckDBConnection) => Promise<T>, committed?: (result: T) => void): Promise<T> {
    return this.enqueue((connection) => this.#transact(() => work(connection), committed));
  }

  /** On a connection beside, while nobody else changes rollups. */
  beside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#whileRollupsRest(async () => {
      const connection = await this.instance.connect();
      try {
        return await work(connection);
      } finally {
        connection.disconnectSync();
      }
    });
  }

  write(batch: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    return this.enqueue(() => this.#write(batch, prepare));
  }

  /** Takes something away, of points and rollups alike. */
  remove<T>(work: (connection: DuckDBConnection, memory: Memory) => Promise<T>): Promise<T> {
    return this.enqueue((connection) =>
      this.#whileRollupsRest(async () => {
        const removed = await this.#transact(() => work(connection, this.known));
        await this.#load();
        return removed;
      })
    );
  }

  /** Learns anew what is in the file. */
  reload(): Promise<void> {
    return this.enqueue(() => this.#load());
  }

  async #load(): Promise<void> {
    this.#stale = true;
    this.known = await Memory.load(this.connection);
    this.#stale = false;
  }

  #whileRollupsRest<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#rollups.then(work);
    this.#rollups = done.catch(() => undefined);
    return done;
  }

  /** @throws StoreError `failed`, or `full` where the disk is: nothing of it was written then. */
  async #transact<T>(work: () => Promise<T>, committed?: (result: T) => void): Promise<T> {
    try {
      const result = await transact(this.connection, work);
      committed?.(result);
      return result;
    } catch (error) {
      this.#stale = true;
      throw failure(this.path, error as Error);
    }
  }

  /**
   * What is read again from below the position, because a batch was on its way when reading began anew, may be there
   * already though it was forgotten: it is looked up in the file.
   */
  async #lookBack(batch: Batch): Promise<void> {
    const lowest = lowestBelow(this.known, batch);
    if (lowest.size > 0) {
      for (const [{ id }, offset] of lowest) {
        const position = { id, offset: BigInt(offset) };
        await this.connection.run('UPDATE partitions SET position = $offset WHERE id = $id', position);
      }
      this.known = await Memory.load(this.connection);
    }
  }

  async #write(told: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    if (this.#stale) {
      await this.#load();
    }
    const batch = withoutLongPast(this.known, told);
    await this.#lookBack(batch);
    const known = await knownAlerts(this.connection, batch);
    const { tiers, partitions } = this.known;
    // A position that moves back (a topic made anew) makes points count again that were forgotten.
    const anew = [...batch.positions].some(([{ key }, offset]) => offset < (partitions.get(key)?.position ?? offset));
    // Until it is committed, memory holds more than the file.
    this.#stale = true;
    const change = stage(this.known, batch, known);
    await prepare?.(change.news);
    if (!isEmpty(change)) {
      const write = (): Promise<void> =>
        this.#transact(
          () => apply(this.connection, change, tiers),
          () => remember(this.known, change)
        );
      await (change.adoptions.length > 0 ? this.#whileRollupsRest(write) : write());
    }
    this.#stale = anew;
    return change.news;
  }
}
