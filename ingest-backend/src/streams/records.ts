import type { Micros } from '@pneumograph/contract';
import type { Origin, Partition } from '../archive/index.js';

/** What a stream is attached to: even slots are inputs of a model, odd ones outputs. */
export interface StreamAddress {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number;
}

export interface StreamRecord extends Origin {
  /** The record as its encoding says. */
  readonly value: unknown;
  /** The message's key where the transport has one. */
  readonly key: string | undefined;
  /** Log time: when the record came to its log, as the log says. */
  readonly time: Micros;
}

/** A record that cannot be decoded. */
export interface BadRecord extends Origin {
  /** One of a few words, to count by. */
  readonly reason: BadReason;
  /** A sentence that names the place, what was expected and what was found. */
  readonly detail: string;
  readonly time: Micros;
}

export type BadReason = 'utf-8' | 'json' | 'csv' | 'columns' | 'avro' | 'wire-format' | 'schema' | 'time';

/** What the records of streams are for. None of it may throw. */
export interface RecordConsumer {
  /** Records of one stream in the order of their partition. */
  take(stream: StreamAddress, records: readonly StreamRecord[]): void;
  bad(stream: StreamAddress, record: BadRecord): void;
  /**
   * Log time up to which everything of the stream has been handed in; finite, only grows. Where producers stamp the
   * records, one with an earlier time may follow all the same.
   */
  reached(stream: StreamAddress, time: Micros): void;
  /** Whether more records of a stream wait than had better; its source then reads no faster. */
  crowded?(stream: StreamAddress): boolean;
  /** Resolves when there is room for more of a stream. */
  room?(stream: StreamAddress): Promise<void>;
  /** Another process reads the partition from now on. */
  forget(partition: Partition): void;
}

/** A stream as people name it: `prices/lstm:0`, or `lstm:0` outside any workflow. */
export function streamName({ workflow, model, slot }: StreamAddress): string {
  return `${workflow === '' ? '' : `${workflow}/`}${model}:${slot}`;
}

/** A stream as it stands in keys, which no other stream has: names may hold anything. */
export function streamKey({ workflow, model, slot }: StreamAddress): string {
  return [workflow, model, slot].map(encodeURIComponent).join('/');
}
