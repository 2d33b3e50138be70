import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping, Point } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import type {
  AggregateQuestion,
  AlertsQuestion,
  AnswerSeries,
  Deleted,
  Extent,
  PointsQuestion,
  PresenceHistory,
  ProfileHistory,
  ProfilesQuestion,
  Recall,
  Retention,
  Selection,
  SeriesInfo,
  SpreadQuestion,
  SpreadSeries,
  StateHistory,
  Store,
  StoredAlert,
  StoredStep,
  StoredPart,
  Total,
  TotalsQuestion,
} from '../store.js';
import { adopt } from './adopting.js';
import { findAlerts, findSteps } from './alerts.js';
import { checkServer, stateBucket } from './buckets.js';
import { Connection, type InfluxDbOptions } from './connection.js';
import { findProfiles, states } from './histories.js';
import { readIdentity } from './identity.js';
import { Intents } from './intents.js';
import { dump } from './dump.js';
import { Memory } from './memory.js';
import { findPoints } from './points.js';
import type { Place } from './place.js';
import * as questions from './questions.js';
import { recall } from './recall.js';
import type { Layout } from './series.js';
import { Keeper, Lease, Tiers, Toucher } from './tiers/index.js';
import { timesOf, writeItems, writeState } from './writing.js';
import { checkEmpty, deleteModel } from './upkeep.js';
import { extents, spread } from './spread.js';
import { SeriesList } from './series-list.js';
import { stage } from './staging.js';
import { readHeard, readMappings, readPartitions, readPresence } from './state.js';

export interface InfluxDbStoreOptions extends InfluxDbOptions {
  readonly layout: Layout;
  /** For how long points are kept, by their times; for ever where it does not say. */
  readonly retention?: Partial<Retention> | undefined;
}

type Prepare = (fresh: readonly ArchiveItem[]) => Promise<void>;

/**
 * The store for more than one machine: InfluxDB 2. It has no transactions. What it has is that a point written again
 * overwrites itself, and that lines of one moment are taken in as one. So the order of writing makes a batch safe:
 *
 *  1. a note of what is new, see `Intents`, where further consumers are told of it;
 *  2. partitions that are new, since points name them by number; then points, states and profiles;
 *  3. alerts, mappings and stretches of presence that are over: like points each is known by a key that follows from
 *     its message, so that writing it again changes nothing; and which hours got points, see `Toucher`;
 *  4. in one request, positions, settled times, notes, what was heard lately, and that the batch is complete.
 *
 * Killed before 4, the store holds points of messages that no position is behind yet. They are read again, since 4 says
 * where reading resumes, and from the state that 4 says derivation was in: the same points come out, and are found by
 * series, partition, offset and time. Killed within 4, all of it holds or nothing, see `state.ts`. A reader may meanwhile
 * see points of a batch that is not complete; it sees none twice.
 */
export class InfluxDbStore implements Store {
  readonly #place: Place;
  readonly #tiers: Tiers;
  readonly #lease: Lease;
  readonly #keeper: Keeper;
  #keeping: Promise<unknown> = Promise.resolve();
  #opened = false;
  #id = '';
  /** What the writer knows; undefined before the first write, and after one that failed. */
  #written: { readonly memory: Memory; readonly intents: Intents } | undefined;
  readonly #toucher = new Toucher();
  readonly #series = new SeriesList(() => questions.findSeries(this.#open(), -Infinity, Infinity));
  /** Writes one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: InfluxDbStoreOptions) {
    const { bucket, layout, retention } = options;
    this.#place = { connection: new Connection(options), data: bucket, state: stateBucket(bucket), layout };
    this.#tiers = new Tiers(this.#place);
    this.#lease = new Lease(this.#place);
    this.#keeper = new Keeper(this.#place, this.#lease, retention?.raw ?? Infinity);
  }

  /** @throws StoreError with a code and a sentence where the server, organisation, token or buckets will not do. */
  async open(): Promise<void> {
    if (!this.#opened) {
      await checkServer(this.#place);
      this.#id = await readIdentity(this.#place);
      this.#written = undefined;
      this.#opened = true;
    }
  }

  async close(): Promise<void> {
    await this.#keeping;
    this.#opened = false;
    await this.#queue;
  }

  get id(): string {
    this.#open();
    return this.#id;
  }

  expectOthers(): void {
    void this.#enqueue(async () => {
      this.#written = undefined;
    });
  }

  async positions(): Promise<ReadonlyMap<string, number>> {
    const partitions = await readPartitions(this.#open());
    return new Map(partitions.flatMap(({ key, position }) => (position === undefined ? [] : [[key, position]])));
  }

  write(batch: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    return this.#enqueue(() => this.#write(batch, prepare));
  }

  async aggregate(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.aggregate({ place: this.#open(), tiers: this.#tiers }, question);
  }

  async latest(question: AggregateQuestion): Promise<AnswerSeries[]> {
    return questions.latest({ place: this.#open(), tiers: this.#tiers }, question);
  }

  async totals(question: TotalsQuestion): Promise<Total[][]> {
    return questions.totals({ place: this.#open(), tiers: this.#tiers }, question);
  }

  async spread(question: SpreadQuestion): Promise<SpreadSeries[]> {
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

  async alertSteps(ids: readonly string[]): Promise<StoredStep[]> {
    return findSteps(this.#open(), ids);
  }

  async profiles(question: ProfilesQuestion): Promise<ProfileHistory[]> {
    return findProfiles(this.#open(), question);
  }

  async series(from: Micros = -Infinity, to: Micros = Infinity): Promise<readonly SeriesInfo[]> {
    const place = this.#open();
    return from === -Infinity && to === Infinity ? this.#series.all() : questions.findSeries(place, from, to);
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

  async points(question: PointsQuestion): Promise<Point[]> {
    return findPoints(this.#open(), question);
  }

  async resolution(): Promise<Micros> {
    return 0;
  }

  async maintain(now: Micros): Promise<boolean> {
    const kept = this.#keeping.then(() => {
      this.#open();
      return this.#keeper.step(now);
    });
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  async deleteModel(workflow: string, model: string): Promise<Deleted> {
    return this.#enqueue(async () => {
      // What the writer knows of the model's series is no more.
      this.#written = undefined;
      try {
        return await this.#lease.hold(() => deleteModel(this.#open(), workflow, model));
      } finally {
        this.#series.forget();
      }
    });
  }

  dump(): AsyncIterable<StoredPart> {
    return dump(this.#open(), (read) => this.#enqueue(read));
  }

  async restore(parts: AsyncIterable<StoredPart>): Promise<void> {
    const place = this.#open();
    await this.#enqueue(() => checkEmpty(place));
    for await (const part of parts) {
      if (part.rollups.length > 0) {
        throw new StoreError(
          'failed',
          'expected points, found such as are there no more but joined by the minute or the hour: a store in InfluxDB ' +
            'joins what it has the points of. Restore this into a store of kind duckdb.'
        );
      }
      await this.write(part);
    }
  }

  /** Lets one thing at a time change what is stored. */
  #enqueue<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #open(): Place {
    if (!this.#opened) {
      throw new StoreError('closed', 'The store is closed.');
    }
    return this.#place;
  }

  async #write(batch: Batch, prepare?: Prepare): Promise<readonly ArchiveItem[]> {
    const place = this.#open();
    try {
      this.#written ??= { memory: await Memory.load(place), intents: await Intents.load(place) };
      const { memory, intents } = this.#written;
      await memory.learnPartitions(place, batch);
      const { adopted, copied } = await adopt(place, memory, batch, this.#lease);
      if (adopted.size > 0) {
        this.#series.forget();
      }
      const staged = await stage(place, memory, batch, adopted, intents.uncommitted);
      const { keys, news } = staged;
      if (prepare !== undefined && keys.length > 0) {
        await prepare(news);
        await place.connection.writeWhole(place.state, intents.begin(keys));
      }
      await writeItems(place, memory, staged, this.#toucher.lines([...timesOf(batch), ...copied]));
      this.#series.add(staged.newest.keys());
      await writeState(place, memory, batch, keys.length > 0 ? intents.commitLines(keys) : []);
      intents.committed(keys);
      return news;
    } catch (error) {
      this.#written = undefined;
      this.#series.forget();
      throw error;
    }
  }
}
