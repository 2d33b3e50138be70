import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping, Origin, Point } from '../archive/index.js';
import type { Deleted, StoredPart } from './kept.js';
import type {
  AggregateQuestion,
  AlertsQuestion,
  AnswerSeries,
  Extent,
  PointsQuestion,
  PresenceHistory,
  ProfileHistory,
  ProfilesQuestion,
  Selection,
  SeriesInfo,
  SpreadQuestion,
  SpreadSeries,
  StateHistory,
  StoredAlert,
  StoredStep,
  Total,
  TotalsQuestion,
} from './questions.js';

export * from './kept.js';
export * from './questions.js';

/**
 * Points of each engine that are told one by one after a restart, of those whose messages will not be read again: what
 * derivation knows a message that comes twice by. Rates do not count, they are of no message.
 */
export const RECALLED = 256;

/** What derivation wants back after a restart, see `Batch`. */
export interface Recall {
  /** Settled time of each engine. */
  readonly settled: ReadonlyMap<string, Micros>;
  readonly notes: ReadonlyMap<string, string>;
  /** The series of an engine, of whichever models it ran. */
  series(engine: string, metric: string, slot: number | undefined): SeriesRecall | undefined;
}

export interface RecentPoint extends Origin {
  readonly time: Micros;
  readonly value: number;
  readonly span: number;
}

export interface SeriesRecall {
  /** Time of the newest point. */
  readonly newest: Micros;
  /**
   * Points whose messages will be read again, and those of the engine that came last before these, in the order in
   * which they came, whatever their times.
   */
  readonly recent: readonly RecentPoint[];
}

/**
 * Where points, states, alerts, profiles, messages, mappings and positions are kept. Every implementation passes the same contract tests.
 */
export interface Store {
  /** Reaches the store and prepares it; throws an Error that says what to do where that fails. */
  open(): Promise<void>;
  close(): Promise<void>;

  /** Tells this store from others, however often it is opened; known once it is open. */
  readonly id: string;
  /**
   * Says that other processes may have written what comes next: what is known of it is found out anew. A store that one
   * process has alone need not know.
   */
  expectOthers?(): void;
  /** For each partition key the offset at which reading resumes. */
  positions(): Promise<ReadonlyMap<string, number>>;
  /**
   * Writes a batch, all or nothing, and resolves once it is durable. Points, states, profiles and messages it has already (same
   * series, partition, offset and time) are skipped, so that messages read again after a crash are not counted twice;
   * so are steps of alerts (same id and number).
   * The first mapping of an engine takes along what was stored before anyone knew the engine, under its own id or name
   * in the workflow '': that is the model's from then on.
   * @param prepare told, before any of the batch becomes durable, of the items that are new, in their order: what further
   * consumers of the archive stream shall see. Where it throws, nothing is written. What it was told counts once the
   * batch's positions are kept; after a crash before that, the same items are new again.
   * @returns the items that were new, in their order
   */
  write(batch: Batch, prepare?: (fresh: readonly ArchiveItem[]) => Promise<void>): Promise<readonly ArchiveItem[]>;

  /** Points joined per bucket and group; buckets without points are left out. Groups in a stable order. */
  aggregate(question: AggregateQuestion): Promise<AnswerSeries[]>;
  /** For each group the values of its series' last bucket within the range, joined: one time, one value. */
  latest(question: AggregateQuestion): Promise<AnswerSeries[]>;
  /** For each metric that is asked for its groups with points in the range, in a stable order. */
  totals(question: TotalsQuestion): Promise<Total[][]>;
  /** What points say of the time that they speak for; buckets that no point speaks for are left out. */
  spread(question: SpreadQuestion): Promise<SpreadSeries[]>;
  /** For each series of a metric with points that speak for the range, from when until when; in a stable order. */
  extents(selection: Selection, metric: string, from: Micros, to: Micros): Promise<Extent[]>;
  /** States within the range, with the one in force at its start; engines in a stable order. */
  states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]>;
  /**
   * Points as they came, as long as they are kept one by one; a state is a point of `engine.status`. By time, and those
   * of one time by partition and offset.
   */
  points(question: PointsQuestion): Promise<Point[]>;
  /** Alerts that touch the range, newest first. */
  alerts(question: AlertsQuestion): Promise<StoredAlert[]>;
  /** The steps of alerts, those of each by their numbers. */
  alertSteps(ids: readonly string[]): Promise<StoredStep[]>;
  /** Profiles, or messages, within the range; series in a stable order. */
  profiles(question: ProfilesQuestion): Promise<ProfileHistory[]>;
  /** All series, or those with points, profiles or messages within the range. */
  series(from?: Micros, to?: Micros): Promise<readonly SeriesInfo[]>;
  /** All mappings that the store has heard of, oldest first: each holds until its engine's next one. */
  mappings(): Promise<Mapping[]>;
  /** Newest report or state message of each engine. */
  lastSeen(): Promise<ReadonlyMap<string, Micros>>;
  /** What was derived up to the last batch, as far as going on from its positions needs it. */
  recall(): Promise<Recall>;
  /** When engines were heard of: these, or all that ever were where none is named. */
  presence(engines: readonly string[], from: Micros, to: Micros): Promise<ReadonlyMap<string, PresenceHistory>>;

  /**
   * The width that buckets need at least where some of them begin at `from`: 0 while the points of that time are there
   * one by one, else that of the finest tier that is left. Narrower ones are answered with what is there.
   */
  resolution(from: Micros): Promise<Micros>;
  /**
   * One small step of what keeps the store fast and in bounds: joins points into tiers, deletes what is older than its
   * tier is kept, gives space back. Points are old as against the newest point, and never as against a time after
   * `now`: a replay of last year's points lasts. Writes and questions go on meanwhile.
   * @returns whether there is more to do at once
   */
  maintain(now: Micros): Promise<boolean>;
  /**
   * Deletes the points, states, profiles, messages, alerts and series of a model in every tier. Positions, mappings and what was
   * heard of its engines stay: what its engines send from now on is written as ever.
   */
  deleteModel(workflow: string, model: string): Promise<Deleted>;
  /**
   * All that the store holds as of one moment, in pieces of bounded size, whatever is written meanwhile. Items of one
   * partition come in the order in which they were written; the last piece has the positions.
   */
  dump(): AsyncIterable<StoredPart>;
  /**
   * Takes in what a store, of whichever kind, dumped. Nothing may be written until it resolves; where it fails the
   * store is left unfit for use.
   * @throws StoreError `not-empty` where the store holds something already
   */
  restore(parts: AsyncIterable<StoredPart>): Promise<void>;
}
