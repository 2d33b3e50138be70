import type { Across, AlertSeverity, AlertState, GroupKey, MESSAGE_METRIC, Micros, Over } from '@pneumograph/contract';
import type { AlertChange, Presence } from '../archive/index.js';

/** What a store is asked, and what it answers. */

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

/** What a series of an answer is about; undefined where series are joined. */
export interface AnswerIdentity {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
  readonly monitor?: string | undefined;
  readonly feature?: string | undefined;
}

/** One series of an answer: times ascending, in microseconds. */
export interface AnswerSeries extends AnswerIdentity {
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** Several metrics at once, each over all of one range: to answer such questions one by one takes far longer. */
export interface TotalsQuestion extends Selection {
  /** Half open. */
  readonly from: Micros;
  readonly to: Micros;
  readonly of: readonly TotalOf[];
}

/** A metric, and how its points become one value a group, see `AggregateQuestion`. */
export interface TotalOf {
  readonly metric: string;
  readonly over: 'sum' | 'avg';
  readonly across: 'sum' | 'avg';
  readonly by: readonly GroupKey[];
}

export interface Total extends AnswerIdentity {
  readonly value: number;
}

/** A question about what points say of the time that they speak for, rather than of the moment that they came. */
export interface SpreadQuestion extends Selection {
  readonly metrics: readonly string[];
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
  /** That nothing is asked of points of value 0: buckets for which only those speak may be left out. */
  readonly withoutZeros?: boolean | undefined;
  /** Series of a group add up, those of several metrics too. */
  readonly by: readonly GroupKey[];
  /** What lies outside the window of a series is cut off; without it the range alone does so. */
  readonly window?: ((series: SeriesInfo) => Window) | undefined;
}

/** One series of what points say of time: dense, since most buckets have a number. */
export interface SpreadSeries extends AnswerIdentity {
  /** Start of the first bucket: the one that the range begins in. */
  readonly base: Micros;
  /** By bucket, up to the end of the range; NaN where no point speaks for it. */
  readonly values: Float64Array;
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
