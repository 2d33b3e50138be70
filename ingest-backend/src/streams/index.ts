import type { Micros } from '@pneumograph/contract';
import type { Origin, Partition } from '../archive/index.js';

export interface StreamAddress {
  readonly workflow: string;
  readonly model: string;
  readonly slot: number;
}

export interface StreamRecord extends Origin {
  readonly value: unknown;
  readonly key: string | undefined;
  readonly time: Micros;
}

export interface BadRecord extends Origin {
  readonly reason: string;
  readonly time: Micros;
}

export interface RecordConsumer {
  take(stream: StreamAddress, records: readonly StreamRecord[]): void;
  bad(stream: StreamAddress, record: BadRecord): void;
  reached(stream: StreamAddress, time: Micros): void;
  oldestNeeded(): ReadonlyMap<Partition, number>;
  forget(partition: Partition): void;
}
