import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  applyBuckets,
  DuckDbStore,
  InfluxDbConnection,
  InfluxDbStore,
  lines,
  type Point,
  type Store,
} from '@pneumograph/ingest-backend';
import { startOwnInfluxDb } from '@pneumograph/test/dist/servers/index.js';
import type { World } from './world.js';

/** A store that the same questions are asked of. */
export interface Side {
  readonly name: string;
  /** The largest world that it is asked about. */
  readonly most: number;
  /** How often each question is asked of it, at the most. */
  readonly rounds: number;
  /** Opens it, with what was there before. */
  open(): Promise<Store>;
  /** Grows it to so many points. @param store as `open` made it */
  load(store: Store, world: World, size: number): Promise<void>;
  /** Bytes on disk, once everything is written there. */
  bytes(store: Store): Promise<number>;
  stop(): Promise<void>;
}

/** The embedded store, filled as it is by the archiver: batch by batch. */
export function duckDb(folder: string): Side {
  const path = join(folder, 'bench.duckdb');
  return {
    name: 'DuckDB',
    most: Infinity,
    rounds: Infinity,
    async open() {
      const store = new DuckDbStore({ path, retention: {} });
      await store.open();
      return store;
    },
    async load(store, world, size) {
      while (world.points < size) {
        await store.write(world.next());
      }
    },
    async bytes(store) {
      await store.close();
      await store.open();
      return statSync(path).size;
    },
    stop: () => Promise.resolve(),
  };
}

const BUCKET = 'bench';
/** Lines of a request while a bucket is filled. */
const LINES = 50_000;
/** A point's origin is its offset times that, plus the number of its partition. */
const PARTITIONS = 2 ** 15;

/**
 * An InfluxDB 2 of its own. What is there at first is written by its own line protocol, many thousand lines a request, in
 * the form that the store gives its points; the last batch goes through the store, which learns by it what is there.
 */
export async function influxDb(most: number): Promise<Side> {
  const server = await startOwnInfluxDb();
  const options = { url: server.url, org: server.org, token: server.token, bucket: BUCKET };
  const connection = new InfluxDbConnection(options);
  await applyBuckets(connection, BUCKET);
  return {
    name: 'InfluxDB',
    most,
    rounds: 1,
    async open() {
      const store = new InfluxDbStore({ ...options, layout: 'tags' });
      await store.open();
      return store;
    },
    async load(store, world, size) {
      const keys = new Map(world.series.flat().map((of) => [of, lines.lineKey(lines.cleanSeries(of), 'tags')]));
      const hours = new Map<number, Point>();
      let waiting: string[] = [];
      const flush = async (): Promise<void> => {
        await connection.writeWhole(BUCKET, waiting);
        waiting = [];
      };
      while (world.points < size) {
        const batch = world.next();
        const points = batch.items.filter((item) => item.kind === 'point');
        if (world.points >= size || points.length < batch.items.length) {
          await flush();
          // The store learns of each hour that it has got points by one of them, which is there already.
          await store.write({ ...batch, items: [...hours.values(), ...batch.items] });
          continue;
        }
        for (const point of points) {
          const { series, time, value, span, offset } = point;
          const fields = `origin=${offset * PARTITIONS}i,span=${span},value=${value},integral=${value * span}`;
          waiting.push(`${keys.get(series)} ${fields} ${lines.nanos(time, 250 + (offset % 500))}`);
          hours.set(Math.floor(time / 3600e6), point);
        }
        if (waiting.length >= LINES) {
          await flush();
        }
      }
    },
    async bytes() {
      const [kilobytes = '0'] = execFileSync('du', ['-sk', server.engine], { encoding: 'utf8' }).split('\t');
      return Number(kilobytes) * 1024;
    },
    stop: () => server.stop(),
  };
}
