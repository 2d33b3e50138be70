import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually, freePort, runToEnd, startProcess, type RunningProcess } from './process.js';

export const INFLUXDB_VERSION = '2.7.12';
const RECIPE = fileURLToPath(new URL('../../servers/influxd2/build.sh', import.meta.url));
const START_MILLIS = 60_000;
const ORG = 'pneumograph';
const TOKEN = 'a-token-of-tests-that-may-do-everything';

export interface InfluxDbServer {
  readonly url: string;
  readonly org: string;
  /** May do everything in the organisation. */
  readonly token: string;
  /** Ends a server that was started here; does nothing to one named by INFLUX_URL. */
  stop(): Promise<void>;
}

/**
 * A real InfluxDB 2: the one that INFLUX_URL, INFLUX_ORG and INFLUX_TOKEN name, else one started on loopback with
 * nothing in it, from a binary that is built once into the user's cache.
 * @throws where neither can be had, naming what is missing
 */
export async function getInfluxDb(): Promise<InfluxDbServer> {
  const { INFLUX_URL: url, INFLUX_ORG: org = ORG, INFLUX_TOKEN: token = '' } = process.env;
  return url ? { url, org, token, stop: () => Promise.resolve() } : startOwnInfluxDb();
}

export interface OwnInfluxDb extends InfluxDbServer {
  /** Where its data lie: what takes up disk. */
  readonly engine: string;
  /** Takes the server away, as a crash would; its data stay. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, at the same address. */
  restart(): Promise<void>;
}

/** Starts a server of one's own, for tests that take it away. It tells nobody that it runs. */
export async function startOwnInfluxDb(): Promise<OwnInfluxDb> {
  const binary = await buildInfluxd();
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-influxdb-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const engine = path.join(folder, 'engine');
  const flags = ['--reporting-disabled', '--ui-disabled', '--http-bind-address', `127.0.0.1:${port}`];
  const places = ['--bolt-path', path.join(folder, 'influxd.bolt'), '--sqlite-path', path.join(folder, 'influxd.sqlite')];
  let server: RunningProcess;
  const start = async () => {
    server = startProcess(binary, [...flags, ...places, '--engine-path', engine, '--log-level', 'error']);
    await eventually(() => reach(url), START_MILLIS, server);
  };
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
    await setUp(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ url, org: ORG, token: TOKEN, engine },
    stop,
    restart: start,
    async kill() {
      server.child.kill('SIGKILL');
      await server.stop();
    },
  };
}

/** The path of influxd, or undefined where it would have to be built first. */
export function builtInfluxd(): string | undefined {
  const binary = cached();
  return existsSync(binary) ? binary : undefined;
}

/** Builds influxd unless the cache has it: some minutes. A build that fails leaves nothing behind. */
export async function buildInfluxd(): Promise<string> {
  const binary = cached();
  if (existsSync(binary)) {
    return binary;
  }
  const home = path.dirname(binary);
  await mkdir(home, { recursive: true });
  const work = await mkdtemp(path.join(home, 'build-'));
  try {
    for (const [tool, flag] of [['go', 'version'], ['cargo', '--version'], ['gcc', '--version'], ['pkg-config', '--version']] as const) {
      await promisify(execFile)(tool, [flag]);
    }
    await runToEnd('bash', [RECIPE, path.join(work, 'influxd')], path.dirname(RECIPE));
    await rename(path.join(work, 'influxd'), binary);
    return binary;
  } catch (error) {
    throw new Error(
      'No InfluxDB: set INFLUX_URL, INFLUX_ORG and INFLUX_TOKEN, or have Go, a recent Rust, gcc, pkg-config and a way to ' +
        `the Go proxy and crates.io on this machine (${(error as Error).message.split('\n')[0]})`,
      { cause: error }
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function cached(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return path.join(cache, 'pneumograph', `influxdb-${INFLUXDB_VERSION}`, 'influxd');
}

async function reach(url: string): Promise<void> {
  const answer = await fetch(`${url}/health`);
  if (!answer.ok) {
    throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  }
}

/** The first user, organisation and token of an empty server. */
async function setUp(url: string): Promise<void> {
  const answer = await fetch(`${url}/api/v2/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'tests', password: 'of-the-tests', org: ORG, bucket: 'unused', token: TOKEN }),
  });
  if (!answer.ok) {
    throw new Error(`${url} could not be set up: ${await answer.text()}`);
  }
}
