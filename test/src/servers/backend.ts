import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { eventually, freePort, startProcess } from './process.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
const START_MILLIS = 60_000;

export interface BackendOptions {
  /** Keys of the configuration that replace those of the test's own. */
  config?: Record<string, unknown>;
  args?: string[];
}

export interface RunningBackend {
  readonly url: string;
  /** Sends Pneumo messages and waits until they are durable. @throws unless all were accepted */
  report(messages: object[]): Promise<void>;
  /** Ends the process and starts another one on the same store, at the same address. */
  restart(): Promise<void>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts the real ingest backend on a free loopback port, with an embedded store in a folder that goes with it. */
export async function startBackend({ config = {}, args = [] }: BackendOptions = {}): Promise<RunningBackend> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-backend-'));
  const port = await freePort();
  const file = path.join(folder, 'pneumograph.yaml');
  const complete = {
    listen: { host: '127.0.0.1', port },
    sources: [{ kind: 'http' }],
    store: { kind: 'duckdb', path: path.join(folder, 'store.duckdb') },
    ...config,
  };
  await writeFile(file, stringify(complete));
  const start = () =>
    startProcess(process.execPath, [CLI, 'start', '--config', file, ...args], { NODE_ENV: 'production' });
  let server = start();
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => ready(url), START_MILLIS, server);
  } catch (error) {
    await stop();
    throw new Error(`the ingest backend did not become ready\n${server.output()}`, { cause: error });
  }
  return {
    url,
    stop,
    output: () => server.output(),
    report: (messages) => report(url, messages),
    async restart() {
      await server.stop();
      server = start();
      await eventually(() => ready(url), START_MILLIS, server);
    },
  };
}

async function ready(url: string): Promise<void> {
  const response = await fetch(`${url}/health/ready`);
  if (!response.ok) {
    throw new Error(`/health/ready: ${response.status} ${await response.text()}`);
  }
}

async function report(url: string, messages: object[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: messages.map((message) => JSON.stringify(message)).join('\n'),
  });
  const text = await response.text();
  const accepted = response.ok ? (JSON.parse(text) as { accepted: number }).accepted : undefined;
  if (accepted !== messages.length) {
    throw new Error(`/api/v1/reports took ${accepted ?? 'none'} of ${messages.length}: ${response.status} ${text}`);
  }
}
