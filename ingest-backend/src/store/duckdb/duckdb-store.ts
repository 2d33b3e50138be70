import { BIGINT, LIST, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import type { AggregateQuestion, AnswerSeries, Selection, SeriesInfo, StateHistory, Store } from '../store.js';
import { appendPoints, appendRows, appendSeries, appendStates, Staged, wholeMicros } from './append.js';
import type { SeriesRow } from './dictionary.js';
import { Memory, type PartitionRow } from './memory.js';
import { openFile, type DuckDbOptions, type OpenFile } from './open.js';
import * as questions from './questions.js';
import { Readers } from './readers.js';
import { prepareSchema, readIdentity } from './schema.js';

/** Everything of a batch that is not in the file yet. */
interface Change {
  /** What is new, in the batch's order. */
  readonly news: ArchiveItem[];
  readonly staged: Staged;
  readonly series: SeriesRow[];
  readonly partitions: PartitionRow[];
  readonly positions: Map<PartitionRow, number>;
  readonly mappings: Mapping[];
  readonly seenFirst: Map<string, Micros>;
  readonly seenAgain: Map<string, Micros>;
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

  async states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]> {
    return questions.states(this.#opened(), this.#memory.dictionary, selection, from, to);
  }

  async series(from?: Micros, to?: Micros): Promise<SeriesInfo[]> {
    const readers = this.#opened();
    const all = this.#memory.dictionary.all();
    const active =
      from === undefined && to === undefined
        ? undefined
        : await questions.activeSeries(readers, from ?? -Infinity, to ?? Infinity);
    return all
      .filter(({ id }) => active?.has(id) ?? true)
      .map(({ workflow, model, slot, engine, metric }) => ({ workflow, model, slot, engine, metric }));
  }

  async mappings(): Promise<Mapping[]> {
    this.#opened();
    const current = new Map<string, Mapping>();
    for (const mapping of this.#memory.mappings) {
      if (mapping.time >= (current.get(mapping.engine)?.time ?? -Infinity)) {
        current.set(mapping.engine, mapping);
      }
    }
    return [...current.values()];
  }

  async lastSeen(): Promise<ReadonlyMap<string, Micros>> {
    this.#opened();
    return new Map(this.#memory.lastSeen);
  }

  #opened(): Readers {
    if (this.#readers === undefined) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#readers;
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
      const change = stage(this.#memory, batch);
      if (change.news.length + change.positions.size + change.seenFirst.size + change.seenAgain.size > 0) {
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

/** Finds out what is new. Names and points are taken into memory at once, which a failure undoes by loading anew. */
function stage(memory: Memory, batch: Batch): Change {
  const change: Change = {
    news: [],
    staged: new Staged(),
    series: [],
    partitions: [],
    positions: new Map(),
    mappings: [],
    seenFirst: new Map(),
    seenAgain: new Map(),
  };
  for (const item of batch.items) {
    if (item.kind === 'mapping') {
      const mapping = cleanMapping(item);
      if (memory.addMapping(mapping)) {
        change.mappings.push(mapping);
        change.news.push(item);
      }
      continue;
    }
    const partition = memory.partition(item.partition, change.partitions);
    const series = memory.dictionary.resolve(item.series, change.series);
    if (partition.seen.add(item.offset, series.id, wholeMicros(item.time))) {
      change.staged.push(item, series.id, partition.id);
      change.news.push(item);
    }
  }
  for (const [partition, position] of batch.positions) {
    const row = memory.partition(partition, change.partitions);
    if (row.position !== position) {
      change.positions.set(row, position);
    }
  }
  for (const [name, time] of batch.lastSeen) {
    const engine = wellFormed(name);
    const known = memory.lastSeen.get(engine);
    if (known === undefined) {
      change.seenFirst.set(engine, wholeMicros(time));
    } else if (time > known) {
      change.seenAgain.set(engine, wholeMicros(time));
    }
  }
  return change;
}

async function apply(writer: DuckDBConnection, change: Change): Promise<void> {
  await appendSeries(writer, change.series);
  await appendPoints(writer, change.staged);
  await appendStates(writer, change.staged);
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
  const first = [...change.seenFirst].map(([engine, time]) => [engine, BigInt(time)]);
  await appendRows(writer, 'last_seen', [VARCHAR, BIGINT], first);
  if (change.seenAgain.size > 0) {
    await writer.run(
      `UPDATE last_seen SET time = news.time
       FROM (SELECT unnest($engines) AS engine, unnest($times) AS time) news WHERE last_seen.engine = news.engine`,
      {
        engines: listValue([...change.seenAgain.keys()]),
        times: listValue([...change.seenAgain.values()].map(BigInt)),
      },
      { engines: LIST(VARCHAR), times: LIST(BIGINT) }
    );
  }
}

/** What only a commit makes true. */
function remember(memory: Memory, change: Change): void {
  for (const [partition, position] of change.positions) {
    partition.position = position;
    partition.seen.forgetBefore(position);
  }
  for (const [engine, time] of [...change.seenFirst, ...change.seenAgain]) {
    memory.lastSeen.set(engine, time);
  }
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
