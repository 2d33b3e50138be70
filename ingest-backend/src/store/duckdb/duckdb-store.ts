import type { DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping, Point } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import {
  retentionOf,
  TIER_WIDTH,
  type AggregateQuestion,
  type AlertsQuestion,
  type AnswerSeries,
  type Deleted,
  type Extent,
  type PointsQuestion,
  type PresenceHistory,
  type ProfileHistory,
  type ProfilesQuestion,
  type Recall,
  type Retention,
  type Selection,
  type SeriesInfo,
  type SpreadQuestion,
  type StateHistory,
  type Store,
  type StoredAlert,
  type StoredPart,
  type StoredStep,
} from '../store.js';
import { findAlerts, findSteps, knownAlerts } from './alerts.js';
import { apply, isEmpty, lowestBelow, remember, stage, withoutLongPast } from './change.js';
import { deleteModel } from './deletion.js';
import { dump } from './dump.js';
import { Memory } from './memory.js';
import { damage, failure, openFile, type DuckDbOptions, type OpenFile } from './open.js';
import { findPoints } from './points.js';
import { findProfiles } from './profiles.js';
import * as questions from './questions.js';
import { Readers } from './readers.js';
import { recall } from './recall.js';
import { isVirgin, restorePart } from './restore.js';
import { prepareSchema, readIdentity } from './schema.js';
import { extents, spread } from './spread.js';
import { transact, Upkeeper, type Hands } from './tiers/index.js';

type Prepare = (fresh: readonly ArchiveItem[]) => Promise<void>;

/**
 * The embedded store: one DuckDB file, written by one connection, one transaction a batch, and read by others, which
 * see whole batches only. A batch is durable once `write` resolves: DuckDB syncs its log at each commit.
 */
export class DuckDbStore implements Store {
  readonly #options: DuckDbOptions;
  #file: OpenFile | undefined;
  #writer: DuckDBConnection | undefined;
  #readers: Readers | undefined;
  #id = '';
  #memory = new Memory();
  /** A failed write leaves names and points in memory that are not in the file. */
  #stale = false;
  /** Writes one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** What changes rollups, one after the other. */
  #rollups: Promise<unknown> = Promise.resolve();
  readonly #upkeeper: Upkeeper;
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(options: DuckDbOptions & { readonly retention?: Partial<Retention> | undefined }) {
    this.#options = options;
    const hands: Hands = {
      write: (work, committed) => this.#enqueue((writer) => this.#transact(writer, () => work(writer), committed)),
      beside: (work) => this.#beside(work),
    };
    this.#upkeeper = new Upkeeper(hands, retentionOf(options.retention), () => ({
      tiers: this.#memory.tiers,
      members: this.#memory.dictionary.all(),
    }));
  }

  /** @throws StoreError with a code and a sentence where the file is locked, foreign, newer or out of reach. */
  async open(): Promise<void> {
    if (this.#file !== undefined) {
      return;
    }
    const file = await openFile(this.#options);
    try {
      const writer = await file.instance.connect();
      await prepareSchema(writer, this.#options.path);
      this.#id = await readIdentity(writer);
      this.#memory = await Memory.load(writer);
      this.#readers = await Readers.connect(file.instance, (error) => damage(this.#options.path, error) ?? error);
      this.#writer = writer;
      this.#file = file;
      this.#stale = false;
    } catch (error) {
      file.close();
      throw damage(this.#options.path, error as Error) ?? error;
    }
  }

  /** Lets what is under way end, writes the log into the file and lets go of it. */
  async close(): Promise<void> {
    const [file, writer, readers] = [this.#file, this.#writer, this.#readers];
    if (file === undefined || writer === undefined || readers === undefined) {
      return;
    }
    this.#readers = undefined;
    await this.#keeping;
    this.#file = this.#writer = undefined;
    await this.#queue;
    await readers.close();
    try {
      await writer.run('CHECKPOINT');
    } finally {
      writer.disconnectSync();
      file.close();
    }
  }

  get id(): string {
    this.#opened();
    return this.#id;
  }

  async positions(): Promise<ReadonlyMap<string, number>> {
    this.#opened();
    const known = [...this.#memory.partitions.values()].filter(({ position }) => position !== undefined);
    return new Map(known.map(({ key, position }) => [key, position as number]));
  }

  write(batch: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    return this.#enqueue((writer) => this.#write(writer, batch, prepare));
  }

  async aggregate(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.aggregate(this.#opened(), this.#memory, question);
  }

  async latest(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.latest(this.#opened(), this.#memory, question);
  }

  async spread(question: SpreadQuestion): Promise<AnswerSeries[]> {
    return spread(this.#opened(), this.#memory, question);
  }

  async extents(selection: Selection, metric: string, from: Micros, to: Micros): Promise<Extent[]> {
    return extents(this.#opened(), this.#memory, selection, metric, { from, to });
  }

  async states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]> {
    return questions.states(this.#opened(), this.#memory.dictionary, selection, from, to);
  }

  async points(question: PointsQuestion): Promise<Point[]> {
    return findPoints(this.#opened(), this.#memory, question);
  }

  async alerts(question: AlertsQuestion): Promise<StoredAlert[]> {
    return findAlerts(this.#opened(), question);
  }

  async alertSteps(ids: readonly string[]): Promise<StoredStep[]> {
    return findSteps(this.#opened(), ids);
  }

  async profiles(question: ProfilesQuestion): Promise<ProfileHistory[]> {
    return findProfiles(this.#opened(), this.#memory.dictionary, question);
  }

  async series(from?: Micros, to?: Micros): Promise<SeriesInfo[]> {
    const readers = this.#opened();
    const all = this.#memory.dictionary.all();
    const active =
      from === undefined && to === undefined
        ? undefined
        : await questions.activeSeries(readers, this.#memory.tiers, from ?? -Infinity, to ?? Infinity);
    return all.filter(({ id }) => active?.has(id) ?? true).map(({ id: _, ...series }) => series);
  }

  async mappings(): Promise<Mapping[]> {
    this.#opened();
    return [...this.#memory.mappings].sort((a, b) => a.time - b.time);
  }

  async lastSeen(): Promise<ReadonlyMap<string, Micros>> {
    this.#opened();
    return new Map([...this.#memory.heard.values()].map(({ engine, open }) => [engine, open.to]));
  }

  async presence(engines: readonly string[], from: Micros, to: Micros): Promise<ReadonlyMap<string, PresenceHistory>> {
    return questions.presence(this.#opened(), this.#memory.heard, engines, from, to);
  }

  async recall(): Promise<Recall> {
    return recall(this.#opened(), this.#memory);
  }

  async resolution(from: Micros): Promise<Micros> {
    this.#opened();
    const { horizons } = this.#memory.tiers;
    return from >= horizons.raw ? 0 : TIER_WIDTH[from >= horizons['1m'] ? '1m' : '1h'];
  }

  maintain(now: Micros): Promise<boolean> {
    const kept = this.#keeping.then(() => {
      this.#opened();
      return this.#upkeeper.step(now);
    });
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  deleteModel(workflow: string, model: string): Promise<Deleted> {
    return this.#enqueue(async (writer) =>
      this.#whileRollupsRest(async () => {
        const deleted = await this.#transact(writer, () =>
          deleteModel(writer, this.#memory.dictionary, workflow, model)
        );
        this.#stale = true;
        await this.#refresh(writer);
        return deleted;
      })
    );
  }

  dump(): AsyncIterable<StoredPart> {
    this.#opened();
    return dump((this.#file as OpenFile).instance);
  }

  async restore(parts: AsyncIterable<StoredPart>): Promise<void> {
    if (!(await this.#enqueue(isVirgin))) {
      throw new StoreError(
        'not-empty',
        `${this.#options.path}: expected a store that nothing was written to, found one with content. ` +
          'Choose another path in store.path.'
      );
    }
    for await (const part of parts) {
      await this.#enqueue((writer) => this.#transact(writer, () => restorePart(writer, this.#memory, part)));
    }
    await this.#enqueue(async (writer) => {
      this.#stale = true;
      await this.#refresh(writer);
    });
  }

  #opened(): Readers {
    if (this.#readers === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#readers;
  }

  /** Lets something have the writer for itself. */
  #enqueue<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    const done = this.#queue.then(() => {
      if (this.#writer === undefined) {
        throw new StoreError('closed', 'The store is closed.');
      }
      return work(this.#writer);
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #whileRollupsRest<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#rollups.then(work);
    this.#rollups = done.catch(() => undefined);
    return done;
  }

  async #beside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#whileRollupsRest(async () => {
      const connection = await (this.#file as OpenFile).instance.connect();
      try {
        return await work(connection);
      } finally {
        connection.disconnectSync();
      }
    });
  }

  /** @throws StoreError `failed`, or `full` where the disk is: nothing of it was written then. */
  async #transact<T>(writer: DuckDBConnection, work: () => Promise<T>, committed?: (result: T) => void): Promise<T> {
    try {
      const result = await transact(writer, work);
      committed?.(result);
      return result;
    } catch (error) {
      this.#stale = true;
      throw failure(this.#options.path, error as Error);
    }
  }

  async #refresh(writer: DuckDBConnection): Promise<void> {
    if (this.#stale) {
      this.#memory = await Memory.load(writer);
      this.#stale = false;
    }
  }

  /**
   * What is read again from below the position, because a batch was on its way when reading began anew, may be there
   * already though it was forgotten: it is looked up in the file.
   */
  async #lookBack(writer: DuckDBConnection, batch: Batch): Promise<void> {
    const lowest = lowestBelow(this.#memory, batch);
    if (lowest.size > 0) {
      for (const [{ id }, offset] of lowest) {
        await writer.run('UPDATE partitions SET position = $offset WHERE id = $id', { id, offset: BigInt(offset) });
      }
      this.#memory = await Memory.load(writer);
    }
  }

  async #write(writer: DuckDBConnection, told: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    await this.#refresh(writer);
    const batch = withoutLongPast(this.#memory, told);
    await this.#lookBack(writer, batch);
    const known = await knownAlerts(writer, batch);
    const { tiers, partitions } = this.#memory;
    // A position that moves back (a topic made anew) makes points count again that were forgotten.
    const anew = [...batch.positions].some(([{ key }, offset]) => offset < (partitions.get(key)?.position ?? offset));
    // Until it is committed, memory holds more than the file.
    this.#stale = true;
    const change = stage(this.#memory, batch, known);
    await prepare?.(change.news);
    if (!isEmpty(change)) {
      const write = (): Promise<void> =>
        this.#transact(
          writer,
          () => apply(writer, change, tiers),
          () => remember(this.#memory, change)
        );
      await (change.adoptions.length > 0 ? this.#whileRollupsRest(write) : write());
    }
    this.#stale = anew;
    return change.news;
  }
}
