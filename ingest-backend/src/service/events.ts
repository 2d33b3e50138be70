import type { Logger } from 'pino';
import type { ArchiveItem, ArchiverEvents, Batch, Outlets, Partition } from '../archive/index.js';
import { BoundedLog, type SelfMetrics, type SelfReporter } from '../selfmetrics/index.js';

/**
 * Counts and logs what becomes of batches.
 * @param stored told of each batch that the store took: what of it was new, and the positions of what the sources read
 */
export function archiverEvents(
  metrics: SelfMetrics,
  reporter: SelfReporter,
  outlets: Pick<Outlets, 'positions'>,
  logger: Logger,
  stored: (fresh: readonly ArchiveItem[], positions: ReadonlyMap<string, number>) => void
): ArchiverEvents {
  const log = new BoundedLog(logger);
  return {
    stored: (batch, fresh, seconds) => {
      metrics.storeSeconds.observe(seconds);
      metrics.batchSize.observe(batch.items.length);
      metrics.stored.inc(fresh.length);
      metrics.replayed.inc(batch.items.length - fresh.length);
      reporter.stored(batch, seconds);
      const positions = positionsByKey(batch, [reporter.partition, ...outlets.positions().keys()]);
      positions.forEach((position, partition) => metrics.position.set({ partition }, position));
      stored(fresh, positions);
    },
    storeFailed: (error) => {
      metrics.storeFailures.inc();
      log.warn('store', { error: error.message }, 'the store did not take a batch; trying again');
    },
  };
}

/** Of what the sources read. */
function positionsByKey({ positions }: Batch, own: readonly Partition[]): Map<string, number> {
  const read = [...positions].filter(([partition]) => !own.includes(partition));
  return new Map(read.map(([partition, position]) => [partition.key, position]));
}
