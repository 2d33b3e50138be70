import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTimestamp } from '@pneumograph/contract';
import { BenchBackend } from './backend.js';
import { engines } from './reports.js';
import { type LatencyRow, quantile } from './table.js';
import { binaryWay, directWay, grafanaWay, type PanelRequest, type Way } from './ways.js';

const SERIES = 10;
const POINTS = 1000;
const WARM_UP = 50;
const ROUNDS = 400;
const AIM_MILLIS = 5;

/**
 * How long a panel waits for 10 series of 1,000 points, in milliseconds: from the ingest backend itself, through the
 * plugin's built binary as Grafana calls it, and through the Grafana of GRAFANA_URL, where there is one. They take turns
 * with the same query, so that a busy moment of the machine harms none of them alone.
 */
export async function benchPluginLatency(): Promise<{ title: string; rows: LatencyRow[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const backend = await BenchBackend.start(folder, SERIES);
  const ways: Way[] = [];
  try {
    const to = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    const request = panelRequest(to - POINTS * 1000, to);
    await backend.report(reports(request.from));
    ways.push(directWay(backend.url));
    await allThere(ways[0] as Way, request);
    const grafana = process.env['GRAFANA_URL'];
    ways.push(await binaryWay(backend.url));
    if (grafana !== undefined) {
      ways.push(await grafanaWay(grafana, backend.url));
    }
    const [alone, plugin, whole] = (await measure(ways, request)) as [LatencyRow, LatencyRow, LatencyRow?];
    const rows = [
      alone,
      plugin,
      ...(whole ? [whole] : []),
      added('The plugin adds', plugin, alone, `less than ${AIM_MILLIS} ms at p95`),
      ...(whole ? [added('Grafana adds to that', whole, plugin, '')] : []),
    ];
    return { title: `A query of ${SERIES} series of ${POINTS} points, ${ROUNDS} times`, rows };
  } finally {
    for (const way of ways) {
      await way.stop();
    }
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function added(what: string, more: LatencyRow, less: LatencyRow, aim: string): LatencyRow {
  return { what, p50: more.p50 - less.p50, p95: more.p95 - less.p95, aim };
}

function panelRequest(from: number, to: number): PanelRequest {
  const query = { refId: 'A', kind: 'metric', workflow: 'bench', metric: 'rps', slots: [0], by: ['model'] };
  return { from, to, queries: [{ ...query, intervalMs: 1000, maxDataPoints: POINTS }] };
}

function reports(from: number): object[] {
  return Array.from({ length: POINTS }, (_, second) =>
    engines(SERIES).map(({ src }, number) => ({
      type: 'sensor-report',
      timestamp: formatTimestamp((from + second * 1000) * 1000),
      tap: 'manifold.0.records.count',
      src,
      id: 1,
      delta_time: 1,
      // Fractions as real rates have them: what is written in few digits is read faster.
      data: 100 + 7 * number + Math.sin(second / 50),
    }))
  ).flat();
}

/** Waits until the store holds every point: the last ones wait for late neighbours. */
async function allThere(way: Way, request: PanelRequest): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (isWhole((await way.ask(request)).text)) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`${way.name} does not answer ${SERIES} series of ${POINTS} points`);
}

function isWhole(text: string): boolean {
  const { results } = JSON.parse(text) as {
    results: Record<string, { frames?: Array<{ data: { values: unknown[][] } }> }>;
  };
  const frames = results['A']?.frames ?? [];
  return frames.length === SERIES && frames.every(({ data }) => data.values[1]?.length === POINTS);
}

async function measure(ways: readonly Way[], request: PanelRequest): Promise<LatencyRow[]> {
  const millis = ways.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, way] of ways.entries()) {
      const { text, millis: took } = await way.ask(request);
      if (round === -WARM_UP && !isWhole(text)) {
        throw new Error(`${way.name} answered something else: ${text.slice(0, 500)}`);
      }
      if (round >= 0) {
        millis[index]?.push(took);
      }
    }
  }
  return ways.map(({ name }, index) => {
    const sorted = (millis[index] as number[]).sort((a, b) => a - b);
    return { what: name, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), aim: '' };
  });
}
