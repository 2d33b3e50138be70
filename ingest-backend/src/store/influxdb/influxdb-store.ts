import { randomUUID } from 'node:crypto';
import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping } from '../../archive/index.js';
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
} from '../store.js';
import { adopt } from './adopting.js';
import { findAlerts, knownAlerts } from './alerts.js';
import { Connection, filter, source, type InfluxDbOptions } from './connection.js';
import { findProfiles, states } from './histories.js';
import { textField } from './line.js';
import { Memory, type KnownSeries } from './memory.js';
import { checkServer, stateBucket } from './buckets.js';
import type { Place } from './place.js';
import * as questions from './questions.js';
import { recall } from './recall.js';
import type { Layout } from './series.js';
import { extents, spread } from './spread.js';
import { cleanMapping, pieces, stage } from './staging.js';
import {
  hear,
  heardLine,
  mappingLine,
  noteLine,
  partitionLine,
  presenceLine,
  readHeard,
  readMappings,
  readPartitions,
  readPresence,
  settledLine,
  type Heard,
  type PartitionState,
} from './state.js';

export interface InfluxDbStoreOptions extends InfluxDbOptions {
  readonly layout: Layout;
}

/** Grows with each change that an older version could not read. */
const VERSION = 1;

/**
 * The store for more than one machine: InfluxDB 2. It has no transactions. What it has is that a point written again
 * overwrites itself, and that lines of one moment are taken in as one. So the order of writing makes a batch safe:
 *
 *  1. partitions that are new, since points name them by number;
 *  2. points, states, profiles, alerts, mappings, stretches of presence that are over: each is known by a key that
 *     follows from its message, so that writing it again changes nothing;
 *  3. in one request, positions, settled times, notes and what was heard lately.
 *
 * Killed before 3, the store holds points of messages that are before no position yet. They are read again, since 3
 * says where reading resumes, from the state that 3 says derivation was in: the same points come out, are found by
 * series, partition, offset and time, and are skipped. Killed within 3, all of it holds or nothing, see `state.ts`.
 * A reader may meanwhile see points of a batch that is not complete; it sees none twice.
 */
export class InfluxDbStore implements Store {
  readonly #place: Place;
  #opened = false;
  #id = '';
  #memory: Memory | undefined;
  /** Writes one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** What of a batch that failed was new: tried again, it is the same, though some of it may be stored by now. */
  #failed: { readonly batch: Batch; readonly news: ReadonlySet<number> } | undefined;

  constructor(options: InfluxDbStoreOptions) {
    const { bucket, layout } = options;
    this.#place = { connection: new Connection(options), data: bucket, state: stateBucket(bucket), layout };
  }

  /** @throws StoreError with a code and a sentence where the server, organisation, token or buckets will not do. */
  async open(): Promise<void> {
    if (!this.#opened) {
      await checkServer(this.#place);
      this.#id = await this.#readIdentity();
      this.#memory = undefined;
      this.#opened = true;
    }
  }

  async close(): Promise<void> {
    this.#opened = false;
    await this.#queue;
  }

  get id(): string {
    this.#open();
    return this.#id;
  }

  async positions(): Promise<ReadonlyMap<string, number>> {
    const partitions = await readPartitions(this.#open());
    return new Map(partitions.flatMap(({ key, position }) => (position === undefined ? [] : [[key, position]])));
  }

  write(batch: Batch): Promise<readonly ArchiveItem[]> {
    const written = this.#queue.then(() => this.#write(batch));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async aggregate(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.aggregate(this.#open(), question);
  }

  async latest(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.latest(this.#open(), question);
  }

  async spread(question: SpreadQuestion): Promise<AnswerSeries[]> {
    return spread(this.#open(), question);
  }

  async extents(selection: Selection, metric: string, from: Micros, to: Micros): Promise<Extent[]> {
    return extents(this.#open(), selection, metric, { from, to });
  }

  async states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]> {
    return states(this.#open(), selection, from, to);
  }

  async alerts(question: AlertsQuestion): Promise<StoredAlert[]> {
    return findAlerts(this.#open(), question);
  }

  async profiles(question: ProfilesQuestion): Promise<ProfileHistory[]> {
    return findProfiles(this.#open(), question);
  }

  async series(from: Micros = -Infinity, to: Micros = Infinity): Promise<SeriesInfo[]> {
    return questions.findSeries(this.#open(), from, to);
  }

  async mappings(): Promise<Mapping[]> {
    return readMappings(this.#open());
  }

  async lastSeen(): Promise<ReadonlyMap<string, Micros>> {
    return new Map([...(await readHeard(this.#open(), []))].map(([engine, { open }]) => [engine, open.to]));
  }

  async presence(engines: readonly string[], from: Micros, to: Micros): Promise<ReadonlyMap<string, PresenceHistory>> {
    return readPresence(this.#open(), engines, from, to);
  }

  async recall(): Promise<Recall> {
    return recall(this.#open());
  }

  #open(): Place {
    if (!this.#opened) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#place;
  }

  async #write(batch: Batch): Promise<readonly ArchiveItem[]> {
    const place = this.#open();
    const again = this.#failed?.batch === batch ? this.#failed.news : undefined;
    const news = new Set(again);
    try {
      this.#memory ??= await Memory.load(place);
      await writeItems(place, this.#memory, batch, news);
      await writeState(place, this.#memory, batch);
      this.#failed = undefined;
      return batch.items.filter((_, index) => news.has(index));
    } catch (error) {
      this.#failed = { batch, news };
      this.#memory = undefined;
      throw error;
    }
  }

  /** Made up by whoever opens an empty store; of several at once the last says it. */
  async #readIdentity(): Promise<string> {
    const { connection, state } = this.#place;
    const read = async (): Promise<string | undefined> => {
      let content: string | undefined;
      const rows = filter(source(state, 0, 1), ['r._measurement == "identity"', 'r._field == "content"']);
      await connection.read(flux`${rows}`, ({ value }) => (content = value));
      return content;
    };
    if ((await read()) === undefined) {
      await connection.write(state, [`identity content=${textField(`${VERSION} ${randomUUID()}`)} 0`]);
    }
    const [version, id = ''] = (await read())?.split(' ') ?? [];
    if (Number(version) > VERSION) {
      throw new StoreError(
        'newer-version',
        `bucket ${state}: expected a store of version ${VERSION} or older, found version ${version}. ` +
          'A newer Pneumograph wrote it: start that one, or choose another bucket in store.bucket.'
      );
    }
    return id;
  }
}

/** Steps 1 and 2. @param news takes the numbers of the items that were new */
async function writeItems(place: Place, memory: Memory, batch: Batch, news: Set<number>): Promise<void> {
  const { connection, data, state } = place;
  const told = await knownAlerts(place, batch);
  for (const piece of pieces(batch)) {
    if (piece.kind === 'mappings') {
      for (const [index, item] of piece.items.entries()) {
        const mapping = cleanMapping(item);
        if (!memory.isMapped(mapping.engine)) {
          await adopt(place, memory, mapping);
        }
        if (!memory.knows(mapping)) {
          const before = memory.mappings.filter(({ engine, time }) => engine === mapping.engine && time === mapping.time);
          await connection.write(state, [mappingLine(mapping, before.length)]);
          memory.addMapping(mapping);
          news.add(piece.begin + index);
        }
      }
      continue;
    }
    const created: PartitionState[] = [];
    const staged = await stage(place, memory, piece.items, created, told);
    staged.news.forEach((index) => news.add(piece.begin + index));
    await connection.write(state, created.map(partitionLine));
    await connection.write(data, staged.data);
    await connection.write(state, staged.state);
    staged.newest.forEach((time, series: KnownSeries) => (series.newest = time));
  }
}

/** What is over of what was heard, then step 3. */
async function writeState({ connection, state }: Place, memory: Memory, batch: Batch): Promise<void> {
  const { changed, ended } = hear(memory.heard, batch);
  await connection.write(
    state,
    ended.map(([engine, stretch]) => presenceLine(engine, stretch))
  );
  const created: PartitionState[] = [];
  const positions = [...batch.positions].map(([partition, position]) => {
    const known = memory.partition(partition, created);
    return { ...known, position };
  });
  const moved = positions.filter(({ key, position }) => memory.partitions.get(key)?.position !== position);
  const settled = [...(batch.settled ?? [])].flatMap(([name, time]): Array<[string, Micros]> => {
    const engine = wellFormed(name);
    return Number.isFinite(time) && time > (memory.settled.get(engine) ?? -Infinity) ? [[engine, Math.round(time)]] : [];
  });
  await connection.writeWhole(state, [
    ...moved.map(partitionLine),
    ...settled.map(([engine, time]) => settledLine(engine, time)),
    ...[...(batch.notes ?? [])].map(([key, content]) => noteLine(key, content)),
    ...[...changed].map(([engine, heard]: [string, Heard]) => heardLine(engine, heard)),
  ]);
  moved.forEach(({ key, position }) => ((memory.partitions.get(key) as PartitionState).position = position));
  settled.forEach(([engine, time]) => memory.settled.set(engine, time));
  changed.forEach((heard, engine) => memory.heard.set(engine, heard));
}
