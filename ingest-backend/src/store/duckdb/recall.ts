import type { Micros } from '@pneumograph/contract';
import { RECALLED, type Recall, type RecentPoint, type SeriesRecall } from '../store.js';
import type { Memory } from './memory.js';
import type { Readers } from './readers.js';

const NEWEST_SQL = 'SELECT series, max(time)::DOUBLE FROM points GROUP BY series';
/**
 * What will be read again, and what came last before it. Rows lie in the order in which they came. States are points of
 * their series as well.
 */
const RECENT_SQL = `
  WITH here AS (
    SELECT p.rowid AS row, p.*, p."offset" >= coalesce(q.position, ${2 ** 53}) AS again
    FROM points p JOIN partitions q ON p.partition = q.id),
  last AS (
    SELECT unnest(max(h.row, ${RECALLED})) AS row
    FROM here h JOIN series s ON h.series = s.id
    WHERE NOT h.again AND s.metric <> 'rps' AND s.monitor IS NULL
    GROUP BY s.engine)
  SELECT series, time::DOUBLE, value, span, partition, "offset"::DOUBLE
  FROM here
  WHERE again OR row IN (SELECT row FROM last)
  ORDER BY row`;

interface Draft {
  newest: Micros;
  recent: RecentPoint[];
}

export async function recall(readers: Readers, memory: Memory): Promise<Recall> {
  const known = new Map<string, Draft>();
  const draftOf = new Map<number, Draft>();
  // What monitors say is derived by others.
  const derived = memory.dictionary.all().filter(({ monitor }) => monitor === undefined);
  for (const { id, engine, metric, slot } of derived) {
    const key = keyOf(engine, metric, slot);
    const draft = known.get(key) ?? { newest: -Infinity, recent: [] };
    known.set(key, draft);
    draftOf.set(id, draft);
  }
  const [ids = [], newest = []] = (await readers.columns(NEWEST_SQL, {}, {})) as number[][];
  ids.forEach((id, row) => {
    const draft = draftOf.get(id);
    if (draft !== undefined) {
      draft.newest = Math.max(draft.newest, newest[row] as number);
    }
  });
  const keys = new Map([...memory.partitions.values()].map(({ id, key }) => [id, { key }]));
  const columns = (await readers.columns(RECENT_SQL, {}, {})) as number[][];
  const [series = [], times = [], values = [], spans = [], partitions = [], offsets = []] = columns;
  series.forEach((id, row) => {
    draftOf.get(id)?.recent.push({
      time: times[row] as number,
      value: values[row] as number,
      span: spans[row] as number,
      partition: keys.get(partitions[row] as number) ?? { key: '' },
      offset: offsets[row] as number,
    });
  });
  return {
    settled: new Map(memory.settled),
    notes: new Map(memory.notes),
    series: (engine, metric, slot): SeriesRecall | undefined => known.get(keyOf(engine, metric, slot)),
  };
}

function keyOf(engine: string, metric: string, slot: number | undefined): string {
  return JSON.stringify([engine, metric, slot ?? null]);
}
