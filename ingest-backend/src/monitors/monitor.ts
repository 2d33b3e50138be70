import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { z } from 'zod';
import type { Origin, Partition, Point } from '../archive/index.js';
import type { BadRecord, StreamAddress, StreamRecord } from '../streams/index.js';

export type Severity = 'info' | 'warning' | 'critical';

/** What a statement of a monitor is about; the stream's workflow, model and slot where it says no more. */
export interface Subject {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number | undefined;
  readonly engine?: string | undefined;
  readonly feature?: string | undefined;
}

export interface Statement {
  /** When it became true, in log time. */
  readonly time: Micros;
  /** The record that it begins with: the same whenever the records are read again. */
  readonly origin: Origin;
  readonly about: Subject;
}

export interface Measurement extends Statement {
  readonly metric: string;
  readonly value: number;
  /** Seconds that the value speaks for; 0, if left out. */
  readonly span?: number;
}

/** A distribution over a span of time, as panels show it. */
export interface Distribution extends Statement {
  readonly span: number;
  /** Plain JSON: bins, counts, and the shares of the reference. */
  readonly content: unknown;
}

/** A record that a condition held for, with its place in its log. */
export interface Offence {
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
  /** What was wrong, plain JSON. */
  readonly value?: unknown;
  /** The record, or what of it is wrong, where the monitor shows it. */
  readonly record?: unknown;
}

export interface Finding extends Statement {
  /** Tells this condition from the monitor's others. */
  readonly key: string;
  /** What is wrong, short. */
  readonly name: string;
  /** A sentence with the values. */
  readonly text: string;
  readonly value?: number | undefined;
  /** What shows it, plain JSON. */
  readonly evidence?: unknown;
  /** The record that it was found in, or what of it is wrong: evidence keeps the first ones of each alert. */
  readonly record?: unknown;
  /** What was found of a whole window was found in these records, the worst first, and not in the one that it begins with. */
  readonly offences?: readonly Offence[] | undefined;
  /** Of the alert that it begins, where it is known; worked out otherwise. */
  readonly id?: string | undefined;
}

/** How a monitor speaks. Statements of records that are read again must be the same as before. */
export interface Speech {
  measure(measurement: Measurement): void;
  show(distribution: Distribution): void;
  /** Says whether something is wrong; an alert fires when it becomes so, and resolves when it is so no more. */
  condition(holds: boolean, finding: Finding): void;
  /** Something happened. The alert resolves by itself when it has not happened again for a while. */
  event(finding: Finding): void;
}

/** What a kind's instance is made with. */
export interface Setting<P> {
  readonly params: P;
  /** The stream that it watches, or all of them where the kind joins them. */
  readonly attached: readonly StreamAddress[];
  readonly speech: Speech;
  /** What `snapshot` gave before a restart. */
  readonly state: unknown;
  /** The folder of the monitor's definition, which names of files are relative to. */
  readonly folder: string;
  /** For what has to be told to operators beside alerts, such as what was done to the fleet. */
  readonly log?: Logger | undefined;
  /** Says that the monitor failed though it goes on trying by itself; undefined, when it works again. */
  readonly failed?: ((error: Error | undefined) => void) | undefined;
}

/** One monitor at work on one stream, or on several where its kind joins them. */
export interface Monitor {
  /** Takes a record; those of a stream come in the order of log time. */
  take?(stream: StreamAddress, record: StreamRecord): void;
  /** Takes a record that could not be decoded. */
  bad?(stream: StreamAddress, record: BadRecord): void;
  /** Says that all records up to a log time have come. */
  reached?(stream: StreamAddress, time: Micros): void;
  /** Says what time it is by the wall clock, every second or so. */
  tick?(now: Micros): void;
  /**
   * Takes a point of a metric that the kind asked for, before it is stored. After a crash some of a series come again: those that are not
   * newer than the last one were there before.
   */
  point?(point: Point): void;
  /** All that its statements depend on, as plain JSON: taken back where the records are read on from here. */
  snapshot(): unknown;
  /**
   * Of each partition the oldest record that was taken and is not answered for yet. It holds the partition's position,
   * so that it comes again after a crash; the snapshot is of what was before it.
   */
  oldestNeeded?(): ReadonlyMap<Partition, number>;
  /** Whether more records wait than had better, in a monitor whose work is done elsewhere. */
  readonly crowded?: boolean;
  /** Resolves when there is room for more records, which does not keep any from being handed in. */
  room?(): Promise<void>;
  close?(): void | Promise<void>;
}

/** A built-in kind of monitors. */
export interface Kind<P = unknown> {
  readonly name: string;
  /** What it can be told; unknown keys are errors. */
  readonly params: z.ZodType<P>;
  /** Whether each attached stream has an instance of its own, or one joins them all. */
  readonly instance: 'each' | 'all';
  /** Whether one instance joins all streams after all, where the parameters say so. */
  joins?(params: P): boolean;
  /** Whether what it says goes by the wall clock, and depends on no record: it is noted whenever it said something. */
  readonly byClock?: boolean;
  /** Why only the operator may define such a one, and nobody over HTTP; undefined where anyone may. */
  operatorOnly?(params: P): string | undefined;
  /** What its alerts keep notifications of back, where the definition does not say. */
  readonly inhibits?: 'downstream';
  /** The metrics whose points it wants beside or instead of records. */
  metrics?(params: P): readonly string[];
  /** What it does to others beside telling, a sentence's part each such as `would POST …`; for people who check it. */
  actions?(params: P): readonly string[];
  create(setting: Setting<P>): Monitor;
}
