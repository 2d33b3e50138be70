import type { Micros } from '@pneumograph/contract';
import type { Batch } from '../../archive/index.js';
import { readPoints, type StoredPoint } from './points.js';
import { integerField, nanos, textField } from './line.js';
import type { KnownSeries, Memory } from './memory.js';
import { encodeName } from './names.js';
import { lookUp, Occupied, originText } from './placing.js';
import type { Place } from './place.js';
import { cleanMapping, type Adopted } from './staging.js';
import { chunkOf, tierBucket, type Lease } from './tiers/index.js';

/** What came of the mappings of a batch. */
export interface Adoption {
  readonly adopted: ReadonlyMap<string, Adopted>;
  readonly copied: Iterable<Micros>;
}

/** Points of one request while series are copied. */
const COPIED = 10_000;

/**
 * Lets what was stored of engines before their first mapping be the model's. Tags cannot be renamed: the points are
 * written again under the model's, then those under the engine's own name are deleted. Killed in between, it begins
 * anew, since the mapping is written later: points that are copied already are known.
 * @returns where points of the batch belong that come before such a mapping, and the hours of points that were copied
 */
export async function adopt(place: Place, memory: Memory, { items }: Batch, lease: Lease): Promise<Adoption> {
  const adopted = new Map<string, Adopted>();
  const chunks = new Set<Micros>();
  const mapped = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item.kind !== 'mapping') {
      continue;
    }
    const { engine, engineName, workflow, model } = cleanMapping(item);
    if (mapped.has(engine) || memory.isMapped(engine)) {
      continue;
    }
    mapped.add(engine);
    // Such as come with the batch are adopted as they are written.
    items.slice(0, index).forEach((before) => 'series' in before && memory.resolve(before.series));
    const names = [engine, ...(engineName === undefined ? [] : [engineName])];
    const copied: KnownSeries[] = [];
    for (const own of memory.own(names)) {
      const to = memory.meet({ ...own.info, workflow, model, engine });
      if (to !== own && !adopted.has(own.key)) {
        adopted.set(own.key, { to, before: index });
        if (own.newest > -Infinity) {
          (await copy(place, own, to)).forEach((chunk) => chunks.add(chunk));
          copied.push(own);
        }
      }
    }
    for (const name of new Set(copied.map(({ info }) => encodeName(info.engine)))) {
      await lease.hold(async () => {
        for (const bucket of [place.data, tierBucket(place.data, '1m'), tierBucket(place.data, '1h')]) {
          await place.connection.remove(bucket, `workflow="-" AND model="${name}" AND engine="${name}"`);
        }
      });
    }
    copied.forEach((own) => (own.newest = -Infinity));
  }
  return { adopted, copied: chunks };
}

/** @returns the hours of the points */
async function copy(place: Place, from: KnownSeries, to: KnownSeries): Promise<Set<Micros>> {
  const chunks = new Set<Micros>();
  let points: StoredPoint[] = [];
  const flush = async (): Promise<void> => {
    const occupied = new Occupied();
    await lookUp(
      place,
      points.map(({ time }) => ({ series: to, time })),
      occupied
    );
    const lines = points.flatMap((point) => {
      const found = occupied.place(to, point.time, point.origin);
      return found === undefined ? [] : [lineOf(to, point, found.time, found.rest, found.shared)];
    });
    await place.connection.write(place.data, lines);
    points = [];
  };
  let newest: Micros = -Infinity;
  for (const point of await readPoints(place, from)) {
    points.push(point);
    chunks.add(chunkOf(point.time));
    newest = Math.max(newest, point.time);
    if (points.length === COPIED) {
      await flush();
    }
  }
  await flush();
  to.newest = Math.max(to.newest, newest);
  return chunks;
}

function lineOf({ line }: KnownSeries, point: StoredPoint, time: Micros, rest: number, shared: boolean): string {
  const fields = [`origin=${integerField(originText(point.origin))}`];
  for (const name of ['span', 'value', 'integral'] as const) {
    if (point[name] !== undefined) {
      fields.push(`${name}=${point[name]}`);
    }
  }
  for (const name of ['content', 'text'] as const) {
    if (point[name] !== undefined) {
      fields.push(`${name}=${textField(point[name])}`);
    }
  }
  if (point.text !== undefined && shared) {
    fields.push('shared=1i');
  }
  return `${line} ${fields.join(',')} ${nanos(time, rest)}`;
}
