import type { Across, AlertSeverity, AlertState, GroupKey, MESSAGE_METRIC, Micros, Over } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Batch, Mapping, Origin, Point, Presence, Series } from '../archive/index.js';

/** Which series a question is about; an empty list means all. */
export interface Selection {
  readonly workflow: string | undefined;
  readonly models: readonly string[];
  readonly slots: readonly number[];
  readonly engines: readonly string[];
  /** Leave out what sensors report, where they name any. */
  readonly monitors?: readonly string[] | undefined;
  readonly features?: readonly string[] | undefined;
}

export interface AggregateQuestion extends Selection {
  readonly metric: string;
  /** Half open. */
  readonly from: Micros;
  readonly to: Micros;
  /** Width of a bucket; a bucket starts at a multiple of it since the epoch. */
  readonly width: Micros;
  /** Joins one series' points in a bucket. */
  readonly over: Over;
  /** Joins the series of a group; unused where `engine` is in `by`. */
  readonly across: Across;
  readonly by: readonly GroupKey[];
}

/** One series of an answer: times ascending, in microseconds. */
export interface AnswerSeries {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
  readonly monitor?: string | undefined;
  readonly feature?: string | undefined;
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** A question about what points say of the time that they speak for, rather than of the moment that they came. */
export interface SpreadQuestion extends Selection {
  readonly metric: string;
  /** Half open. */
  readonly from: Micros;
  readonly to: Micros;
  /** Width of a bucket; a bucket starts at a multiple of it since the epoch. */
  readonly width: Micros;
  /**
   * `value`: a value v of span s at t is spread evenly over [t − s, t), and each bucket gets its share of it; a value
   * of span 0 goes whole to the bucket of its time. `time`: the seconds of a bucket that any point of the series
   * speaks for, those that several speak for once.
   */
  readonly measure: 'value' | 'time';
  /** Series of a group add up. */
  readonly by: readonly GroupKey[];
  /** What lies outside the window of a series is cut off; without it the range alone does so. */
  readonly window?: ((series: SeriesInfo) => Window) | undefined;
}

/** A stretch of time, half open; infinite ends are open. */
export interface Window {
  readonly from: Micros;
  readonly to: Micros;
}

/** The stretch of time that a series' points within a range speak for, gaps and all. */
export interface Extent extends SeriesInfo {
  /** The first moment that a point speaks for; may lie before the range. */
  readonly first: Micros;
  /** Time of the last point; may lie after the range. */
  readonly last: Micros;
  /** Time of the last point with a span, or undefined where no point has one. */
  readonly lastSpan: Micros | undefined;
}

/**
 * Points after the end of a range may speak for time within it. They are looked for this far: who reports less than
 * once an hour is not monitored.
 */
export const LOOK_AHEAD: Micros = 3600e6;

/**
 * The states one engine went through. The first may lie before the question's start: it was in force then. Several may
 * lie at one moment, in any order.
 */
export interface StateHistory {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  readonly times: readonly Micros[];
  readonly codes: readonly number[];
  readonly texts: readonly string[];
}

/** When an engine was heard of. */
export interface PresenceHistory {
  /** The first time of all; what came before it is not known. */
  readonly born: Micros;
  /** Stretches that touch the question's range, by their beginning; they may overlap. */
  readonly stretches: readonly Presence[];
}

/** Which points are told one by one. */
export interface PointsQuestion extends Selection {
  /** An empty list means all. */
  readonly metrics: readonly string[];
  /** Half open. */
  readonly from: Micros;
  readonly to: Micros;
  /** The later ones are left out. */
  readonly limit: number;
}

/** What the store knows of a series, for the catalogue. */
export interface SeriesInfo {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number | undefined;
  readonly engine: string;
  readonly metric: string;
  readonly monitor?: string | undefined;
  readonly feature?: string | undefined;
}

export interface AlertsQuestion extends Selection {
  /** Half open: an alert is in it that began before `to` and was not over before `from`. */
  readonly from: Micros;
  readonly to: Micros;
  /**
   * As they are by now; an empty list means all, as of severities. Alerts that were never more than pending are left out,
   * unless pending ones are asked for; those of shadow versions, unless monitors are named.
   */
  readonly states: readonly AlertState[];
  readonly severities: readonly AlertSeverity[];
  /** Older ones are left out. */
  readonly limit: number;
}

/** One alert: what was told when it fired, or else when it began, and how far it has come. */
export interface StoredAlert extends Omit<
  AlertChange,
  'kind' | 'number' | 'time' | 'partition' | 'offset' | 'reason' | 'inhibits'
> {
  /** When it was over; undefined while it is not. */
  readonly endsAt: Micros | undefined;
}

export type StoredStep = Pick<AlertChange, 'id' | 'number' | 'state' | 'time' | 'text' | 'value' | 'reason'>;

export interface ProfilesQuestion extends Selection {
  /** `profile` unless told; `message`, whose histories hold messages in place of profiles. */
  readonly metric?: typeof MESSAGE_METRIC | undefined;
  /** Half open, of the times of the profiles. */
  readonly from: Micros;
  readonly to: Micros;
  /** Of all profiles together; older ones are left out. */
  readonly limit: number;
}

/** Profiles of one series: times ascending. */
export interface ProfileHistory {
  readonly series: SeriesInfo;
  readonly times: readonly Micros[];
  /** Seconds that end at the time. */
  readonly spans: readonly number[];
  /** JSON as it was written. */
  readonly contents: readonly string[];
}

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

/** How fine what is kept is: points as they came, or joined by the minute, or by the hour. */
export type Tier = 'raw' | RollupTier;
export type RollupTier = '1m' | '1h';

/** Width of the buckets of a tier. */
export const TIER_WIDTH: Readonly<Record<RollupTier, Micros>> = { '1m': 60e6, '1h': 3600e6 };

/** For how long each tier is kept, by the times of the points; Infinity keeps it for ever. */
export type Retention = Readonly<Record<Tier, Micros>>;

/** Nothing is deleted that nobody said how long to keep; a finer tier is kept as long as the next one, if it does not say. */
export function retentionOf({
  '1h': hour = Infinity,
  '1m': minute = hour,
  raw = minute,
}: Partial<Retention> = {}): Retention {
  return { raw, '1m': minute, '1h': hour };
}

/** The points of one series in one bucket of a tier, joined such that two of them join into one. */
export interface Rollup {
  readonly tier: RollupTier;
  readonly series: Series;
  /** Start of the bucket. */
  readonly time: Micros;
  /** Points whose time lies in the bucket; 0 where they only speak for some of its time, as later ones may. */
  readonly count: number;
  /** Undefined, like others below, where there is none that is finite. */
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Value of the newest point and its time. */
  readonly last: number | undefined;
  readonly lastTime: Micros | undefined;
  /** Σ span in seconds, and Σ value · span. */
  readonly span: number;
  readonly weighted: number | undefined;
  /** What points say of the time of the bucket, see `SpreadQuestion`: their share of value, and microseconds. */
  readonly share: number | undefined;
  readonly covered: Micros;
  /** Of that time the first moment, and the last one of points with a span, from the start of the bucket. */
  readonly begins: Micros | undefined;
  readonly ends: Micros | undefined;
  /** Cells of a quantile sketch of accuracy 0.01, see `cellOf`, in ascending order, and how many values each has. */
  readonly cells: readonly number[];
  readonly counts: readonly number[];
}

/** A piece of all that a store holds. */
export interface StoredPart extends Batch {
  readonly rollups: readonly Rollup[];
  /** Points that are there in rollups alone, and would come again if their partitions were read again from the position. */
  readonly counted: ReadonlyArray<Origin & { readonly series: Series; readonly time: Micros }>;
}

/** How much of a model was deleted. */
export interface Deleted {
  readonly series: number;
  /** Raw ones; states are points as well. */
  readonly points: number;
  readonly rollups: number;
  /** Messages as well. */
  readonly profiles: number;
  readonly alerts: number;
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
  /** What points say of the time that they speak for; buckets that no point speaks for are left out. */
  spread(question: SpreadQuestion): Promise<AnswerSeries[]>;
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
  series(from?: Micros, to?: Micros): Promise<SeriesInfo[]>;
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
