import type { Micros } from '@pneumograph/contract';
import type { Recall, RecentPoint, SeriesRecall } from '../store.js';
import type { Memory } from './memory.js';
import type { Readers } from './readers.js';

/** Microseconds before a series' newest point within which its points are told one by one. */
const RECENT = 60e6;
/** Of each series no more than these, beside those whose messages will be read again. */
const MOST = 16;

const NEWEST_SQL = 'SELECT series, max(time)::DOUBLE FROM points GROUP BY series';
/** States are points of their series as well. */
const RECENT_SQL = `
  WITH newest AS (SELECT series, max(time) AS time FROM points GROUP BY series),
  near AS (
    SELECT p.*, p."offset" >= coalesce(q.position, ${2 ** 53}) AS again
    FROM points p JOIN newest n ON p.series = n.series JOIN partitions q ON p.partition = q.id
    WHERE p.time > n.time - ${RECENT} OR again)
  SELECT series, time::DOUBLE, value, span, partition, "offset"::DOUBLE
  FROM near
  QUALIFY again OR row_number() OVER (PARTITION BY series, again ORDER BY time DESC) <= ${MOST}
  ORDER BY series, time`;

interface Draft {
  newest: Micros;
  recent: RecentPoint[];
}

export async function recall(readers: Readers, memory: Memory): Promise<Recall> {
  const known = new Map<string, Draft>();
  const draftOf = new Map<number, Draft>();
  for (const { id, engine, metric, slot } of memory.dictionary.all()) {
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
