import { BIGINT, LIST, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Batch, Mapping } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import type {
  AggregateQuestion,
  AlertsQuestion,
  AnswerSeries,
  Extent,
  PresenceHistory,
  ProfileHistory,
  ProfilesQuestion,
  Recall,
  Selection,
  SeriesInfo,
  SpreadQuestion,
  StateHistory,
  Store,
  StoredAlert,
  StoredStep,
} from '../store.js';
import { appendAlerts, findAlerts, findSteps, keyOfAlert, knownAlerts, type StagedAlert } from './alerts.js';
import { appendPoints, appendRows, appendSeries, appendStates, Staged, wholeMicros } from './append.js';
import type { Adoption, SeriesRow } from './dictionary.js';
import { replaceNotes, writeSettled } from './engine-tables.js';
import { Memory, type PartitionRow } from './memory.js';
import { openFile, type DuckDbOptions, type OpenFile } from './open.js';
import { HeardChange, writeHeard } from './presence.js';
import { appendProfiles, findProfiles, type StagedProfile } from './profiles.js';
import * as questions from './questions.js';
import { extents, spread } from './spread.js';
import { Readers } from './readers.js';
import { recall } from './recall.js';
import { prepareSchema, readIdentity } from './schema.js';

/** Everything of a batch that is not in the file yet. */
interface Change {
  /** What is new, in the batch's order. */
  readonly news: ArchiveItem[];
  readonly staged: Staged;
  readonly alerts: StagedAlert[];
  readonly profiles: StagedProfile[];
  readonly series: SeriesRow[];
  readonly partitions: PartitionRow[];
  readonly positions: Map<PartitionRow, number>;
  readonly mappings: Mapping[];
  readonly adoptions: Adoption[];
  readonly heard: HeardChange;
  readonly settledFirst: Map<string, Micros>;
  readonly settledAgain: Map<string, Micros>;
  readonly notes: Map<string, string>;
}

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

  constructor(options: DuckDbOptions) {
    this.#options = options;
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
      this.#readers = await Readers.connect(file.instance);
      this.#writer = writer;
      this.#file = file;
      this.#stale = false;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Lets what is under way end, writes the log into the file and lets go of it. */
  async close(): Promise<void> {
    const [file, writer, readers] = [this.#file, this.#writer, this.#readers];
    if (file === undefined || writer === undefined || readers === undefined) {
      return;
    }
    this.#file = this.#writer = this.#readers = undefined;
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

  write(batch: Batch): Promise<readonly ArchiveItem[]> {
    const written = this.#queue.then(() => this.#write(batch));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async aggregate(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.aggregate(this.#opened(), this.#memory.dictionary, question);
  }

  async latest(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.latest(this.#opened(), this.#memory.dictionary, question);
  }

  async spread(question: SpreadQuestion): Promise<AnswerSeries[]> {
    return spread(this.#opened(), this.#memory.dictionary, question);
  }

  async extents(selection: Selection, metric: string, from: Micros, to: Micros): Promise<Extent[]> {
    return extents(this.#opened(), this.#memory.dictionary, selection, metric, { from, to });
  }

  async states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]> {
    return questions.states(this.#opened(), this.#memory.dictionary, selection, from, to);
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
        : await questions.activeSeries(readers, from ?? -Infinity, to ?? Infinity);
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

  #opened(): Readers {
    if (this.#readers === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#readers;
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

  async #write(batch: Batch): Promise<readonly ArchiveItem[]> {
    const writer = this.#writer;
    if (writer === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    if (this.#stale) {
      this.#memory = await Memory.load(writer);
      this.#stale = false;
    }
    try {
      await this.#lookBack(writer, batch);
      const change = stage(this.#memory, batch, await knownAlerts(writer, batch));
      if (!isEmpty(change)) {
        await writer.run('BEGIN');
        await apply(writer, change);
        await writer.run('COMMIT');
        // A position that moves back (a topic made anew) makes points count again that were forgotten.
        this.#stale = [...change.positions].some(([row, position]) => position < (row.position ?? position));
        remember(this.#memory, change);
      }
      return change.news;
    } catch (error) {
      this.#stale = true;
      // Where the commit itself failed there is no transaction left to take back.
      await writer.run('ROLLBACK').catch(() => undefined);
      throw new StoreError('failed', `${this.#options.path}: nothing was written: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** Of each partition the lowest offset in a batch, where it is below the position. */
function lowestBelow(memory: Memory, { items }: Batch): Map<PartitionRow, number> {
  const lowest = new Map<PartitionRow, number>();
  for (const item of items) {
    // Alerts are known by their ids.
    if (item.kind === 'mapping' || item.kind === 'alert') {
      continue;
    }
    const row = memory.partitions.get(item.partition.key);
    if (row?.position !== undefined && item.offset < row.position) {
      lowest.set(row, Math.min(item.offset, lowest.get(row) ?? Infinity));
    }
  }
  return lowest;
}

/**
 * Finds out what is new. Names and points are taken into memory at once, which a failure undoes by loading anew.
 * @param told changes of alerts that are in the file; takes those of the batch
 */
function stage(memory: Memory, batch: Batch, told: Set<string>): Change {
  const change: Change = {
    news: [],
    staged: new Staged(),
    alerts: [],
    profiles: [],
    series: [],
    partitions: [],
    positions: new Map(),
    mappings: [],
    adoptions: [],
    heard: new HeardChange(memory.heard, batch),
    settledFirst: new Map(),
    settledAgain: new Map(),
    notes: new Map(),
  };
  for (const item of batch.items) {
    if (item.kind === 'mapping') {
      const mapping = cleanMapping(item);
      const adoption = memory.adopt(mapping);
      if (adoption !== undefined) {
        change.adoptions.push(adoption);
      }
      if (memory.addMapping(mapping)) {
        change.mappings.push(mapping);
        change.news.push(item);
      }
      continue;
    }
    const partition = memory.partition(item.partition, change.partitions);
    if (item.kind === 'alert') {
      if (isNews(item, told)) {
        change.alerts.push({ alert: item, partition: partition.id });
        change.news.push(item);
      }
      continue;
    }
    const series = memory.dictionary.resolve(item.series, change.series);
    if (partition.seen.add(item.offset, series.id, wholeMicros(item.time))) {
      if (item.kind === 'profile') {
        change.profiles.push({ profile: item, series: series.id, partition: partition.id });
      } else {
        change.staged.push(item, series.id, partition.id);
      }
      change.news.push(item);
    }
  }
  for (const [partition, position] of batch.positions) {
    const row = memory.partition(partition, change.partitions);
    if (row.position !== position) {
      change.positions.set(row, position);
    }
  }
  moveOn(memory.settled, batch.settled ?? [], change.settledFirst, change.settledAgain);
  for (const [key, content] of batch.notes ?? []) {
    change.notes.set(wellFormed(key), wellFormed(content));
  }
  return change;
}

function isNews(alert: AlertChange, told: Set<string>): boolean {
  const key = keyOfAlert(alert);
  const news = !told.has(key);
  told.add(key);
  return news;
}

/** Sorts out which times are new and which have moved on. */
function moveOn(
  known: ReadonlyMap<string, Micros>,
  told: Iterable<readonly [string, Micros]>,
  first: Map<string, Micros>,
  again: Map<string, Micros>
): void {
  for (const [name, time] of told) {
    const engine = wellFormed(name);
    const before = known.get(engine);
    if (Number.isFinite(time) && (before === undefined || time > before)) {
      (before === undefined ? first : again).set(engine, wholeMicros(time));
    }
  }
}

async function apply(writer: DuckDBConnection, change: Change): Promise<void> {
  await appendSeries(writer, change.series);
  await appendPoints(writer, change.staged);
  await appendStates(writer, change.staged);
  await appendAlerts(writer, change.alerts);
  await appendProfiles(writer, change.profiles);
  for (const adoption of change.adoptions) {
    await adoptSeries(writer, adoption);
  }
  await appendRows(
    writer,
    'mappings',
    [BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
    change.mappings.map(({ time, engine, engineName, workflow, model, asset }) => [
      BigInt(time),
      engine,
      engineName ?? null,
      workflow,
      model,
      asset ?? null,
    ])
  );
  const partitions = change.partitions.map(({ id, key }) => [id, key, null]);
  await appendRows(writer, 'partitions', [UINTEGER, VARCHAR, BIGINT], partitions);
  if (change.positions.size > 0) {
    await writer.run(
      `UPDATE partitions SET position = news.position
       FROM (SELECT unnest($ids) AS id, unnest($positions) AS position) news WHERE partitions.id = news.id`,
      {
        ids: listValue([...change.positions.keys()].map(({ id }) => id)),
        positions: listValue([...change.positions.values()].map(BigInt)),
      },
      { ids: LIST(UINTEGER), positions: LIST(BIGINT) }
    );
  }
  await writeHeard(writer, change.heard);
  await writeSettled(writer, change.settledFirst, change.settledAgain);
  await replaceNotes(writer, change.notes);
}

function isEmpty({ news, positions, heard, settledFirst, settledAgain, notes }: Change): boolean {
  const sizes = [positions, heard, settledFirst, settledAgain, notes].map(({ size }) => size);
  return news.length === 0 && sizes.every((size) => size === 0);
}

/** Gives the series of an engine that nobody knew their names under the model. */
async function adoptSeries(writer: DuckDBConnection, { renamed, joined }: Adoption): Promise<void> {
  for (const { id, workflow, model, engine } of renamed) {
    await writer.run('UPDATE series SET workflow = $workflow, model = $model, engine = $engine WHERE id = $id', {
      id,
      workflow,
      model,
      engine,
    });
  }
  for (const [from, to] of joined) {
    await writer.run('UPDATE points SET series = $to WHERE series = $from', { from, to });
    await writer.run('UPDATE states SET series = $to WHERE series = $from', { from, to });
    await writer.run('UPDATE profiles SET series = $to WHERE series = $from', { from, to });
    await writer.run('DELETE FROM series WHERE id = $from', { from });
  }
}

/** What only a commit makes true. */
function remember(memory: Memory, change: Change): void {
  for (const [partition, position] of change.positions) {
    partition.position = position;
    partition.seen.forgetBefore(position);
  }
  change.heard.remember(memory.heard);
  for (const [engine, time] of [...change.settledFirst, ...change.settledAgain]) {
    memory.settled.set(engine, time);
  }
  change.notes.forEach((content, key) => (content === '' ? memory.notes.delete(key) : memory.notes.set(key, content)));
}

function cleanMapping(mapping: Mapping): Mapping {
  const { time, engine, engineName, workflow, model, asset } = mapping;
  return {
    kind: 'mapping',
    time: wholeMicros(time),
    engine: wellFormed(engine),
    engineName: engineName === undefined ? undefined : wellFormed(engineName),
    workflow: wellFormed(workflow),
    model: wellFormed(model),
    asset: asset === undefined ? undefined : wellFormed(asset),
  };
}
