import type { AlertSeverity, AlertState, Micros } from '@pneumograph/contract';
import type { Presence } from './presence.js';

/** What tells one series of points from another. Interned by who makes it: one object a series, compared by identity. */
export interface Series {
  readonly workflow: string;
  readonly model: string;
  /** Undefined where the metric has no slot. */
  readonly slot: number | undefined;
  /** The engine's `src`; empty of what a monitor says of a whole model. */
  readonly engine: string;
  readonly metric: string;
  /** The monitor that says it; undefined of what sensors report. */
  readonly monitor?: string | undefined;
  /** The field of the records that it is about, where it is about one. */
  readonly feature?: string | undefined;
}

/** An ordered log that messages come from: a Kafka partition, the journal, a file. Interned like Series. */
export interface Partition {
  /** Stable over restarts, such as `kafka/notify/3`. */
  readonly key: string;
}

/** The message that gave rise to a record. With the series and time it identifies a point, so that a replay is seen. */
export interface Origin {
  readonly partition: Partition;
  readonly offset: number;
}

export interface Point extends Origin {
  readonly kind: 'point';
  readonly series: Series;
  readonly time: Micros;
  readonly value: number;
  /** Seconds the value speaks for; 0 for an instant. */
  readonly span: number;
}

/** An engine said that it entered a state. */
export interface StateChange extends Origin {
  readonly kind: 'state';
  /** The series `engine.status` of the engine. */
  readonly series: Series;
  readonly time: Micros;
  readonly value: number;
  /** The state as the engine spelled it. */
  readonly text: string;
}

/** An engine belongs to a model from `time` until its next mapping: to one of its own id while it runs none. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly time: Micros;
  readonly engine: string;
  /** The engine's name where it has one beside its id. */
  readonly engineName: string | undefined;
  readonly workflow: string;
  readonly model: string;
  readonly asset: string | undefined;
}

/** A step of an alert: its condition began to hold, holds no more, or cannot be told. */
export interface AlertChange extends Origin {
  readonly kind: 'alert';
  /** One alert, unlike any other: all of its steps have the same. */
  readonly id: string;
  /** Of the step, from 1 on; with the id it identifies the step. */
  readonly number: number;
  /** Of this step. */
  readonly time: Micros;
  /** When the alert was first told; when its condition began to hold, while it is only pending. */
  readonly startsAt: Micros;
  readonly state: AlertState;
  readonly severity: AlertSeverity;
  readonly monitor: string;
  readonly workflow: string;
  readonly model: string;
  readonly slot: number | undefined;
  /** Empty where it is about a whole model. */
  readonly engine: string;
  readonly feature: string | undefined;
  /** What is wrong, short: the tutorial's alert text. */
  readonly name: string;
  /** A sentence with the values. */
  readonly text: string;
  readonly value: number | undefined;
  /** JSON: what the monitor saw. */
  readonly evidence: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** A dashboard that shows it. */
  readonly link?: string | undefined;
  /** Why the step came about, where that is not what the monitor saw. */
  readonly reason?: string | undefined;
  /** What it keeps notifications of back, while it lasts. */
  readonly inhibits?: 'downstream' | undefined;
}

/** A distribution over a span of time. */
export interface ProfilePoint extends Origin {
  readonly kind: 'profile';
  /** Its metric is `profile`; with monitor and feature. */
  readonly series: Series;
  /** When the span ends. */
  readonly time: Micros;
  /** Seconds. */
  readonly span: number;
  /** JSON, see `profileContent` of the contract; stores do not look into it. */
  readonly content: string;
}

/** What an engine or its model wrote. */
export interface TextLine extends Origin {
  readonly kind: 'message';
  /** Its metric is `message`. */
  readonly series: Series;
  readonly time: Micros;
  /** JSON, see `messageContent` of the contract; stores do not look into it. */
  readonly content: string;
}

export type ArchiveItem = Point | StateChange | Mapping | AlertChange | ProfilePoint | TextLine;

/** The workflow that an item speaks of. */
export function workflowOf(item: ArchiveItem): string {
  return item.kind === 'mapping' || item.kind === 'alert' ? item.workflow : item.series.workflow;
}

export function modelOf(item: ArchiveItem): string {
  return item.kind === 'mapping' || item.kind === 'alert' ? item.model : item.series.model;
}

/** What is written in one go: all of it or nothing. */
export interface Batch {
  readonly items: readonly ArchiveItem[];
  /** For each partition the offset of the oldest message that is still needed: where reading resumes. */
  readonly positions: ReadonlyMap<Partition, number>;
  /** Settled time of each engine of which it moved since the last batch. */
  readonly settled?: ReadonlyMap<string, Micros>;
  /** What is wanted back after a restart and cannot be told from points and messages, by key; an empty text forgets it. */
  readonly notes?: ReadonlyMap<string, string>;
  /** All that was heard of engines since the last batch. */
  readonly heard?: ReadonlyMap<string, readonly Presence[]>;
  /** Newest message of each engine: one message of that time, where `heard` does not tell more. */
  readonly lastSeen?: ReadonlyMap<string, Micros>;
}
