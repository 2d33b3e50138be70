import type { Micros } from '@pneumograph/contract';
import type { ArchiveItem, Batch, Mapping, Point, ProfilePoint, StateChange, TextLine } from '../../archive/index.js';
import { StoreError } from '../errors.js';
import { wellFormed } from '../names.js';
import { alertLine, keyOfAlert, knownAlerts } from './alerts.js';
import { intentKey } from './intents.js';
import { lateLine, type LatePoint } from './late.js';
import { integerField, nanos, textField } from './line.js';
import type { KnownSeries, Memory } from './memory.js';
import { encodeText } from './names.js';
import { lookUp, Occupied, originText, type Origin, type Placed, type Wanted } from './placing.js';
import type { Place } from './place.js';
import { mappingLine, type PartitionState } from './state.js';

type Timed = Point | StateChange | ProfilePoint | TextLine;

/** Lines of a batch, and what becomes known by them. */
export interface Staged {
  readonly news: ArchiveItem[];
  /** Tell the news from all else. */
  readonly keys: string[];
  readonly partitions: PartitionState[];
  /** Of points, states, profiles and messages. */
  readonly data: string[];
  /** Of alerts, mappings, and points that came late. */
  readonly state: string[];
  readonly newest: Map<KnownSeries, Micros>;
  readonly mappings: Mapping[];
}

/** An item that is no mapping, with its series as it is by the end of the batch. */
interface Resolved {
  readonly item: Timed;
  readonly series: KnownSeries;
  readonly time: Micros;
}

/**
 * Finds out what of a batch is new, and which nanosecond each point gets.
 * @param adopted series that mappings of the batch take along, by the series and the number of the mapping
 * @param uncommitted keys of what is new though it is stored
 */
export async function stage(
  place: Place,
  memory: Memory,
  batch: Batch,
  adopted: ReadonlyMap<string, Adopted>,
  uncommitted: ReadonlySet<string>
): Promise<Staged> {
  const resolved = resolve(memory, batch, adopted);
  const occupied = await findOccupied(place, resolved);
  const told = await knownAlerts(place, batch);
  const staged: Staged = {
    ...{ news: [], keys: [], partitions: [], data: [], state: [], mappings: [] },
    newest: new Map(),
  };
  const late = new Map<string, { readonly series: KnownSeries; readonly points: LatePoint[] }>();
  const said = new Set<string>();
  /** Takes note of an item that the batch has not said yet. @returns whether it has not, and it is not stored either */
  const take = (item: ArchiveItem, key: string, stored: boolean): boolean => {
    if (said.has(key)) {
      return false;
    }
    said.add(key);
    if (!stored || uncommitted.has(key)) {
      staged.news.push(item);
      staged.keys.push(key);
    }
    return !stored;
  };
  for (const [index, item] of batch.items.entries()) {
    if (item.kind === 'mapping') {
      const mapping = cleanMapping(item);
      if (take(item, intentKey(JSON.stringify(mapping)), memory.knows(mapping))) {
        const same = [...memory.mappings, ...staged.mappings].filter(
          ({ engine, time }) => engine === mapping.engine && time === mapping.time
        );
        staged.state.push(mappingLine(mapping, same.length));
        staged.mappings.push(mapping);
      }
    } else if (item.kind === 'alert') {
      const key = keyOfAlert(item);
      if (take(item, intentKey(`alert ${key}`), told.has(key))) {
        staged.state.push(alertLine(item));
      }
    } else {
      const { series, time } = resolved[index] as Resolved;
      const { id, key } = memory.partition(item.partition, staged.partitions);
      const origin = { offset: item.offset, partition: id };
      const placed = occupied.place(series, time, origin);
      take(item, intentKey(series.key, id, item.offset, time), placed === undefined);
      if (placed !== undefined) {
        staged.data.push(pointLine(series, item, placed, origin));
        noteNewest(staged, late, { series, item, partition: key, placed });
      }
    }
  }
  for (const { series, points } of late.values()) {
    const { engine, model, workflow } = series.info;
    const number = memory.lateNumber(engine);
    staged.state.push(lateLine(engine, model, workflow, { number, points }));
  }
  return staged;
}

export interface Adopted {
  readonly to: KnownSeries;
  /** Number of the mapping in the batch: what comes later under the old name stays there. */
  readonly before: number;
}

function resolve(memory: Memory, { items }: Batch, adopted: ReadonlyMap<string, Adopted>): Array<Resolved | undefined> {
  return items.map((item, index) => {
    if (item.kind === 'mapping' || item.kind === 'alert') {
      return undefined;
    }
    const own = memory.resolve(item.series);
    const adoption = adopted.size === 0 ? undefined : adopted.get(own.key);
    const series = adoption !== undefined && index < adoption.before ? adoption.to : own;
    return { item, series, time: wholeMicros(item) };
  });
}

/** Looks up what is not newer than all of its series, and watches what several of the batch want. */
async function findOccupied(place: Place, resolved: ReadonlyArray<Resolved | undefined>): Promise<Occupied> {
  const [stored, wanted]: [Wanted[], Wanted[]] = [[], []];
  const running = new Map<KnownSeries, Micros>();
  for (const each of resolved) {
    if (each !== undefined) {
      const { series, time } = each;
      if (time <= series.newest) {
        stored.push(each);
      } else if (time <= (running.get(series) ?? -Infinity)) {
        wanted.push(each);
      }
      running.set(series, Math.max(time, running.get(series) ?? -Infinity));
    }
  }
  const occupied = new Occupied();
  wanted.forEach(({ series, time }) => occupied.watch(series, time));
  await lookUp(place, stored, occupied);
  return occupied;
}

interface PlacedPoint {
  readonly series: KnownSeries;
  readonly item: Timed;
  readonly partition: string;
  readonly placed: Placed;
}

function noteNewest(
  staged: Staged,
  late: Map<string, { readonly series: KnownSeries; readonly points: LatePoint[] }>,
  { series, item, partition, placed: { time } }: PlacedPoint
): void {
  const newest = staged.newest.get(series) ?? series.newest;
  if (time > newest) {
    staged.newest.set(series, time);
  } else if (time < newest && 'value' in item && series.info.monitor === undefined) {
    const { engine, model, workflow, metric, slot } = series.info;
    const key = JSON.stringify([engine, model, workflow]);
    const { points } = late.get(key) ?? { points: [] as LatePoint[] };
    late.set(key, { series, points });
    const span = item.kind === 'point' ? item.span : 0;
    const { value, offset } = item;
    points.push({ metric, slot: slot ?? null, time, value, span, partition, offset, behind: newest });
  }
}

/** Times are whole microseconds in the store, and so in every comparison. */
function wholeMicros({ time, series }: Timed): Micros {
  if (!Number.isFinite(time)) {
    throw new StoreError(
      'failed',
      `a point of ${series.model} ${series.metric} has no time (${time}): nothing was written`
    );
  }
  return Math.round(time);
}

function pointLine({ line }: KnownSeries, item: Timed, { time, rest, shared }: Placed, origin: Origin): string {
  const fields = [`origin=${integerField(originText(origin))}`];
  const span = 'span' in item ? item.span : 0;
  if (span > 0 && Number.isFinite(span)) {
    fields.push(`span=${span}`);
  }
  if ('content' in item) {
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
