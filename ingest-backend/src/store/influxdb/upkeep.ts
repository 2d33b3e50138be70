import { flux } from '@influxdata/influxdb-client';
import { MESSAGE_METRIC } from '@pneumograph/contract';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import type { Deleted } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { encodeName } from './names.js';
import type { Place } from './place.js';
import { keyOf, seriesOf } from './series.js';
import { tierBucket } from './tiers/index.js';

/** Deletes what is told of a model; what its engines were heard of, and which they are, stays. */
export async function deleteModel(
  { connection, data, state, layout }: Place,
  workflow: string,
  model: string
): Promise<Deleted> {
  const own = [isOneOf('workflow', [encodeName(workflow)]), isOneOf('model', [encodeName(model)])];
  const counts = { points: 0, rollups: 0, profiles: 0, alerts: 0 };
  const series = new Set<string>();
  const origins = filter(source(data, -Infinity, Infinity), [...own, 'r._field == "origin"']);
  await connection.read(flux`${origins} |> count()`, ({ value, column }) => {
    const info = seriesOf(column, layout);
    series.add(keyOf(info));
    counts[info.metric === 'profile' || info.metric === MESSAGE_METRIC ? 'profiles' : 'points'] += Number(value);
  });
  const tiers = [tierBucket(data, '1m'), tierBucket(data, '1h')];
  for (const bucket of tiers) {
    const rollups = filter(source(bucket, -Infinity, Infinity), [...own, 'r._field == "count"']);
    await connection.read(flux`${rollups} |> count()`, ({ value }) => (counts.rollups += Number(value)));
  }
  const ids = new Set<string>();
  const alerts = filter(source(state, -Infinity, Infinity), [...own, 'r._measurement == "alert"']);
  await connection.read(flux`${alerts} |> keep(columns: ["id"])`, ({ column }) => ids.add(column('id') ?? ''));
  counts.alerts = ids.size;
  const predicate = `workflow="${encodeName(workflow)}" AND model="${encodeName(model)}"`;
  // Late points and alerts of the other bucket have the same tags.
  await connection.remove(state, predicate);
  await connection.remove(data, predicate);
  for (const bucket of tiers) {
    await connection.remove(bucket, predicate);
  }
  return { series: series.size, ...counts };
}

/** @throws StoreError unless nothing was ever written */
export async function checkEmpty({ connection, data, state }: Place): Promise<void> {
  for (const [bucket, conditions] of [
    [data, []],
    // What is made by whoever opens and keeps a store says nothing of what it holds.
    [state, ['identity', 'lease', 'tiers'].map((own) => `r._measurement != "${own}"`)],
  ] as const) {
    let found = false;
    const rows = filter(source(bucket, -Infinity, Infinity), [...conditions]);
    await connection.read(flux`${rows} |> first() |> keep(columns: ["_time"])`, () => (found = true));
    if (found) {
      throw new StoreError(
        'not-empty',
        `bucket ${wellFormed(bucket)}: expected an empty store to restore into, found one in use. Choose other buckets.`
      );
    }
  }
}
