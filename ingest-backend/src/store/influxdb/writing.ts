import type { Micros } from '@pneumograph/contract';
import type { Batch } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { KnownSeries, Memory } from './memory.js';
import type { Place } from './place.js';
import type { Staged } from './staging.js';
import {
  hear,
  heardLine,
  noteLine,
  partitionLine,
  presenceLines,
  settledLine,
  type Heard,
  type PartitionState,
} from './state.js';

/** The steps of writing a batch, see `InfluxDbStore`. */

/** Those of points and states, whether they are new or not. */
export function timesOf({ items }: Batch): Micros[] {
  return items.flatMap((item) => (item.kind === 'point' || item.kind === 'state' ? [Math.round(item.time)] : []));
}

/** Steps 2 and 3. */
export async function writeItems(
  { connection, data, state }: Place,
  memory: Memory,
  staged: Staged,
  touches: readonly string[]
): Promise<void> {
  await connection.write(state, staged.partitions.map(partitionLine));
  await connection.write(data, staged.data);
  await connection.write(state, [...staged.state, ...touches]);
  staged.newest.forEach((time, series: KnownSeries) => (series.newest = time));
  staged.mappings.forEach((mapping) => memory.addMapping(mapping));
}

/** What is over of what was heard, then step 4. */
export async function writeState(place: Place, memory: Memory, batch: Batch, commit: readonly string[]): Promise<void> {
  const { connection, state } = place;
  const { changed, ended } = hear(memory.heard, batch);
  await connection.write(state, await presenceLines(place, ended));
  const created: PartitionState[] = [];
  const positions = [...batch.positions].map(([partition, position]) => {
    const known = memory.partition(partition, created);
    return { ...known, position };
  });
  const moved = positions.filter(({ key, position }) => memory.partitions.get(key)?.position !== position);
  const settled = [...(batch.settled ?? [])].flatMap(([name, time]): Array<[string, Micros]> => {
    const engine = wellFormed(name);
    return Number.isFinite(time) && time > (memory.settled.get(engine) ?? -Infinity)
      ? [[engine, Math.round(time)]]
      : [];
  });
  await connection.writeWhole(state, [
    ...commit,
    ...moved.map(partitionLine),
    ...settled.map(([engine, time]) => settledLine(engine, time)),
    ...[...(batch.notes ?? [])].map(([key, content]) => noteLine(key, content)),
    ...[...changed].map(([engine, heard]: [string, Heard]) => heardLine(engine, heard)),
  ]);
  moved.forEach(({ key, position }) => ((memory.partitions.get(key) as PartitionState).position = position));
  settled.forEach(([engine, time]) => memory.settled.set(engine, time));
  changed.forEach((heard, engine) => memory.heard.set(engine, heard));
}
