import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { stringify } from 'yaml';
import { withBench, type BackendProcess, type Bench } from '../faults/index.js';
import { getInfluxDb, getKafka, type InfluxDbServer } from '../servers/index.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));

/** Two engines of each of three workflows. */
export const FLEET = [
  {
    kind: 'static',
    engines: [1, 2, 3, 4, 5, 6].map((number) => ({
      src: `e${number}`,
      name: `engine-${number}`,
      model: `m${(number - 1) % 3}`,
      workflow: `w${(number - 1) % 3}`,
    })),
  },
];

/** A broker and an InfluxDB for processes that share the work. */
export class Site {
  constructor(
    readonly bench: Bench,
    private readonly influx: InfluxDbServer,
    private readonly folder: string
  ) {}

  /** A store in buckets of its own. */
  async store(): Promise<object> {
    const { url, org, token } = this.influx;
    const bucket = `roles-${randomBytes(6).toString('hex')}`;
    const store = { kind: 'influxdb', url, org, token, bucket, path: path.join(this.folder, bucket) };
    const file = path.join(this.folder, `${bucket}.yaml`);
    await writeFile(file, stringify({ listen: { port: 0 }, store }));
    await promisify(execFile)(process.execPath, [CLI, 'check', '--config', file, '--apply']);
    return store;
  }

  /** What the configuration has to say of the topic that processes share the work by. */
  archive(topic: string): object {
    return { brokers: this.bench.brokers, topic: `${topic}.archive`, groupId: topic, partitions: 3 };
  }

  async start(
    topic: string,
    roles: string,
    monitors: Readonly<Record<string, string>>,
    more: object
  ): Promise<BackendProcess> {
    const backend = await this.bench.backend(topic, { monitors, more, args: ['--roles', roles] });
    await backend.start();
    return backend;
  }
}

/** Has both servers for all tests of a file. */
export function withSite(ready: (site: Site) => void): void {
  let [influx, folder, bench]: [InfluxDbServer?, string?, Bench?] = [];
  withBench(getKafka, (connected) => {
    bench = connected;
  });
  beforeAll(async () => {
    influx = await getInfluxDb();
    folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-roles-'));
    ready(new Site(bench as Bench, influx, folder));
  }, 300_000);
  afterAll(async () => {
    await influx?.stop();
    await rm(folder ?? '', { recursive: true, force: true });
  });
}
