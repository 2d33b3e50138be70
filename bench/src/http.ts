import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchBackend } from './backend.js';
import { reportLines } from './reports.js';
import { best, type Row } from './table.js';

const REPORTS = 500_000;
const ENGINES = 1000;
const BATCH = 5000;
const SENDERS = 4;

/** Reports sent over HTTP until the last of their points is durable in DuckDB; the sender shares the two cores. */
export async function benchHttp(): Promise<Row[]> {
  const lines = reportLines(REPORTS, ENGINES);
  const parse = best(3, () => lines.forEach((line) => JSON.parse(line) as unknown));
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const backend = await BenchBackend.start(folder, ENGINES);
  try {
    const bodies: string[] = [];
    for (let index = 0; index < lines.length; index += BATCH) {
      bodies.push(lines.slice(index, index + BATCH).join('\n'));
    }
    const started = performance.now();
    await Promise.all(Array.from({ length: SENDERS }, () => send(backend.url, bodies)));
    const answered = (performance.now() - started) / 1000;
    await backend.stored(REPORTS);
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
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
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
