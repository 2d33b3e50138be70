import { QueryEngine, type Store } from '@pneumograph/ingest-backend';
import { quantile } from '../table.js';
import { dashboardQueries, requestOf, type DashboardQuery } from './dashboard.js';
import { BEGIN, engineOf, modelOf, MODELS, type World } from './world.js';

export const RANGES = { '1 h': 3600e3, '24 h': 24 * 3600e3, '30 days': 30 * 24 * 3600e3 } as const;
export type RangeName = keyof typeof RANGES;

/** Milliseconds that the queries of a dashboard took over one range: each query's, in ascending order, by its title. */
export type Timings = Readonly<Record<string, readonly number[]>>;

/** What a store of some size came to. */
export interface Growth {
  readonly side: string;
  /** Points that it was to have, and has. */
  readonly size: number;
  readonly points: number;
  readonly bytesPerPoint: number;
  readonly openSeconds: number;
  readonly loadSeconds: number;
  readonly upkeepSeconds: number;
  readonly ranges: Readonly<Record<RangeName, Timings>>;
  /** Of the first store, at its largest size. */
  readonly ingestion?: Ingestion;
}

/** Points a second that a store takes. */
export interface Ingestion {
  /** As many as it can, with nothing else to do. */
  readonly alone: number;
  /** As many as it can, while a dashboard is refreshed every second. */
  readonly refreshed: number;
  /** Of `OFFERED` alone, and while a dashboard is refreshed every second. */
  readonly offeredAlone: number;
  readonly offeredRefreshed: number;
}

/** Points a second of 4,000 engines that report their twelve series every second: more than most fleets send. */
export const OFFERED = 50_000;

/** The value below which so large a part of all times over one range lies. */
export function timeOf(timings: Timings, part: number): number {
  return quantile(
    Object.values(timings)
      .flat()
      .sort((a, b) => a - b),
    part
  );
}

/** Models are linked in chains of five. */
const CHAIN = 5;

/** A store as it is asked through the query API. */
export function engineOn(store: Store, world: World): QueryEngine {
  const models = Array.from({ length: MODELS }, (_, index) => ({
    name: modelOf(index),
    slots: [0, 1],
    engines: [{ src: engineOf(index), name: `engine-${index}` }],
  }));
  const links = models
    .slice(1)
    .flatMap(({ name }, index) =>
      (index + 1) % CHAIN === 0 ? [] : [{ from: { model: modelOf(index), slot: 1 }, to: { model: name, slot: 0 } }]
    );
  const workflows = [{ name: 'bench', models, links }];
  const assigned = new Map(models.map(({ name, engines: [engine] }) => [engine?.src, name]));
  const directory = {
    workflows: () => workflows,
    assignments: (src: string) => {
      const model = assigned.get(src);
      return model === undefined ? [] : [{ from: BEGIN, workflow: 'bench', model }];
    },
    silentAfter: 60e6,
  };
  return new QueryEngine({ store, directory, clock: () => world.now });
}

/** Each query of the dashboard some times over, one after the other. */
export async function timeDashboard(
  engine: QueryEngine,
  world: World,
  range: RangeName,
  rounds: number
): Promise<Timings> {
  const to = Math.floor(world.now / 1000);
  const times = new Map<string, number[]>();
  const queries = dashboardQueries('bench');
  for (let round = rounds === 1 ? 0 : -1; round < rounds; round++) {
    for (const query of queries) {
      const millis = await time(engine, query, to - RANGES[range], to);
      // The first round of several warms up what is asked for the first time.
      if (round >= 0) {
        times.set(query.title, [...(times.get(query.title) ?? []), millis]);
      }
    }
  }
  return Object.fromEntries([...times].map(([title, all]) => [title, all.sort((a, b) => a - b)]));
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

/**
 * Points a second that a store takes, alone and with a dashboard that is refreshed every second. The two take turns, so
 * that a busy moment of the machine harms none of them alone.
 */
export async function timeIngestion(store: Store, world: World, seconds: number, turns: number): Promise<Ingestion> {
  const speeds: Record<keyof Ingestion, number[]> = {
    alone: [],
    refreshed: [],
    offeredAlone: [],
    offeredRefreshed: [],
  };
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, all] of Object.entries(speeds)) {
      const rate = name.startsWith('offered') ? OFFERED : Infinity;
      all.push(await ingest(store, world, { seconds, rate, dashboard: /refreshed$/i.test(name) }));
    }
  }
  const medians = Object.entries(speeds).map(([name, all]) => [
    name,
    quantile(
      all.sort((a, b) => a - b),
      0.5
    ),
  ]);
  return Object.fromEntries(medians) as Ingestion;
}

interface Pace {
  readonly seconds: number;
  /** Points a second that are offered. */
  readonly rate: number;
  readonly dashboard: boolean;
}

async function ingest(store: Store, world: World, { seconds, rate, dashboard }: Pace): Promise<number> {
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
    const ahead = (points / rate) * 1000 - (performance.now() - started);
    if (ahead > 0) {
      await new Promise((resolve) => setTimeout(resolve, ahead));
    }
  }
  const speed = points / ((performance.now() - started) / 1000);
  going = false;
  await refreshing;
  return speed;
}
