import type { Logger } from 'pino';
import { ApiError, type Backend } from '../api/index.js';
import { ConfigurationError, type Configuration } from '../config/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import { kafkaClient, Rekeyer } from '../sources/index.js';

/** One for each Kafka source that says where to. @throws ConfigurationError where none does */
export function createRekeyers({ sources }: Configuration, metrics: SelfMetrics, log: Logger): Rekeyer[] {
  const rekeyers = sources.flatMap((source) =>
    source.kind === 'kafka' && source.rekeyTo !== undefined
      ? [
          new Rekeyer(
            {
              client: kafkaClient(source),
              topic: source.topic,
              to: source.rekeyTo,
              groupId: `${source.groupId}-rekey`,
            },
            metrics,
            log
          ),
        ]
      : []
  );
  if (rekeyers.length === 0) {
    throw new ConfigurationError(['role rekey: expected a source of kind kafka with `rekeyTo`, found none']);
  }
  return rekeyers;
}

/** What a process without the role `derive` answers to questions: it has no store. */
export function noStore(): Pick<Backend, 'reports' | 'records' | 'query' | 'follow' | 'catalogue' | 'alerts' | 'export'> {
  const refuse = () =>
    Promise.reject(
      new ApiError(404, 'no-store', 'expected a process with the role derive, found one with rekey alone')
    );
  return {
    reports: undefined,
    records: () => undefined,
    query: refuse,
    follow: refuse,
    catalogue: refuse,
    alerts: refuse,
    export: () => undefined,
  };
}
