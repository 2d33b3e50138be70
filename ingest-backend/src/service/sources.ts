import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Configuration, SourceConfiguration } from '../config/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import {
  FileSource,
  HttpSource,
  Journal,
  kafkaClient,
  KafkaSource,
  WebSocketSource,
  type Intake,
  type Source,
  type Stored,
} from '../sources/index.js';

/** What the sources work with. */
export interface Surroundings {
  readonly intake: Intake;
  readonly store: Stored;
  readonly metrics: SelfMetrics;
  readonly log: Logger;
}

/** Makes the sources that a configuration names. The journals of what comes over HTTP and WebSockets stand beside the store. */
export function createSources(configuration: Configuration, surroundings: Surroundings): Source[] {
  return configuration.sources.map((source) => createSource(source, configuration, surroundings));
}

function createSource(
  source: SourceConfiguration,
  configuration: Configuration,
  { intake, store, metrics, log }: Surroundings
): Source {
  switch (source.kind) {
    case 'http':
      return new HttpSource(intake, new Journal(`${configuration.store.path}.journal`));
    case 'websocket': {
      const { url, src = '', type = '' } = source;
      const place = createHash('sha256')
        .update(JSON.stringify([url, src, type]))
        .digest('hex')
        .slice(0, 12);
      return new WebSocketSource(
        source,
        intake,
        new Journal(`${configuration.store.path}.websocket-${place}.journal`),
        log
      );
    }
    case 'file':
      return new FileSource(source, intake, log);
    case 'kafka': {
      const { topic, rekeyTo, groupId } = source;
      const options = { client: kafkaClient(source), topic: rekeyTo ?? topic, groupId };
      return new KafkaSource(options, intake, store, metrics, log);
    }
  }
}
