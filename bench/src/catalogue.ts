import { DuckDbStore, QueryEngine, type Point } from '@pneumograph/ingest-backend';
import type { Row } from './table.js';

const ENGINES = [100, 1_000, 10_000];
const METRICS = ['rps', 'record.count', 'record.size'];
const ROUNDS = 5;
const START = Date.UTC(2024, 0, 1) * 1000;
const NOW = START + 10e6;

/** The catalogue, and a query of one model, beside fleets of different sizes: a hundred engines run each model. */
export async function benchCatalogue(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of ENGINES) {
    const store = new DuckDbStore({ path: ':memory:' });
    await store.open();
    await store.write({ items: points(count), positions: new Map(), lastSeen: new Map() });
    const engines = Array.from({ length: count }, (_, index) => ({ src: `e${index}`, name: `engine-${index}` }));
    const directory = {
      silentAfter: 30e6,
      assignments: (src: string) => [{ from: 0, workflow: 'w', model: modelOf(Number(src.slice(1))) }],
      workflows: () => [
        {
          name: 'w',
          links: [],
          models: Array.from({ length: Math.ceil(count / 100) }, (_, model) => ({
            name: `m${model}`,
            slots: [0],
            engines: engines.slice(model * 100, (model + 1) * 100),
          })),
        },
      ],
    };
    const queries = new QueryEngine({ store, directory, clock: () => NOW });
    const catalogue = await fastest(() => queries.catalogue());
    const request = { from: START / 1000, to: NOW / 1000, intervalMs: 1000 };
    const query = { refId: 'A', kind: 'metric', metric: 'rps', models: ['m0'] };
    const answer = await fastest(() => queries.run({ ...request, queries: [query] }));
    rows.push(row(`catalogue, ${count} engines`, catalogue), row(`query of a model, ${count} engines`, answer));
    const bytes = Buffer.byteLength(JSON.stringify(await queries.catalogue()));
    console.log(`catalogue of ${count} engines: ${(catalogue * 1000).toFixed(0)} ms, ${(bytes / 1e6).toFixed(2)} MB`);
    console.log(`query of a model among ${count} engines: ${(answer * 1000).toFixed(0)} ms`);
    await store.close();
  }
  const [first, second] = [rows[0]?.perSecond ?? 1, rows[1]?.perSecond ?? 1];
  return rows.map((each, index) => ({ ...each, ratio: each.perSecond / (index % 2 === 0 ? first : second) }));
}

function row(what: string, seconds: number): Row {
  return { what, perSecond: 1 / seconds, unit: 'answers/s', ratio: 1, aim: '' };
}

function modelOf(engine: number): string {
  return `m${Math.floor(engine / 100)}`;
}

function points(engines: number): Point[] {
  const partition = { key: 'p' };
  return Array.from({ length: engines * METRICS.length }, (_, index) => {
    const engine = index % engines;
    const metric = METRICS[Math.floor(index / engines)] as string;
    const series = { workflow: 'w', model: modelOf(engine), slot: 0, engine: `e${engine}`, metric };
    return { kind: 'point', series, time: START + 1e6, value: index, span: 1, partition, offset: index };
  });
}

async function fastest(run: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await run();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}
