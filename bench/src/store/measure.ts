import { QueryEngine, type Store } from '@pneumograph/ingest-backend';
import { dashboardQueries, requestOf, type DashboardQuery } from './dashboard.js';
import type { World } from './world.js';

export const RANGES = { '1 h': 3600e3, '24 h': 24 * 3600e3, '30 days': 30 * 24 * 3600e3 } as const;
export type RangeName = keyof typeof RANGES;

/** Milliseconds of the queries of a dashboard over one range. */
export interface Timing {
  readonly p50: number;
  readonly p95: number;
  readonly slowest: string;
}

/** What a store of some size came to. */
export interface Growth {
  readonly side: string;
  readonly points: number;
  readonly bytesPerPoint: number;
  readonly loadSeconds: number;
  readonly upkeepSeconds: number;
  readonly openSeconds: number;
  readonly ranges: Readonly<Record<RangeName, Timing>>;
  /** Points a second alone and while a dashboard refreshes. */
  readonly ingestion: readonly [alone: number, refreshed: number];
}

/** A store as it is asked through the query API. */
export function engineOn(store: Store, world: World): QueryEngine {
  const directory = { workflows: () => [], assignments: () => [], silentAfter: 60e6 };
  return new QueryEngine({ store, directory, clock: () => world.now });
}

/** Each query of the dashboard some times over, one after the other. */
export async function timeDashboard(
  engine: QueryEngine,
  world: World,
  range: RangeName,
  rounds: number
): Promise<Timing> {
  const to = Math.floor(world.now / 1000);
  const times: Array<{ title: string; millis: number }> = [];
  const queries = dashboardQueries('bench');
  for (let round = -1; round < rounds; round++) {
    for (const query of queries) {
      const millis = await time(engine, query, to - RANGES[range], to);
      // The first round warms up what is asked for the first time.
      if (round >= 0) {
        times.push({ title: query.title, millis });
      }
    }
  }
  times.sort((a, b) => a.millis - b.millis);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] as { title: string; millis: number };
  return { p50: at(0.5).millis, p95: at(0.95).millis, slowest: at(1).title };
}

async function time(engine: QueryEngine, query: DashboardQuery, from: number, to: number): Promise<number> {
  const started = performance.now();
  const { results } = await engine.run(requestOf(query, from, to));
  const { status, error } = results['A'] ?? {};
  if (status !== 200) {
    throw new Error(`${query.title}: ${error ?? 'no answer'}`);
  }
  return performance.now() - started;
}

/** Points a second that a store takes for some seconds, with a dashboard that is refreshed every second or without. */
export async function timeIngestion(store: Store, world: World, seconds: number, dashboard: boolean): Promise<number> {
  const engine = engineOn(store, world);
  const queries = dashboardQueries('bench');
  const started = performance.now();
  let points = 0;
  let going = true;
  const refreshing = (async () => {
    while (going && dashboard) {
      const begun = performance.now();
      const to = Math.floor(world.now / 1000);
      await Promise.all(queries.map((query) => time(engine, query, to - RANGES['1 h'], to)));
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - (performance.now() - begun))));
    }
  })();
  while (performance.now() - started < seconds * 1000) {
    const batch = world.next();
    points += batch.items.length;
    await store.write(batch);
  }
  const speed = points / ((performance.now() - started) / 1000);
  going = false;
  await refreshing;
  return speed;
}
