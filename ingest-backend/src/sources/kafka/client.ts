import { readFileSync } from 'node:fs';
import { logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import type { Connection } from '../../config/index.js';
import { registerCodecs } from './codecs.js';
import { tokenProvider } from './oauth.js';

/** What kafkajs is told to reach the brokers. @throws Error where a file of `tls` cannot be read */
export function kafkaClient({ brokers, clientId, tls, sasl }: Connection): KafkaConfig {
  registerCodecs();
  return {
    brokers,
    clientId,
    ssl: typeof tls === 'boolean' ? tls : readTls(tls),
    ...(sasl === undefined ? {} : { sasl: readSasl(sasl) }),
    // Failures show within seconds: whoever uses the client starts anew after it gave up.
    retry: { retries: 5, maxRetryTime: 3000 },
  };
}

function readTls({ rejectUnauthorized, ...files }: Exclude<Connection['tls'], boolean>) {
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
  return { rejectUnauthorized, ca: read(files.ca), cert: read(files.cert), key: read(files.key) };
}

function readSasl(sasl: NonNullable<Connection['sasl']>): SASLOptions {
  return sasl.mechanism === 'oauthbearer'
    ? { mechanism: sasl.mechanism, oauthBearerProvider: tokenProvider(sasl) }
    : sasl;
}

/**
 * What kafkajs logs, in the backend's log. It calls errors what it tries again, a rebalance for one, so its lines go one
 * level down: what it gave up on is logged by who uses it.
 */
export function kafkaLogging(name: string, log: Logger): Pick<KafkaConfig, 'logLevel' | 'logCreator'> {
  return {
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, error } }) => {
        const details = { source: name, ...(error === undefined ? {} : { error: error as unknown }) };
        log[level <= logLevel.ERROR ? 'warn' : 'info'](details, message);
      },
  };
}
