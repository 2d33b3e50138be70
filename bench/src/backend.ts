import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { engines } from './reports.js';

const COMMAND = fileURLToPath(new URL('../../ingest-backend/bin/pneumograph.js', import.meta.url));

/** The real ingest backend in a process of its own, on a store in a folder. */
export class BenchBackend {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess
  ) {}

  /** @param config keys of the configuration beside store, fleet and listen */
  static async start(folder: string, engineCount: number, config: object = {}): Promise<BenchBackend> {
    const port = await freePort();
    const path = join(folder, 'bench.yaml');
    const members = engines(engineCount).map(({ src, model }) => ({ src, model, workflow: 'bench' }));
    const complete = {
      listen: { port },
      store: { kind: 'duckdb', path: join(folder, 'bench.duckdb') },
      fleet: [{ kind: 'static', engines: members }],
      ...config,
    };
    await writeFile(path, JSON.stringify(complete));
    const child = spawn('node', [COMMAND, 'start', '--config', path], { stdio: 'ignore' });
    const backend = new BenchBackend(`http://127.0.0.1:${port}`, child);
    for (let tries = 0; tries < 400; tries++) {
      if ((await fetch(`${backend.url}/health/live`).catch(() => undefined))?.ok === true) {
        return backend;
      }
      await sleep(50);
    }
    child.kill();
    throw new Error('the backend did not start');
  }

  /** The value of one of its self-metrics, summed over labels; 0 where it is not there. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    const values = page.split('\n').flatMap((line) => {
      const match = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`).exec(line);
      return match?.[1] === undefined ? [] : [Number(match[1])];
    });
    return values.reduce((a, b) => a + b, 0);
  }

  /** Waits until the points of so many reports are durable: each gives one of its own, at least. */
  async stored(reports: number): Promise<void> {
    while ((await this.metric('pneumograph_items_stored_total')) < reports) {
      await sleep(50);
    }
  }

  /** Of its process. */
  get pid(): number {
    return this.process.pid as number;
  }

  /** Sends reports in one request. @throws Error with the answer where they are not taken */
  async report(reports: readonly object[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: reports.map((report) => JSON.stringify(report)).join('\n'),
    });
    if (!response.ok) {
      throw new Error(`reports were answered with ${response.status}: ${await response.text()}`);
    }
  }

  /** Bytes of memory that it has held at the most. */
  peakMemory(): Promise<number> {
    return memoryOf(this.pid, 'VmHWM');
  }

  async stop(): Promise<void> {
    const exit = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await exit;
  }
}

/** Bytes of memory of a process as the system counts: those that it holds, or has held at the most. */
export async function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? NaN) * 1024;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
