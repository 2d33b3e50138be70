import type { Across, GroupKey, Micros, Over } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping } from '../archive/index.js';

/** Which series a question is about; an empty list means all. */
export interface Selection {
  readonly workflow: string | undefined;
  readonly models: readonly string[];
  readonly slots: readonly number[];
  readonly engines: readonly string[];
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
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

/** The states one engine went through; the first may lie before the question's start: it was in force then. */
export interface StateHistory {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  readonly times: readonly Micros[];
  readonly codes: readonly number[];
  readonly texts: readonly string[];
}

/** What the store knows of a series, for the catalogue. */
export interface SeriesInfo {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number | undefined;
  readonly engine: string;
  readonly metric: string;
}

/**
 * Where points, states, mappings and positions are kept. Every implementation passes the same contract tests.
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
   * Writes a batch, all or nothing, and resolves once it is durable. Points and states it has already (same series,
   * partition, offset and time) are skipped, so that messages read again after a crash are not counted twice.
   * @returns the items that were new, in their order: what further consumers of the archive stream shall see.
   */
  write(batch: Batch): Promise<readonly ArchiveItem[]>;

  /** Points joined per bucket and group; buckets without points are left out. Groups in a stable order. */
  aggregate(question: AggregateQuestion): Promise<AnswerSeries[]>;
  /** For each group the values of its series' last bucket within the range, joined: one time, one value. */
  latest(question: AggregateQuestion): Promise<AnswerSeries[]>;
  /** States within the range, with the one in force at its start; engines in a stable order. */
  states(selection: Selection, from: Micros, to: Micros): Promise<StateHistory[]>;
  /** All series, or those with points within the range. */
  series(from?: Micros, to?: Micros): Promise<SeriesInfo[]>;
  /** The current mapping of each engine that the store has heard of. */
  mappings(): Promise<Mapping[]>;
  /** Newest report or state message of each engine. */
  lastSeen(): Promise<ReadonlyMap<string, Micros>>;
}
