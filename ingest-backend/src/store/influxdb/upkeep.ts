import { flux } from '@influxdata/influxdb-client';
import { MESSAGE_METRIC, SELF_WORKFLOW, type Micros } from '@pneumograph/contract';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import type { Deleted } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { readNewest } from './memory.js';
import { encodeName } from './names.js';
import type { Place } from './place.js';
import { keyOf, seriesOf } from './series.js';

/**
 * Deletes points that are older than they are kept, against the newest point of any engine, which is never taken for one after `now`.
 * The bucket's own expiry would go by the clock: it would refuse what is replayed of last year.
 */
export async function maintain(place: Place, kept: Micros, now: Micros): Promise<boolean> {
  if (kept === Infinity) {
    return false;
  }
  let newest = -Infinity;
  await readNewest(place, ({ workflow }, time) => {
    // What Pneumograph tells of itself is of the present, whatever is replayed.
    newest = workflow === SELF_WORKFLOW ? newest : Math.max(newest, time);
  });
  // InfluxDB takes a deletion for a range of milliseconds here, both ends of which are in it.
  const before = Math.floor((Math.min(newest, now) - kept) / 1000) * 1000 - 1000;
  if (Number.isFinite(before)) {
    await place.connection.remove(place.data, '', -Infinity, before);
  }
  return false;
}

/** Deletes what is told of a model; what its engines were heard of, and which they are, stays. */
export async function deleteModel(
  { connection, data, state, layout }: Place,
  workflow: string,
  model: string
): Promise<Deleted> {
  const own = [isOneOf('workflow', [encodeName(workflow)]), isOneOf('model', [encodeName(model)])];
  const counts = { points: 0, profiles: 0, alerts: 0 };
  const series = new Set<string>();
  const origins = filter(source(data, -Infinity, Infinity), [...own, 'r._field == "origin"']);
  await connection.read(flux`${origins} |> count()`, ({ value, column }) => {
    const info = seriesOf(column, layout);
    series.add(keyOf(info));
    counts[info.metric === 'profile' || info.metric === MESSAGE_METRIC ? 'profiles' : 'points'] += Number(value);
  });
  const ids = new Set<string>();
  const alerts = filter(source(state, -Infinity, Infinity), [...own, 'r._measurement == "alert"']);
  await connection.read(flux`${alerts} |> keep(columns: ["id"])`, ({ column }) => ids.add(column('id') ?? ''));
  counts.alerts = ids.size;
  const predicate = `workflow="${encodeName(workflow)}" AND model="${encodeName(model)}"`;
  // Late points and alerts of the other bucket have the same tags.
  await connection.remove(state, predicate);
  await connection.remove(data, predicate);
  return { series: series.size, rollups: 0, ...counts };
}

/** @throws StoreError unless nothing was ever written */
export async function checkEmpty({ connection, data, state }: Place): Promise<void> {
  for (const [bucket, conditions] of [
    [data, []],
    [state, ['r._measurement != "identity"']],
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
