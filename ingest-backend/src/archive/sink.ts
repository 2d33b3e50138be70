import type { ArchiveItem } from './records.js';

/**
 * One more consumer of the archive stream. It is told of each item that the store took in, in their order, and never of
 * those of the reserved workflow. What it refuses waits for it on disk and is told again, unless it is told otherwise.
 */
export interface Sink {
  readonly name: string;
  /**
   * Called once before the first write.
   * @param mark what `mark` gave after the last write that is known to have ended, maybe in an earlier process; undefined
   * where there was none. What was written since is written again: a sink that can takes it back first.
   */
  open?(mark: unknown): Promise<void>;
  /** Writes items; resolves once the sink has them. @throws Error where it has not all of them: all are told again */
  write(items: readonly ArchiveItem[]): Promise<void>;
  /** Where the sink stands after its last write, as JSON. */
  mark?(): unknown;
  close(): Promise<void>;
}
