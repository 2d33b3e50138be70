import type { Micros } from '@pneumograph/contract';
import type { Mapping } from '../../archive/index.js';
import { readPoints, type StoredPoint } from './points.js';
import { integerField, nanos, textField } from './line.js';
import type { KnownSeries, Memory } from './memory.js';
import { encodeName } from './names.js';
import { lookUp, Occupied, originText } from './placing.js';
import type { Place } from './place.js';

/** Points of one request while series are copied. */
const COPIED = 10_000;

/**
 * Lets what was stored of an engine before its first mapping be the model's. Tags cannot be renamed: the points are
 * written again under the model's, then those under the engine's own name are deleted. Killed in between, it begins
 * anew, since the mapping is written last: points that are copied already are known.
 */
export async function adopt(place: Place, memory: Memory, { engine, engineName, workflow, model }: Mapping): Promise<void> {
  const names = [engine, ...(engineName === undefined ? [] : [engineName])];
  const own = memory.own(names);
  for (const series of own) {
    const target = memory.meet({ ...series.info, workflow, model, engine });
    if (target !== series) {
      await copy(place, series, target);
    }
  }
  const moved = own.filter(({ info }) => info.workflow !== workflow || info.model !== model || info.engine !== engine);
  for (const name of new Set(moved.map(({ info }) => info.engine))) {
    const tag = encodeName(name);
    await place.connection.remove(place.data, `workflow="-" AND model="${tag}" AND engine="${tag}"`);
  }
  memory.forget(moved);
}

async function copy(place: Place, from: KnownSeries, to: KnownSeries): Promise<void> {
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
    newest = Math.max(newest, point.time);
    if (points.length === COPIED) {
      await flush();
    }
  }
  await flush();
  to.newest = Math.max(to.newest, newest);
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
