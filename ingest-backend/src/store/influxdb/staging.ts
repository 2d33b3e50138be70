import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping, Point, ProfilePoint, StateChange } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import { alertLine, keyOfAlert } from './alerts.js';
import { lateLine, type LatePoint } from './late.js';
import { integerField, nanos, textField } from './line.js';
import type { KnownSeries, Memory } from './memory.js';
import { encodeText } from './names.js';
import { lookUp, Occupied, originText, type Origin, type Wanted } from './placing.js';
import type { Place } from './place.js';
import type { PartitionState } from './state.js';

type Timed = Point | StateChange | ProfilePoint;

/** Lines of a piece of a batch, and what becomes known by them. */
export interface Staged {
  /** Numbers of items. */
  readonly news: number[];
  /** Of points, states and profiles. */
  readonly data: string[];
  /** Of alerts, and of points that came late. */
  readonly state: string[];
  readonly newest: Map<KnownSeries, Micros>;
}

/** Finds out what of some items is new, and which nanosecond each of them gets. @param told changes of alerts that are stored; takes those of the items */
export async function stage(
  place: Place,
  memory: Memory,
  items: readonly Exclude<ArchiveItem, Mapping>[],
  created: PartitionState[],
  told: Set<string>
): Promise<Staged> {
  const wanted: Wanted[] = [];
  const stored: Wanted[] = [];
  const running = new Map<KnownSeries, Micros>();
  for (const item of items) {
    if (item.kind !== 'alert') {
      const [series, time] = [memory.resolve(item.series), wholeMicros(item)];
      const newest = running.get(series) ?? series.newest;
      if (time <= newest) {
        wanted.push({ series, time });
      } else {
        running.set(series, time);
      }
      if (time <= series.newest) {
        stored.push({ series, time });
      }
    }
  }
  const occupied = new Occupied();
  await lookUp(place, stored, occupied);
  // What is newer than what is stored can only meet others of the batch.
  wanted.forEach(({ series, time }) => occupied.watch(series, time));

  const staged: Staged = { news: [], data: [], state: [], newest: new Map() };
  const late = new Map<string, { readonly series: KnownSeries; readonly points: LatePoint[] }>();
  for (const [index, item] of items.entries()) {
    if (item.kind === 'alert') {
      if (!told.has(keyOfAlert(item))) {
        told.add(keyOfAlert(item));
        staged.state.push(alertLine(item));
        staged.news.push(index);
      }
      continue;
    }
    const series = memory.resolve(item.series);
    const { id, key } = memory.partition(item.partition, created);
    const origin = { offset: item.offset, partition: id };
    const found = occupied.place(series, wholeMicros(item), origin);
    if (found === undefined) {
      continue;
    }
    staged.news.push(index);
    staged.data.push(pointLine(series, item, found, origin));
    const newest = staged.newest.get(series) ?? series.newest;
    if (found.time > newest) {
      staged.newest.set(series, found.time);
    } else if (found.time < newest && item.kind !== 'profile' && series.info.monitor === undefined) {
      const { engine, model, workflow, metric, slot } = series.info;
      const place = JSON.stringify([engine, model, workflow]);
      const { points } = late.get(place) ?? { points: [] as LatePoint[] };
      late.set(place, { series, points });
      const span = item.kind === 'point' ? item.span : 0;
      points.push({ metric, slot: slot ?? null, time: found.time, value: item.value, span, partition: key, offset: item.offset, behind: newest });
    }
  }
  for (const { series: { info }, points } of late.values()) {
    const before = memory.late.get(info.engine) ?? [];
    const next = { number: (before.at(-1)?.number ?? -1) + 1, points };
    memory.late.set(info.engine, [...before.slice(-1), next]);
    staged.state.push(lateLine(info.engine, info.model, info.workflow, next));
  }
  return staged;
}

/** Times are whole microseconds in the store, and so in every comparison. */
function wholeMicros({ time, series }: Timed): Micros {
  if (!Number.isFinite(time)) {
    throw new StoreError('failed', `a point of ${series.model} ${series.metric} has no time (${time}): nothing was written`);
  }
  return Math.round(time);
}

interface Found {
  readonly time: Micros;
  readonly rest: number;
  readonly shared: boolean;
}

function pointLine({ line }: KnownSeries, item: Timed, { time, rest, shared }: Found, origin: Origin): string {
  const fields = [`origin=${integerField(originText(origin))}`];
  const span = item.kind === 'state' ? 0 : item.span;
  if (span > 0) {
    fields.push(`span=${span}`);
  }
  if (item.kind === 'profile') {
    fields.push(`content=${textField(encodeText(item.content))}`);
  } else if (Number.isFinite(item.value)) {
    fields.push(`value=${item.value}`);
    if (span > 0 && Number.isFinite(item.value * span)) {
      fields.push(`integral=${item.value * span}`);
    }
  }
  if (item.kind === 'state') {
    fields.push(`text=${textField(encodeText(item.text))}`);
    // Several states of one moment are looked for where one of them says so.
    if (shared) {
      fields.push('shared=1i');
    }
  }
  return `${line} ${fields.join(',')} ${nanos(time, rest)}`;
}

/** Mappings, or what lies between them: a mapping may take along what was stored before it. */
export type Piece = {
  /** Number of its first item in the batch. */
  readonly begin: number;
} & (
  | { readonly kind: 'mappings'; readonly items: Mapping[] }
  | { readonly kind: 'rest'; readonly items: Array<Exclude<ArchiveItem, Mapping>> }
);

export function pieces({ items }: Batch): Piece[] {
  const all: Piece[] = [];
  for (const [begin, item] of items.entries()) {
    const last = all.at(-1);
    if (item.kind === 'mapping') {
      if (last?.kind === 'mappings') {
        last.items.push(item);
      } else {
        all.push({ kind: 'mappings', begin, items: [item] });
      }
    } else if (last?.kind === 'rest') {
      last.items.push(item);
    } else {
      all.push({ kind: 'rest', begin, items: [item] });
    }
  }
  return all;
}

export function cleanMapping({ time, engine, engineName, workflow, model, asset }: Mapping): Mapping {
  return {
    kind: 'mapping',
    time: Math.round(time),
    engine: wellFormed(engine),
    engineName: engineName === undefined ? undefined : wellFormed(engineName),
    workflow: wellFormed(workflow),
    model: wellFormed(model),
    asset: asset === undefined ? undefined : wellFormed(asset),
  };
}
