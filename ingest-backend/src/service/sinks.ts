import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { toRecord, type Outlets, type Sink } from '../archive/index.js';
import type { Configuration, SinkConfiguration } from '../config/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';
import { InfluxDbSink, KafkaSink, LogSink, SpooledSink, type SpooledSinkEvents } from '../sinks/index.js';
import { kafkaClient, kafkaLogging } from '../sources/index.js';

/** What the sinks work with. */
export interface SinkSurroundings {
  /** As the store has them. */
  readonly positions: ReadonlyMap<string, number>;
  readonly metrics: SelfMetrics;
  readonly log: Logger;
}

/** All sinks of a configuration as one. */
export interface Sinks extends Outlets {
  /** What keeps sinks from taking records, in words. */
  problems(): string[];
}

/** Makes the sinks that a configuration names, each behind a spool of its own, and lets them go on with what waits. */
export async function createSinks(
  configuration: Configuration,
  { positions, metrics, log }: SinkSurroundings
): Promise<Sinks> {
  const events = sinkEvents(metrics, log);
  const sinks = configuration.sinks.map((sink) => {
    const folder = sink.spool.path ?? join(defaultFolder(configuration), folderName(sink));
    return new SpooledSink(createSink(sink, log), { folder, size: sink.spool.size, required: sink.required }, events);
  });
  for (const sink of sinks) {
    await sink.open(positions);
  }
  const waiting = (read: (sink: SpooledSink) => number) => () => sinks.map((sink) => [sink.name, read(sink)] as const);
  const records = waiting((sink) => sink.records);
  metrics.observeEach('sink_waiting_records', 'Records that wait on disk for a sink', 'sink', records);
  const bytes = waiting((sink) => sink.bytes);
  metrics.observeEach('sink_spool_bytes', 'Bytes on disk of what waits for a sink', 'sink', bytes);
  return joinSinks(sinks);
}

function joinSinks(sinks: readonly SpooledSink[]): Sinks {
  return {
    positions: () => new Map(sinks.map((sink) => sink.position)),
    prepare: async (items) => {
      if (sinks.length > 0) {
        const text = Buffer.from(items.map((item) => JSON.stringify(toRecord(item)) + '\n').join(''));
        await Promise.all(sinks.map((sink) => sink.prepare(items, text)));
      }
    },
    commit: () => sinks.forEach((sink) => sink.commit()),
    get crowded() {
      return sinks.some((sink) => sink.crowded);
    },
    room: () => Promise.all(sinks.map((sink) => sink.room())).then(() => undefined),
    close: () => Promise.all(sinks.map((sink) => sink.close())).then(() => undefined),
    problems: () => sinks.flatMap(({ name, problem }) => (problem === undefined ? [] : [`sink ${name}: ${problem}`])),
  };
}

function createSink(sink: SinkConfiguration, log: Logger): Sink {
  switch (sink.kind) {
    case 'log': {
      const { path, rotate, fsync } = sink;
      return new LogSink({ path, fsync, ...rotate });
    }
    case 'influxdb':
      return new InfluxDbSink(sink);
    case 'kafka': {
      const { topic } = sink;
      return new KafkaSink({ client: { ...kafkaClient(sink), ...kafkaLogging(`sink ${topic}`, log) }, topic });
    }
  }
}

/** Beside the store. */
function defaultFolder({ store }: Configuration): string {
  return `${store.path}.sinks`;
}

/** The same for what is one place to write to, whatever else is configured. */
function folderName(sink: SinkConfiguration): string {
  const place = placeOf(sink);
  return `${sink.kind}-${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 12)}`;
}

function placeOf(sink: SinkConfiguration): string[] {
  switch (sink.kind) {
    case 'log':
      return [sink.path];
    case 'kafka':
      return [sink.topic, ...sink.brokers];
    case 'influxdb':
      return [sink.url, sink.org, sink.bucket, sink.layout];
  }
}

function sinkEvents(metrics: SelfMetrics, logger: Logger): SpooledSinkEvents {
  const log = new BoundedLog(logger);
  return {
    written: (sink, records) => metrics.sinkWritten.inc({ sink }, records),
    failed: (sink, error) => {
      metrics.sinkFailures.inc({ sink });
      log.warn(sink, { sink, error: error.message }, 'a sink takes nothing; its records wait on disk');
    },
    dropped: (sink, records, reason) => {
      metrics.sinkDropped.inc({ sink }, records);
      log.warn(`${sink} dropped`, { sink, records, reason }, 'records were dropped that a sink was never told');
    },
  };
}
