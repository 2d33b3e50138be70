import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbStore, type Store } from '@pneumograph/ingest-backend';
import { engineOn, RANGES, timeDashboard, timeIngestion, type Growth, type RangeName, type Timing } from './measure.js';
import { plotGrowth } from './plot.js';
import { World } from './world.js';

/** A store that the same questions are asked of. */
export interface Side {
  readonly name: string;
  readonly store: Store;
  /** Bytes on disk, once everything is written there. */
  readonly bytes: () => Promise<number>;
}

const SIZES = (process.env['PNEUMOGRAPH_BENCH_POINTS'] ?? '1e6,1e7').split(',').map(Number);
const ROUNDS = Number(process.env['PNEUMOGRAPH_BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['PNEUMOGRAPH_BENCH_SECONDS'] ?? 10);
const FOREVER = { raw: Infinity, '1m': Infinity, '1h': Infinity };

/**
 * The provisioned dashboard's queries on stores of growing size, each grown from the one before; ingestion alone and
 * beside a dashboard. Prints a table, and draws it where `PNEUMOGRAPH_BENCH_PLOT` names a file.
 */
export async function benchStore(): Promise<void> {
  const folder = await mkdtemp(join(process.env['PNEUMOGRAPH_BENCH_FOLDER'] ?? tmpdir(), 'pneumograph-bench-'));
  const grown: Growth[] = [];
  try {
    const world = new World();
    for (const size of SIZES) {
      grown.push(await growTo(() => openDuckDb(join(folder, 'bench.duckdb')), world, size));
      printGrowth(grown.slice(-1));
    }
    console.log('\nall sizes');
    printGrowth(grown);
    const plot = process.env['PNEUMOGRAPH_BENCH_PLOT'];
    if (plot !== undefined) {
      await writeFile(plot, plotGrowth(grown));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opened anew for each size, which is timed too. */
async function openDuckDb(path: string): Promise<Side> {
  const store = new DuckDbStore({ path, retention: FOREVER });
  await store.open();
  const bytes = async (): Promise<number> => {
    await store.close();
    await store.open();
    return statSync(path).size;
  };
  return { name: 'DuckDB', store, bytes };
}

async function growTo(open: () => Promise<Side>, world: World, size: number): Promise<Growth> {
  const begun = performance.now();
  const { name, store, bytes } = await open();
  const opened = performance.now();
  try {
    while (world.points < size) {
      await store.write(world.next());
    }
    const loaded = performance.now();
    while (await store.maintain(world.now)) {
      // Until everything is rolled up and sorted.
    }
    const kept = performance.now();
    const bytesPerPoint = (await bytes()) / world.points;
    const { points } = world;
    const engine = engineOn(store, world);
    const ranges: Partial<Record<RangeName, Timing>> = {};
    for (const range of Object.keys(RANGES) as RangeName[]) {
      ranges[range] = await timeDashboard(engine, world, range, ROUNDS);
    }
    const alone = await timeIngestion(store, world, SECONDS, false);
    const refreshed = await timeIngestion(store, world, SECONDS, true);
    return {
      side: name,
      points,
      bytesPerPoint,
      openSeconds: (opened - begun) / 1000,
      loadSeconds: (loaded - opened) / 1000,
      upkeepSeconds: (kept - loaded) / 1000,
      ranges: ranges as Record<RangeName, Timing>,
      ingestion: [alone, refreshed],
    };
  } finally {
    await store.close();
  }
}

function printGrowth(all: readonly Growth[]): void {
  for (const { side, points, bytesPerPoint, openSeconds, loadSeconds, upkeepSeconds, ranges, ingestion } of all) {
    const [alone, refreshed] = ingestion.map((speed) => `${Math.round(speed / 1000)} k/s`);
    console.log(`${side}, ${(points / 1e6).toFixed(1)} million points: ${bytesPerPoint.toFixed(1)} bytes a point`);
    console.log(
      `  opened in ${openSeconds.toFixed(1)} s, loaded in ${loadSeconds.toFixed(0)} s, kept in ${upkeepSeconds.toFixed(0)} s`
    );
    for (const [range, { p50, p95, slowest }] of Object.entries(ranges)) {
      console.log(`  ${range}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (aim < 100 ms), slowest: ${slowest}`);
    }
    const slower = 1 - ingestion[1] / ingestion[0];
    console.log(
      `  ingestion ${alone}, beside a dashboard ${refreshed}: ${(slower * 100).toFixed(0)} % slower (aim ≤ 15 %)`
    );
  }
}
