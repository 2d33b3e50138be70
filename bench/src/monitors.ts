import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MonitorHost, parseDefinition, type Partition } from '@pneumograph/ingest-backend';
import { pino } from 'pino';
import { CATEGORICAL, makeRecords, NAMES, NUMERIC } from './records.js';
import { bestOfEach, cpuSeconds, type Row } from './table.js';

const RECORDS = 100_000;
const WINDOW = 10_000;
const BATCH = 500;
const ROUNDS = 5;
const PEER_ROUNDS = 3;
const SECOND = 1e6;
const START = 1_520_280_000 * SECOND;
const STREAM = { workflow: 'bench', model: 'model', slot: 0 };
const PARTITION: Partition = { key: 'stream/bench/0' };
const PEERS = fileURLToPath(new URL('../peers/profiles.py', import.meta.url));

/**
 * A whole monitor at work, windows, comparisons and all that it says included, beside what profiles alone cost in
 * Python, in seconds of CPU time: with the interpreters that PEER_PYTHONS names, `:` between them, or with python3.
 */
export async function benchMonitors(): Promise<Row[]> {
  const values = makeRecords(RECORDS);
  const lines = values.map((value) => JSON.stringify(value));
  const monitor = (of: (index: number) => unknown): void => {
    const said = runMonitor(of);
    if (said < (RECORDS / WINDOW - 1) * NAMES.length) {
      throw new Error(`expected statements of each window and feature, found ${said}`);
    }
  };
  const [parse = NaN, take = NaN, both = NaN] = bestOfEach(
    ROUNDS,
    [
      () => lines.map((line) => JSON.parse(line) as unknown).length,
      () => monitor((index) => values[index]),
      () => monitor((index) => JSON.parse(lines[index] as string)),
    ],
    cpuSeconds
  );
  const peers = await timePeers(lines);
  const row = (what: string, perSecond: number, aim: string): Row => ({
    what,
    perSecond,
    unit: 'records/s',
    ratio: (perSecond * parse) / RECORDS,
    aim,
  });
  return [
    row('JSON.parse alone', RECORDS / parse, ''),
    row(`monitor of ${NUMERIC} numbers and ${CATEGORICAL} categories`, RECORDS / take, '10 times the fastest peer'),
    row('both', RECORDS / both, ''),
    ...peers.map(({ what, perSecond }) =>
      row(what, perSecond, `the monitor: ${(RECORDS / take / perSecond).toFixed(1)} times as many`)
    ),
  ];
}

/** @returns how much it said */
function runMonitor(valueOf: (index: number) => unknown): number {
  let said = 0;
  const host = new MonitorHost({
    definitions: [
      parseDefinition(
        `name: bench\nkind: distribution\nattach: [{ model: model }]\nparams: { window: ${WINDOW}s, reference: { records: 1000 } }`,
        'bench.yaml'
      ),
    ],
    streams: [STREAM],
    notes: new Map(),
    emit: () => said++,
    log: pino({ level: 'silent' }),
  });
  for (let first = 0; first < RECORDS; first += BATCH) {
    host.take(
      STREAM,
      Array.from({ length: BATCH }, (_, index) => {
        const offset = first + index;
        const time = START + offset * SECOND;
        return { value: valueOf(offset), key: undefined, time, partition: PARTITION, offset };
      })
    );
  }
  return said;
}

interface Peer {
  readonly what: string;
  readonly perSecond: number;
}

async function timePeers(lines: readonly string[]): Promise<Peer[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-bench-'));
  try {
    const file = path.join(folder, 'records.ndjson');
    await writeFile(file, lines.join('\n'));
    const pythons = (process.env.PEER_PYTHONS ?? 'python3').split(':');
    return pythons.flatMap((python) => timesOf(python, file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function timesOf(python: string, file: string): Peer[] {
  const { error, status, stdout } = spawnSync(python, [PEERS, file, String(WINDOW), String(PEER_ROUNDS)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined || status !== 0) {
    console.error(`${python}: expected it to run ${PEERS}, found ${error?.message ?? `exit code ${status}`}`);
    return [];
  }
  const timings = stdout.split('\n').filter((line) => line !== '');
  return timings.map((line) => {
    const { what, version, records, seconds } = JSON.parse(line) as Timing;
    return { what: `${what} (${version})`, perSecond: records / seconds };
  });
}

interface Timing {
  readonly what: string;
  readonly version: string;
  readonly records: number;
  readonly seconds: number;
}
