import type { ParameterizedQuery } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { takesSeries } from '../joins.js';
import type { Selection, SeriesInfo } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { encodeMeasurement, encodeName } from './names.js';
import type { Place } from './place.js';
import type { Row } from './rows.js';
import { seriesOf } from './series.js';

/** Longer lists of names are not told to the server: what it sends too much is left out here. */
const MOST_NAMES = 500;

/** The rows of some metrics that a selection takes, of some fields. */
export function selected(
  { data, layout }: Place,
  selection: Selection,
  metrics: readonly string[],
  range: { readonly from: Micros; readonly to: Micros },
  fields: readonly string[]
): ParameterizedQuery {
  return filter(source(data, range.from, range.to), [
    layout === 'dotted'
      ? isOneOf('metric', metrics.map(encodeName))
      : isOneOf('_measurement', metrics.map(encodeMeasurement)),
    ...conditionsOf(selection),
    isOneOf('_field', fields),
  ]);
}

/** What a selection asks of a row. */
export function conditionsOf(selection: Selection): string[] {
  const { workflow, models, slots, engines, monitors = [], features = [] } = selection;
  const among = (column: string, names: readonly string[]) =>
    names.length === 0 || names.length > MOST_NAMES ? undefined : isOneOf(column, names.map(encodeName));
  const slot = among('slot', slots.map(String));
  return [
    among('workflow', workflow === undefined ? [] : [workflow]),
    among('model', models),
    slot === undefined ? undefined : `(not exists r.slot or ${slot})`,
    among('engine', engines),
    among('monitor', monitors),
    among('feature', features),
  ].filter((condition) => condition !== undefined);
}

/** Hands over rows with their series, where the selection takes it. */
export async function readSelected<T>(
  { connection, layout }: Place,
  query: ParameterizedQuery,
  selection: Selection,
  begin: (series: SeriesInfo, row: Row) => T,
  take: (of: T, row: Row) => void
): Promise<T[]> {
  const takes = takesSeries(selection);
  const all: T[] = [];
  let [table, result, current]: [unknown, string, T | undefined] = [undefined, '', undefined];
  await connection.read(query, (row) => {
    if (row.table !== table || row.result !== result) {
      [table, result] = [row.table, row.result];
      const series = seriesOf(row.column, layout);
      current = takes(series) ? begin(series, row) : undefined;
      if (current !== undefined) {
        all.push(current);
      }
    }
    if (current !== undefined) {
      take(current, row);
    }
  });
  return all;
}
