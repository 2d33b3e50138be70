import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import {
  loadConfiguration,
  type Configuration,
  type Connection,
  type StoreConfiguration,
  type WebSocketConfiguration,
} from '../config/index.js';
import { Workflows } from '../fleet/index.js';
import { createFleetSource, createStore, readWorkflows } from '../service/index.js';
import { addressOf, kafkaClient } from '../sources/index.js';
import { readDefinitions } from '../monitors/index.js';
import { applyBuckets, InfluxDbConnection } from '../store/index.js';
import { resolveStreams, streamName, type ResolvedStream } from '../streams/index.js';
import { WebClient } from '../web/index.js';

/**
 * Reaches every component of a configuration; tells one line each. Resolves with whether all of them answered.
 * @param apply creates what is missing where that can be created: buckets
 */
export async function check(file: string, tell: (line: string) => void, apply = false): Promise<boolean> {
  const configuration = await loadConfiguration(file);
  await readWorkflows(configuration, new Workflows());
  const streams = await resolveStreams(configuration.streams);
  tell(`ok      configuration ${file}`);
  let healthy = true;
  for (const [name, probe] of [...probes(configuration, apply), ...streams.map(probeStream)]) {
    try {
      tell(`ok      ${name}: ${await probe()}`);
    } catch (error) {
      healthy = false;
      tell(`failed  ${name}: ${(error as Error).message}`);
    }
  }
  return healthy;
}

type Probe = readonly [name: string, probe: () => Promise<string>];

function probes({ listen, store, sources, fleet, sinks, monitors, archive }: Configuration, apply: boolean): Probe[] {
  return [
    [`listen ${listen.host}:${listen.port}`, () => probePort(listen.host, listen.port)],
    [`store ${store.kind === 'duckdb' ? store.path : `${store.url} ${store.bucket}`}`, () => probeStore(store, apply)],
    ...sources.map((source): Probe => {
      switch (source.kind) {
        case 'http':
          return ['source http', () => Promise.resolve('POST /api/v1/reports')];
        case 'file':
          return [`source file ${source.path}`, () => access(source.path, constants.R_OK).then(() => 'readable')];
        case 'websocket':
          return [`source websocket ${source.url}`, () => probeHistory(source)];
        case 'kafka':
          return [`source kafka ${source.brokers.join(', ')}`, () => probeKafka(source)];
      }
    }),
    ...fleet.map((source): Probe =>
      source.kind === 'static'
        ? ['fleet static', () => Promise.resolve(`${source.engines.length} engines`)]
        : [`fleet ${source.kind} ${source.url}`, () => probeFleet(source)]
    ),
    ...(monitors?.path === undefined ? [] : [probeFolder(monitors.path)]),
    ...(archive === undefined
      ? []
      : [[`archive ${archive.brokers.join(', ')}`, () => probeTopic(archive)] satisfies Probe]),
    ...sinks.map((sink): Probe => {
      switch (sink.kind) {
        case 'log':
          return [`sink log ${sink.path}`, () => Promise.resolve('written when records come')];
        case 'kafka':
          return [`sink kafka ${sink.brokers.join(', ')}`, () => probeTopic(sink)];
        case 'influxdb':
          return [`sink influxdb ${sink.url}`, () => new InfluxDbConnection(sink).probeWriting()];
      }
    }),
  ];
}

function probeStream({ address, stream }: ResolvedStream): Probe {
  const name = `stream ${streamName(address)}`;
  switch (stream.kind) {
    case 'http': {
      const query = new URLSearchParams({ ...address, slot: String(address.slot) }).toString();
      return [name, () => Promise.resolve(`POST /api/v1/records?${query}`)];
    }
    case 'file':
      return [name, () => access(stream.path, constants.R_OK).then(() => `file ${stream.path} is readable`)];
    case 'kafka':
      return [name, () => probeKafka(stream)];
  }
}

function probePort(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new Error(`expected a free address: ${error.message}`)));
    server.listen(port, host, () => server.close(() => resolve('free')));
  });
}

async function probeStore(configured: StoreConfiguration, apply: boolean): Promise<string> {
  const told: string[] = [];
  if (configured.kind === 'influxdb') {
    const connection = new InfluxDbConnection(configured);
    told.push(...(apply ? await applyBuckets(connection, configured.bucket) : []), ...(await connection.probeClock()));
  }
  const store = createStore({ store: configured });
  await store.open();
  const series = await store.series();
  await store.close();
  return [...told, `${series.length} series`].join('; ');
}

function probeFolder(path: string): Probe {
  return [`monitors ${path}`, () => probeMonitors(path)];
}

async function probeMonitors(path: string): Promise<string> {
  const definitions = await readDefinitions(path);
  return definitions.length === 0
    ? 'none'
    : definitions
        .map(({ name, kind, params }) => `${name} (${[kind.name, ...(kind.actions?.(params) ?? [])].join('; ')})`)
        .join(', ');
}

async function probeKafka(source: Connection & { readonly topic: string }): Promise<string> {
  const kafka = new Kafka({ ...kafkaClient(source), logLevel: logLevel.NOTHING, retry: { retries: 1 } });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [source.topic] });
    return `topic ${source.topic} with ${topics[0]?.partitions.length ?? 0} partitions`;
  } finally {
    await admin.disconnect();
  }
}

/** Sinks, and processes that share the work, make their topic where there is none. */
async function probeTopic(sink: Connection & { readonly topic: string }): Promise<string> {
  const kafka = new Kafka({ ...kafkaClient(sink), logLevel: logLevel.NOTHING, retry: { retries: 1 } });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const topics = await admin.listTopics();
    return topics.includes(sink.topic) ? `topic ${sink.topic}` : `topic ${sink.topic} will be made`;
  } finally {
    await admin.disconnect();
  }
}

/** The history is asked for, since it tells of address, certificate and login as the socket would. */
async function probeHistory(source: WebSocketConfiguration): Promise<string> {
  const web = new WebClient(source);
  try {
    const { status, text } = await web.get(addressOf(source).href.replace(/^ws/, 'http'));
    if (status !== 200) {
      throw new Error(`expected the history, found status ${status}: ${text.slice(0, 200)}`);
    }
    return 'the history answers';
  } finally {
    await web.close();
  }
}

async function probeFleet(configured: Parameters<typeof createFleetSource>[0]): Promise<string> {
  const source = createFleetSource(configured);
  try {
    const { members, problems } = await source.ask();
    return [`${members.length} engines`, ...problems].join('; ');
  } finally {
    await source.close();
  }
}
