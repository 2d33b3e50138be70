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
  type SpreadSeries,
  type StateHistory,
  type Store,
  type StoredAlert,
  type StoredPart,
  type StoredStep,
  type Total,
  type TotalsQuestion,
} from '../store.js';
import { findAlerts, findSteps } from './alerts.js';
import { deleteModel } from './deletion.js';
import { dump } from './dump.js';
import type { Memory } from './memory.js';
import { damage, openFile, type DuckDbOptions, type OpenFile } from './open.js';
import { findPoints } from './points.js';
import { findProfiles } from './profiles.js';
import * as questions from './questions.js';
import { Readers } from './readers.js';
import { recall } from './recall.js';
import { isVirgin, restorePart } from './restore.js';
import { prepareSchema, readIdentity } from './schema.js';
import { extents, spread } from './spread.js';
import { Upkeeper, type Hands } from './tiers/index.js';
import { Writer, type Prepare } from './writer.js';

/**
 * The embedded store: one DuckDB file, written by one connection, one transaction a batch, and read by others, which
 * see whole batches only. A batch is durable once `write` resolves: DuckDB syncs its log at each commit.
 */
export class DuckDbStore implements Store {
  readonly #options: DuckDbOptions;
  readonly #upkeeper: Upkeeper;
  #file: OpenFile | undefined;
  #writer: Writer | undefined;
  #readers: Readers | undefined;
  #id = '';
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(options: DuckDbOptions & { readonly retention?: Partial<Retention> | undefined }) {
    this.#options = options;
    const hands: Hands = {
      write: (work, committed) => this.#writing().transact(work, committed),
      beside: (work) => this.#writing().beside(work),
    };
    this.#upkeeper = new Upkeeper(hands, retentionOf(options.retention), () => {
      const { tiers, dictionary } = this.#writing().memory;
      return { tiers, members: dictionary.all() };
    });
  }

  /** @throws StoreError with a code and a sentence where the file is locked, foreign, newer, damaged or out of reach. */
  async open(): Promise<void> {
    if (this.#file !== undefined) {
      return;
    }
    const { path } = this.#options;
    const file = await openFile(this.#options);
    try {
      const connection = await file.instance.connect();
      await prepareSchema(connection, path);
      this.#id = await readIdentity(connection);
      this.#writer = await Writer.on(file.instance, connection, path);
      this.#readers = await Readers.connect(file.instance, (error) => damage(path, error) ?? error);
      this.#file = file;
    } catch (error) {
      file.close();
      throw damage(path, error as Error) ?? error;
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
    try {
      await readers.close();
      await writer.close();
    } finally {
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

  async write(batch: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    return this.#writing().write(batch, prepare);
  }

  async aggregate(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.aggregate(this.#opened(), this.#memory, question);
  }

  async latest(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.latest(this.#opened(), this.#memory, question);
  }

  async totals(question: TotalsQuestion): Promise<Total[][]> {
    return questions.totals(this.#opened(), this.#memory, question);
  }

  async spread(question: SpreadQuestion): Promise<SpreadSeries[]> {
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
        : await questions.activeSeries(readers, this.#memory, from ?? -Infinity, to ?? Infinity);
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

  async deleteModel(workflow: string, model: string): Promise<Deleted> {
    return this.#writing().remove((connection, { dictionary }) => deleteModel(connection, dictionary, workflow, model));
  }

  dump(): AsyncIterable<StoredPart> {
    this.#opened();
    return dump((this.#file as OpenFile).instance);
  }

  async restore(parts: AsyncIterable<StoredPart>): Promise<void> {
    const writer = this.#writing();
    if (!(await writer.enqueue(isVirgin))) {
      throw new StoreError(
        'not-empty',
        `${this.#options.path}: expected a store that nothing was written to, found one with content. ` +
          'Choose another path in store.path.'
      );
    }
    for await (const part of parts) {
      await writer.transact((connection) => restorePart(connection, writer.memory, part));
    }
    await writer.reload();
  }

  #opened(): Readers {
    if (this.#readers === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#readers;
  }

  #writing(): Writer {
    if (this.#writer === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#writer;
  }

  get #memory(): Memory {
    return this.#writing().memory;
  }
}
