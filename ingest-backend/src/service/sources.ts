import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import type { Configuration, KafkaConfiguration, SourceConfiguration } from '../config/index.js';
import {
  FileSource,
  HttpSource,
  Journal,
  KafkaSource,
  WebSocketSource,
  type Intake,
  type Source,
} from '../sources/index.js';

/**
 * Makes the sources that a configuration names. The journals of what comes over HTTP and WebSockets
 * stand beside the store.
 */
export function createSources(configuration: Configuration, intake: Intake, log: Logger): Source[] {
  return configuration.sources.map((source) => createSource(source, configuration, intake, log));
}

function createSource(source: SourceConfiguration, { store }: Configuration, intake: Intake, log: Logger): Source {
  switch (source.kind) {
    case 'http':
      return new HttpSource(intake, new Journal(`${store.path}.journal`));
    case 'websocket': {
      const { url, src = '', type = '' } = source;
      const place = createHash('sha256')
        .update(JSON.stringify([url, src, type]))
        .digest('hex')
        .slice(0, 12);
      return new WebSocketSource(source, intake, new Journal(`${store.path}.websocket-${place}.journal`), log);
    }
    case 'file':
      return new FileSource(source, intake, log);
    case 'kafka':
      return new KafkaSource(
        { client: kafkaClient(source), topic: source.topic, groupId: source.groupId },
        intake,
        log
      );
  }
}

/** What kafkajs is told to reach the brokers. */
export function kafkaClient({ brokers, clientId, tls, sasl }: KafkaConfiguration): KafkaConfig {
  const ssl =
    typeof tls === 'boolean'
      ? tls
      : {
          rejectUnauthorized: tls.rejectUnauthorized,
          ...(tls.ca === undefined ? {} : { ca: readFileSync(tls.ca) }),
          ...(tls.cert === undefined ? {} : { cert: readFileSync(tls.cert) }),
          ...(tls.key === undefined ? {} : { key: readFileSync(tls.key) }),
        };
  return { brokers, clientId, ssl, ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }) };
}
