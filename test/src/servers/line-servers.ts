import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, freePort, runToEnd, startProcess } from './process.js';

/** Servers that take InfluxDB's line protocol, other than InfluxDB 2. */
export interface LineServer {
  readonly url: string;
  stop(): Promise<void>;
}

const START_MILLIS = 60_000;
const VICTORIA_METRICS = {
  version: 'v1.151.0',
  module: 'github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics',
};
const INFLUXDB_1 = { version: 'v1.8.3', module: 'github.com/influxdata/influxdb/cmd/influxd' };

/** A VictoriaMetrics on loopback with nothing in it. @throws where there is no Go to build it with */
export async function startVictoriaMetrics(): Promise<LineServer> {
  const binary = await install(VICTORIA_METRICS);
  return start(binary, async (folder, port) => [
    `-storageDataPath=${path.join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    // What is written long after its time is kept, and is found at once.
    ...['-retentionPeriod=100y', '-search.latencyOffset=0s', '-search.disableCache'],
  ]);
}

/** An InfluxDB 1 on loopback with nothing in it, that tells nobody that it runs. @throws where there is no Go */
export async function startInfluxDb1(): Promise<LineServer> {
  const binary = await install(INFLUXDB_1);
  return start(binary, async (folder, port) => {
    const file = path.join(folder, 'influxdb.conf');
    const sections = [
      `reporting-disabled = true\nbind-address = "127.0.0.1:${await freePort()}"`,
      `[meta]\ndir = "${path.join(folder, 'meta')}"`,
      `[data]\ndir = "${path.join(folder, 'data')}"\nwal-dir = "${path.join(folder, 'wal')}"`,
      `[http]\nbind-address = "127.0.0.1:${port}"`,
      '[monitor]\nstore-enabled = false',
    ];
    await writeFile(file, sections.join('\n'));
    return ['-config', file];
  });
}

async function start(binary: string, args: (folder: string, port: number) => Promise<string[]>): Promise<LineServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-lines-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = startProcess(binary, await args(folder, port));
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => fetch(`${url}/ping`), START_MILLIS, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Builds a Go program once into the user's cache. */
async function install({ module, version }: { readonly module: string; readonly version: string }): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const name = path.basename(module);
  const home = path.join(cache, 'pneumograph', `${name}-${version}`);
  const binary = path.join(home, name);
  if (!existsSync(binary)) {
    await mkdir(home, { recursive: true });
    const work = await mkdtemp(path.join(home, 'build-'));
    try {
      await runToEnd('env', [`GOBIN=${work}`, 'go', 'install', `${module}@${version}`], work);
      await rename(path.join(work, name), binary);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return binary;
}
