import type { Partition } from '../archive/index.js';

/** Where a source hands in what it reads. Log times are in milliseconds. */
export interface Receiver {
  /** Whether more has come than is worked off: see `room`. */
  readonly crowded: boolean;
  /** Whether content has to come as the bytes that it is, with the message's key; text does, if left out. */
  readonly takesBytes?: boolean;
  /** The partition of this key, one object each. */
  partition(key: string): Partition;
  /**
   * Says that a partition is read from now on.
   * @param log name of the log that it belongs to; its own by default
   */
  assign(partition: Partition, log?: string): void;
  /**
   * Reads a partition from an offset on, whatever was read of it before: that is for others to finish.
   * @param from offset from which on messages bring about the state that another process had
   * @returns where reading begins
   */
  startAt(partition: Partition, offset: number, from: number, log?: string): number;
  /** Gives a partition up, since another process reads it now. */
  release(partition: Partition): void;
  /** The offset at which reading of a partition resumes; undefined where it was never read. */
  resumeAt(partition: Partition): number | undefined;
  /**
   * Takes in one message as it came. Offsets of a partition only grow. Content that cannot be used is counted and logged.
   * @param arrival log time, which is when it came where the source keeps none
   * @param key the message's key where its log has one
   */
  takeRaw(
    source: string,
    partition: Partition,
    offset: number,
    content: string | Buffer,
    arrival?: number,
    key?: Buffer | null
  ): void;
  /** Says that a partition has been read up to an offset, and how much of it is there still. Call it after each batch. */
  readTo(source: string, partition: Partition, next: number, lag: number): void;
  /**
   * Says that everything has been handed in that came to a partition up to a log time.
   * @param upTo `now` where whatever comes next comes at its time, until further notice; Infinity where nothing does
   */
  completeTo(partition: Partition, upTo: number | 'now'): void;
  /** Whether a partition is so far ahead of slower ones that its source had better read those. */
  isAhead(partition: Partition): boolean;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
}
