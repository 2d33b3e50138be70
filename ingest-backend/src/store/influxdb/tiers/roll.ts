import { flux, fluxExpression, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { TIER_WIDTH } from '../../store.js';
import { filter, source } from '../connection.js';
import type { Place } from '../place.js';
import { tierBucket } from './buckets.js';

/** The fields of a rollup, and how each comes of the points of a bucket: of which field, by which function. */
export const FIELDS = {
  sum: { of: 'value', by: 'sum' },
  count: { of: 'value', by: 'count' },
  min: { of: 'value', by: 'min' },
  max: { of: 'value', by: 'max' },
  last: { of: 'value', by: 'last' },
  span: { of: 'span', by: 'sum' },
  weighted: { of: 'integral', by: 'sum' },
} as const;
export type RollupField = keyof typeof FIELDS;

/** How a field of rollups comes of that of finer ones. */
export function joinedBy(field: RollupField): 'sum' | 'min' | 'max' | 'last' {
  const { by } = FIELDS[field];
  return by === 'count' ? 'sum' : by;
}

/** Rolls up what is stored from one hour to the next. The server does it by itself: no points travel. */
export async function roll(place: Place, from: Micros, to: Micros): Promise<void> {
  const { data, layout, connection } = place;
  const minutes = tierBucket(data, '1m');
  const isPoint = `r.${layout === 'dotted' ? 'metric' : '_measurement'} != "profile"`;
  const ofPoints = (field: RollupField): ParameterizedQuery => {
    const { of, by } = FIELDS[field];
    const points = filter(source(data, from, to), [isPoint, `r._field == "${of}"`]);
    return flux`${windows(points, TIER_WIDTH['1m'], by)} |> set(key: "_field", value: ${field}) |> to(bucket: ${minutes})`;
  };
  const ofMinutes = (field: RollupField): ParameterizedQuery => {
    const rollups = filter(source(minutes, from, to), [`r._field == "${field}"`]);
    return flux`${windows(rollups, TIER_WIDTH['1h'], joinedBy(field))} |> to(bucket: ${tierBucket(data, '1h')})`;
  };
  for (const made of [ofPoints, ofMinutes]) {
    // What is written comes back as an answer, unless it is left out.
    const statements = (Object.keys(FIELDS) as RollupField[]).map(
      (field) => flux`${made(field)} |> filter(fn: (r) => false, onEmpty: "drop") |> yield(name: ${field})`
    );
    await connection.work(statements.reduce((script, statement) => flux`${script}\n${statement}`));
  }
}

/** Windows that the server joins by itself, as it reads. A window that the range cuts off begins where the range does. */
export function windows(rows: ParameterizedQuery, width: Micros, by: string): ParameterizedQuery {
  return flux`${rows}
    |> aggregateWindow(every: ${fluxExpression(`${width}us`)}, fn: ${fluxExpression(by)}, createEmpty: false, timeSrc: "_start")
    |> drop(columns: ["_start", "_stop"])`;
}
