import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import type { Partition, Point } from '../../archive/index.js';
import { takesSeries } from '../joins.js';
import type { PointsQuestion, SeriesInfo } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import type { KnownSeries } from './memory.js';
import { encodeMeasurement, encodeName } from './names.js';
import { readOrigin, type Origin } from './placing.js';
import type { Place } from './place.js';
import { conditionsOf } from './selecting.js';
import { seriesOf } from './series.js';
import { readPartitions } from './state.js';

/** A point, state or profile with its fields as they are stored. */
export interface StoredPoint {
  readonly time: Micros;
  readonly rest: number;
  readonly origin: Origin;
  readonly value: number | undefined;
  readonly span: number | undefined;
  readonly integral: number | undefined;
  /** Encoded. */
  readonly text: string | undefined;
  readonly content: string | undefined;
}

type Fields = { -readonly [Name in keyof StoredPoint]?: StoredPoint[Name] } & { time: Micros; rest: number };

/** All points of one series, in the order of time. */
export async function readPoints(place: Place, { info }: KnownSeries): Promise<StoredPoint[]> {
  const { metric, workflow, model, engine, slot, monitor, feature } = info;
  const exactly = (column: string, name: string | undefined) =>
    name === undefined ? `not exists r.${column}` : isOneOf(column, [encodeName(name)]);
  const conditions = [
    isOneOf(place.layout === 'dotted' ? 'metric' : '_measurement', [
      place.layout === 'dotted' ? encodeName(metric) : encodeMeasurement(metric),
    ]),
    exactly('workflow', workflow),
    exactly('model', model),
    exactly('engine', engine),
    exactly('slot', slot === undefined ? undefined : String(slot)),
    exactly('monitor', monitor),
    exactly('feature', feature),
  ];
  const found: StoredPoint[] = [];
  await readAll(place, filter(source(place.data, -Infinity, Infinity), conditions), (_, points) =>
    found.push(...points)
  );
  return found;
}

/** Reads points with all their fields, series by series. */
export async function readAll(
  { connection, layout }: Place,
  query: ParameterizedQuery,
  take: (series: SeriesInfo, points: StoredPoint[]) => void
): Promise<void> {
  const all = new Map<string, { readonly series: SeriesInfo; readonly points: Map<string, Fields> }>();
  let table: unknown;
  let current = new Map<string, Fields>();
  await connection.read(flux`${query} |> drop(columns: ["_start", "_stop"])`, (row) => {
    if (row.table !== table) {
      table = row.table;
      const series = seriesOf(row.column, layout);
      const key = JSON.stringify(series);
      const entry = all.get(key) ?? { series, points: new Map<string, Fields>() };
      all.set(key, entry);
      current = entry.points;
    }
    const at = `${row.micros} ${row.rest}`;
    const fields = current.get(at) ?? { time: row.micros, rest: row.rest };
    current.set(at, fields);
    setField(fields, row.column('_field') ?? '', row.value);
  });
  for (const { series, points } of all.values()) {
    const whole = [...points.values()].filter(({ origin }) => origin !== undefined) as unknown as StoredPoint[];
    take(
      series,
      whole.sort((a, b) => a.time - b.time || a.rest - b.rest)
    );
  }
}

function setField(fields: Fields, name: string, value: string): void {
  switch (name) {
    case 'origin':
      fields.origin = readOrigin(value);
      break;
    case 'value':
    case 'span':
    case 'integral':
      fields[name] = Number(value);
      break;
    case 'text':
    case 'content':
      fields[name] = value;
      break;
  }
}

/** Points of a question one by one, by time, and those of one time by partition and offset. */
export async function findPoints(place: Place, question: PointsQuestion): Promise<Point[]> {
  const { from, to, metrics, limit } = question;
  if (from >= to) {
    return [];
  }
  const partitions = new Map((await readPartitions(place)).map(({ id, key }): [number, Partition] => [id, { key }]));
  const takes = takesSeries(question);
  const column = place.layout === 'dotted' ? 'metric' : '_measurement';
  const encode = place.layout === 'dotted' ? encodeName : encodeMeasurement;
  const named = metrics.length === 0 ? [] : [isOneOf(column, metrics.map(encode))];
  const all = filter(source(place.data, from, to), [
    ...named,
    ...conditionsOf(question),
    isOneOf('_field', ['origin', 'value', 'span']),
  ]);
  const found: Point[] = [];
  // Of each series as many as are asked for of all.
  await readAll(place, flux`${all} |> limit(n: ${limit})`, (info, points) => {
    if (takes(info)) {
      for (const { time, value, span = 0, origin } of points) {
        if (value !== undefined) {
          const partition = partitions.get(origin.partition) ?? { key: '' };
          found.push({ kind: 'point', series: info, time, value, span, partition, offset: origin.offset });
        }
      }
    }
  });
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  found.sort((a, b) => a.time - b.time || compare(a.partition.key, b.partition.key) || a.offset - b.offset);
  return found.slice(0, limit);
}
