import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installGo } from './go-programs.js';
import { eventually, freePort, startProcess } from './process.js';

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
  const binary = await installGo(VICTORIA_METRICS);
  return start(binary, async (folder, port) => [
    `-storageDataPath=${path.join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    // What is written long after its time is kept, and is found at once.
    ...['-retentionPeriod=100y', '-search.latencyOffset=0s', '-search.disableCache'],
  ]);
}

/** An InfluxDB 1 on loopback with nothing in it, that tells nobody that it runs. @throws where there is no Go */
export async function startInfluxDb1(): Promise<LineServer> {
  const binary = await installGo(INFLUXDB_1);
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
