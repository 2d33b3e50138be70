import type { Partition } from '../archive/index.js';

/** Milliseconds between snapshots: so much of the records is read again after a crash. */
const SNAPSHOT_MILLIS = 5000;

/**
 * How far the partitions of record streams may be said to be read: as far as the last snapshot of the monitors speaks of. One moment
 * is decided on for all of them, so that positions and notes go into the same batch.
 */
export class Positions {
  /** Of each partition the offset after the last record that was taken, now and as of the last snapshot. */
  readonly #taken = new Map<Partition, number>();
  #safe = new Map<Partition, number>();
  #snapshotAt = -Infinity;
  #due = false;

  constructor(private readonly clock: () => number = Date.now) {}

  took({ partition, offset }: { readonly partition: Partition; readonly offset: number }): void {
    this.#taken.set(partition, offset + 1);
    // The last snapshot knows nothing of a partition that came since: it is read again from its first record.
    if (!this.#safe.has(partition)) {
      this.#safe.set(partition, offset);
    }
  }

  /** Makes the next batch hold a snapshot. */
  flush(): void {
    this.#snapshotAt = -Infinity;
  }

  forget(partition: Partition): void {
    this.#taken.delete(partition);
    this.#safe.delete(partition);
  }

  /**
   * Decides whether the batch that is being made holds a snapshot, and says from where each partition is read again after a crash.
   * @param held the oldest offsets that monitors have not answered for
   */
  oldestNeeded(held: () => Iterable<ReadonlyMap<Partition, number>>): ReadonlyMap<Partition, number> {
    const now = this.clock();
    if (now - this.#snapshotAt >= SNAPSHOT_MILLIS) {
      this.#due = true;
      this.#snapshotAt = now;
      this.#safe = new Map(this.#taken);
      for (const needed of held()) {
        needed.forEach((offset, partition) => {
          if (offset < (this.#safe.get(partition) ?? -Infinity)) {
            this.#safe.set(partition, offset);
          }
        });
      }
    }
    return this.#safe;
  }

  /**
   * Whether a snapshot is due, which it then is no more, and of the partitions whose safe position lies below what was taken
   * the offset after that.
   */
  takeDue(): { readonly due: boolean; readonly ahead: ReadonlyMap<Partition, number> } {
    const due = this.#due;
    this.#due = false;
    const ahead = [...this.#taken].filter(([partition, taken]) => taken > (this.#safe.get(partition) ?? taken));
    return { due, ahead: new Map(due ? ahead : []) };
  }
}
