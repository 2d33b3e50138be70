import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@pneumograph/ingest-backend';
import {
  engineOn,
  RANGES,
  timeDashboard,
  timeIngestion,
  type Growth,
  type RangeName,
  type Timings,
} from './measure.js';
import { plotGrowth } from './plot.js';
import { tellGrowth, tellSlowest } from './report.js';
import { duckDb, influxDb, type Side } from './sides.js';
import { World } from './world.js';

const numberOf = (name: string, otherwise: number): number =>
  Number(process.env[`PNEUMOGRAPH_BENCH_${name}`] ?? otherwise);

const SIZES = (process.env['PNEUMOGRAPH_BENCH_POINTS'] ?? '1e6,1e7').split(',').map(Number);
/** InfluxDB is asked about no more points than that; 0 leaves it out. */
const INFLUX_POINTS = numberOf('INFLUX_POINTS', 1e7);
const ROUNDS = numberOf('ROUNDS', 5);
const SECONDS = numberOf('SECONDS', 10);
const TURNS = numberOf('TURNS', 3);

/**
 * The provisioned dashboard's queries on stores of growing size, each grown from the one before, the same of all stores;
 * ingestion alone and beside a dashboard. Prints tables; `PNEUMOGRAPH_BENCH_PLOT` names a file for a plot,
 * `PNEUMOGRAPH_BENCH_RESULTS` one for the figures.
 */
export async function benchStore(): Promise<void> {
  const folder = await mkdtemp(join(process.env['PNEUMOGRAPH_BENCH_FOLDER'] ?? tmpdir(), 'pneumograph-bench-'));
  const sides: Side[] = [];
  const grown: Growth[] = [];
  try {
    sides.push(duckDb(folder));
    if (INFLUX_POINTS > 0) {
      sides.push(await influxDb(INFLUX_POINTS));
    }
    const worlds = sides.map(() => new World());
    for (const size of SIZES) {
      for (const [index, side] of sides.entries()) {
        if (size <= side.most) {
          // Ingestion makes a world larger than it is to be: it comes last.
          const last = size === SIZES.at(-1) && index === 0;
          grown.push(await growTo(side, worlds[index] as World, size, last));
          await write('RESULTS', JSON.stringify(grown, undefined, 1));
        }
      }
      console.log(tellGrowth(grown));
      console.log(tellSlowest(grown.filter(({ size: of }) => of === size)));
    }
    await write('PLOT', plotGrowth(grown));
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(name: string, text: string): Promise<void> {
  const file = process.env[`PNEUMOGRAPH_BENCH_${name}`];
  if (file !== undefined) {
    await writeFile(file, text);
  }
}

/** Opens a store anew, which is timed too, fills it up to a size, and asks. */
async function growTo(side: Side, world: World, size: number, ingesting: boolean): Promise<Growth> {
  const begun = performance.now();
  const store: Store = await side.open();
  const opened = performance.now();
  try {
    await side.load(store, world, size);
    const loaded = performance.now();
    await keep(store, world);
    const kept = performance.now();
    const { points } = world;
    const bytesPerPoint = (await side.bytes(store)) / points;
    const engine = engineOn(store, world);
    const ranges: Partial<Record<RangeName, Timings>> = {};
    for (const range of Object.keys(RANGES) as RangeName[]) {
      ranges[range] = await timeDashboard(engine, world, range, Math.min(ROUNDS, side.rounds));
    }
    const ingestion = ingesting && SECONDS > 0 ? await timeIngestion(store, world, SECONDS, TURNS) : undefined;
    return {
      ...{ side: side.name, size, points, bytesPerPoint },
      openSeconds: (opened - begun) / 1000,
      loadSeconds: (loaded - opened) / 1000,
      upkeepSeconds: (kept - loaded) / 1000,
      ranges: ranges as Record<RangeName, Timings>,
      ...(ingestion === undefined ? {} : { ingestion }),
    };
  } finally {
    await store.close();
  }
}

/** Until everything is rolled up and sorted; what is looked for once a minute is looked for at once. */
async function keep(store: Store, world: World): Promise<void> {
  for (const minutes of [0, 2]) {
    while (await store.maintain(world.now + minutes * 60e6)) {
      // One step after the other.
    }
  }
}
