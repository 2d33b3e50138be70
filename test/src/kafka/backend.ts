import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Admin } from 'kafkajs';
import { pino, type Logger } from 'pino';
import { formatTimestamp, type QueryResponse } from '@pneumograph/contract';
import { configuration, Service } from '@pneumograph/ingest-backend';
import { eventually } from '../servers/index.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;

/** The report number `index`: its count is its number, so that what is stored tells which came, and how often. */
export function report(index: number, engine = 'e1'): string {
  return JSON.stringify({
    type: 'sensor-report',
    timestamp: formatTimestamp(START + index * 100_000),
    src: engine,
    tap: 'manifold.0.records.count',
    id: 1,
    delta_time: 0.1,
    data: index,
  });
}

export const reports = (from: number, to: number, engine?: string): string[] =>
  Array.from({ length: to - from }, (_, index) => report(from + index, engine));

export interface Running {
  readonly service: Service;
  /** The counts that are stored, ascending: a report that was stored twice shows twice its number. */
  counts(): Promise<number[]>;
  /** A line of `/metrics` by its beginning. */
  metric(line: string): Promise<number>;
  /** The number of partitions that it reads. */
  partitions(): Promise<number>;
  /** What `/health/ready` tells. */
  reasons(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Runs the backend in this process on a Kafka source, its store in a folder that stays until `clean`. */
export class Backends {
  readonly #running: Running[] = [];
  readonly #folders: string[] = [];
  readonly lines: string[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-kafka-'));
    this.#folders.push(folder);
    return folder;
  }

  async start(source: Record<string, unknown>, folder: string): Promise<Running> {
    const settings = configuration.parse({
      listen: { port: 0 },
      sources: [{ kind: 'kafka', ...source }],
      store: { kind: 'duckdb', path: path.join(folder, 'store.duckdb') },
      derive: { grace: '200ms' },
      fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm', workflow: 'prices' }] }],
    });
    const service = await Service.start(settings, { version: '9.9.9', log: this.#log() });
    const running = observe(service);
    this.#running.push(running);
    return running;
  }

  async clean(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((running) => running.stop()));
    await Promise.all(this.#folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
    this.lines.length = 0;
  }

  #log(): Logger {
    return pino({ level: 'warn' }, { write: (line: string) => void this.lines.push(line) });
  }
}

function observe(service: Service): Running {
  let stopped = false;
  return {
    service,
    async counts() {
      const query = { refId: 'A', kind: 'metric', metric: 'record.count', by: ['engine'] };
      const range = { from: START / 1000, to: START / 1000 + 86_400_000, intervalMs: 100, maxDataPoints: 1e6 };
      const response = await fetch(`${service.url}/api/v1/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...range, queries: [query] }),
      });
      const { results } = (await response.json()) as QueryResponse;
      const values = (results['A']?.frames ?? []).flatMap((frame) => frame.data.values[1] as number[]);
      return values.sort((a, b) => a - b);
    },
    async metric(line) {
      const page = await (await fetch(`${service.url}/metrics`)).text();
      const found = page.split('\n').find((text) => text.startsWith(line));
      return Number(found?.slice(found.lastIndexOf(' ') + 1) ?? NaN);
    },
    async partitions() {
      const page = await (await fetch(`${service.url}/metrics`)).text();
      return page.split('\n').filter((text) => text.startsWith('pneumograph_source_lag_records{')).length;
    },
    async reasons() {
      const answer = (await (await fetch(`${service.url}/health/ready`)).json()) as { reasons?: string[] };
      return answer.reasons ?? [];
    },
    async stop() {
      if (!stopped) {
        stopped = true;
        await service.stop();
      }
    },
  };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Makes a topic and waits until all of it can be written: a producer that is refused in part sends the rest twice. */
export async function createTopic(admin: Admin, topic: string, numPartitions: number): Promise<void> {
  const ready = () => admin.fetchTopicOffsets(topic).then(({ length }) => length);
  await eventually(async () => {
    await admin.createTopics({ topics: [{ topic, numPartitions }] });
    await ready();
  }, 30_000);
}
