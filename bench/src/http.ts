import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { engines, reportLines } from './reports.js';
import { best, type Row } from './table.js';

const REPORTS = 500_000;
const ENGINES = 1000;
const BATCH = 5000;
const SENDERS = 4;
const COMMAND = fileURLToPath(new URL('../../ingest-backend/bin/pneumograph.js', import.meta.url));

/** Reports sent over HTTP until the last of their points is durable in DuckDB; the sender shares the two cores. */
export async function benchHttp(): Promise<Row[]> {
  const lines = reportLines(REPORTS, ENGINES);
  const parse = best(3, () => lines.forEach((line) => JSON.parse(line) as unknown));
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const backend = await startBackend(folder);
  try {
    const bodies: string[] = [];
    for (let index = 0; index < lines.length; index += BATCH) {
      bodies.push(lines.slice(index, index + BATCH).join('\n'));
    }
    const started = performance.now();
    await Promise.all(Array.from({ length: SENDERS }, () => send(backend.url, bodies)));
    const answered = (performance.now() - started) / 1000;
    await stored(backend.url, REPORTS);
    const durable = (performance.now() - started) / 1000;
    return [
      { what: 'JSON.parse alone', perSecond: REPORTS / parse, unit: 'reports/s', ratio: 1, aim: '' },
      {
        what: 'HTTP, answered (in the journal, on disk)',
        perSecond: REPORTS / answered,
        unit: 'reports/s',
        ratio: parse / answered,
        aim: '',
      },
      {
        what: 'HTTP → DuckDB, all points durable',
        perSecond: REPORTS / durable,
        unit: 'reports/s',
        ratio: parse / durable,
        aim: '100,000 reports/s on two cores',
      },
    ];
  } finally {
    backend.process.kill('SIGTERM');
    await new Promise((resolve) => backend.process.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  }
}

async function startBackend(folder: string): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const config = join(folder, 'bench.yaml');
  const members = engines(ENGINES).map(({ src, model }) => ({ src, model, workflow: 'bench' }));
  await writeFile(
    config,
    JSON.stringify({
      listen: { port },
      store: { kind: 'duckdb', path: join(folder, 'bench.duckdb') },
      fleet: [{ kind: 'static', engines: members }],
    })
  );
  const backend = spawn(process.execPath, [COMMAND, 'start', '--config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // What it says of its start has no place in the table.
    env: { ...process.env, LOG_LEVEL: 'warn' },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true) {
      return { url, process: backend };
    }
    await sleep(50);
  }
  backend.kill();
  throw new Error('the backend did not start');
}

async function send(url: string, bodies: string[]): Promise<void> {
  for (let body = bodies.shift(); body !== undefined; body = bodies.shift()) {
    for (;;) {
      const response = await fetch(`${url}/api/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      });
      await response.text();
      if (response.ok) {
        break;
      }
      if (response.status !== 503) {
        throw new Error(`reports were answered with ${response.status}`);
      }
      await sleep(100);
    }
  }
}

/** Waits until the points of all reports are stored: each report gives one of its own, at least. */
async function stored(url: string, reports: number): Promise<void> {
  for (;;) {
    const page = await (await fetch(`${url}/metrics`)).text();
    if (Number(/^pneumograph_items_stored_total (\d+)/m.exec(page)?.[1] ?? 0) >= reports) {
      return;
    }
    await sleep(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
