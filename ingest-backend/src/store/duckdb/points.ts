import { INTEGER, listValue } from '@duckdb/node-api';
import type { Partition, Point } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { PointsQuestion } from '../store.js';
import type { SeriesRow } from './dictionary.js';
import type { Memory } from './memory.js';
import { range, TYPES } from './questions.js';
import type { Readers } from './readers.js';

const SQL = `
  SELECT p.series, p.time::DOUBLE, p.value, p.span, p.partition, p."offset"::DOUBLE
  FROM points p JOIN (SELECT unnest($series) AS series) m ON p.series = m.series
  WHERE p.time >= $from AND p.time < $to
  ORDER BY p.time, p.partition, p."offset", p.series
  LIMIT $limit`;

export async function findPoints(readers: Readers, memory: Memory, question: PointsQuestion): Promise<Point[]> {
  const { from, to, limit } = question;
  const rows = new Map(select(memory, question).map((row) => [row.id, row]));
  if (rows.size === 0 || from >= to) {
    return [];
  }
  const partitions = new Map<number, Partition>([...memory.partitions.values()].map((row) => [row.id, row]));
  const columns = await readers.columns(
    SQL,
    { series: listValue([...rows.keys()]), ...range(from, to), limit },
    { ...TYPES, limit: INTEGER }
  );
  const [ids = [], times = [], values = [], spans = [], origins = [], offsets = []] = columns as number[][];
  return ids.map((id, row) => ({
    kind: 'point',
    series: rows.get(id) as SeriesRow,
    time: times[row] as number,
    value: values[row] as number,
    span: spans[row] as number,
    partition: partitions.get(origins[row] as number) as Partition,
    offset: offsets[row] as number,
  }));
}

function select({ dictionary }: Memory, question: PointsQuestion): readonly SeriesRow[] {
  const { workflow, models, slots, engines, monitors = [], features = [], metrics } = question;
  const lists = [models, slots, engines, monitors, features, metrics];
  if (workflow === undefined && lists.every(({ length }) => length === 0)) {
    return dictionary.all();
  }
  const named = metrics.length > 0 ? metrics : dictionary.all().map(({ metric }) => metric);
  return [...new Set(named.map(wellFormed))].flatMap((metric) => dictionary.select(question, metric));
}
