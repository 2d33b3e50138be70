import type { Micros } from '@pneumograph/contract';
import type { Partition } from '../../archive/index.js';
import { RECALLED, type Recall, type RecentPoint, type SeriesInfo, type SeriesRecall } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { readLate, type Late } from './late.js';
import { readNewest } from './memory.js';
import { encodeName } from './names.js';
import type { Place } from './place.js';
import { readAll } from './points.js';
import { readNotes, readPartitions, readSettled } from './state.js';

/** How far back of its newest point an engine's last points are looked for, step by step. */
const REACHES: readonly Micros[] = [600e6, 3600e6, 6 * 3600e6, 24 * 3600e6];
/** Engines whose newest points lie within this are asked for together. */
const TOGETHER: Micros = 600e6;
/** So often the store is asked, newest engines first: those that have been silent for long send no copies any more. */
const MOST_GROUPS = 200;
const MOST_NAMES = 200;

/** A point of an engine with where it stands among the others in the order in which they came. */
interface Came extends RecentPoint, Pick<SeriesInfo, 'engine' | 'metric' | 'slot'> {
  /** Own time, or that of the newest point of its series when it came. */
  readonly came: Micros;
  readonly late: boolean;
  readonly again: boolean;
}

export async function recall(place: Place): Promise<Recall> {
  const newest = new Map<string, Map<string, Micros>>();
  const [settled, notes, partitions, late] = await Promise.all([
    readSettled(place),
    readNotes(place),
    readPartitions(place),
    readLate(place),
    readNewest(place, (series, time) => {
      if (series.monitor === undefined) {
        const own = newest.get(series.engine) ?? new Map<string, Micros>();
        newest.set(series.engine, own);
        own.set(keyOf(series), Math.max(own.get(keyOf(series)) ?? -Infinity, time));
      }
    }),
  ]);
  const positions = new Map(partitions.map(({ key, position }) => [key, position ?? Infinity]));
  const byId = new Map(partitions.map(({ id, key }): [number, Partition] => [id, { key }]));
  const isAgain = ({ key }: Partition, offset: number): boolean => offset >= (positions.get(key) ?? Infinity);

  const recalled = new Map<string, RecentPoint[]>();
  for (const engines of together(newest)) {
    const last = await lastOf(place, engines, (id) => byId.get(id) ?? { key: '' }, isAgain, late);
    for (const { engine, metric, slot, time, value, span, partition, offset } of last) {
      const key = `${engine} ${keyOf({ metric, slot })}`;
      const own = recalled.get(key) ?? [];
      recalled.set(key, own);
      own.push({ time, value, span, partition, offset });
    }
  }
  return {
    settled,
    notes,
    series: (engine, metric, slot): SeriesRecall | undefined => {
      const key = JSON.stringify([metric, slot ?? null]);
      const time = newest.get(engine)?.get(key);
      return time === undefined ? undefined : { newest: time, recent: recalled.get(`${engine} ${key}`) ?? [] };
    },
  };
}

type Engines = Map<string, Micros>;

/** Engines with the time of their newest point, those of about the same time together. */
function together(newest: ReadonlyMap<string, ReadonlyMap<string, Micros>>): Engines[] {
  const all = [...newest].map(([engine, own]): [string, Micros] => [engine, Math.max(...own.values())]);
  const groups: Engines[] = [];
  let end = Infinity;
  for (const [engine, time] of all.sort(([, a], [, b]) => b - a)) {
    if (time < end - TOGETHER) {
      groups.push(new Map());
      end = time;
    }
    groups.at(-1)?.set(engine, time);
  }
  return groups.slice(0, MOST_GROUPS);
}

/** What came last of some engines, and all that will be read again. */
async function lastOf(
  place: Place,
  engines: Engines,
  partitionOf: (id: number) => Partition,
  isAgain: (partition: Partition, offset: number) => boolean,
  late: ReadonlyMap<string, readonly Late[]>
): Promise<Came[]> {
  const found = new Map<string, Map<string, Came>>([...engines.keys()].map((engine) => [engine, new Map()]));
  const take = (came: Came): void => {
    const { engine, time, partition, offset } = came;
    found.get(engine)?.set(JSON.stringify([keyOf(came), time, partition.key, offset]), came);
  };
  const open = new Set(engines.keys());
  let before = Math.max(...engines.values()) + 1;
  for (const reach of REACHES) {
    const from = Math.min(...[...open].map((engine) => engines.get(engine) as Micros)) - reach;
    const readAgain = new Set<string>();
    const rows = filter(source(place.data, from, before), [
      'not exists r.monitor',
      open.size > MOST_NAMES ? undefined : isOneOf('engine', [...open].map(encodeName)),
      isOneOf('_field', ['origin', 'span', 'value']),
    ]);
    await readAll(place, rows, (series, points) => {
      for (const { time, origin, value = NaN, span = 0 } of open.has(series.engine) ? points : []) {
        const partition = partitionOf(origin.partition);
        const again = isAgain(partition, origin.offset);
        if (again) {
          readAgain.add(series.engine);
        }
        const { engine, metric, slot } = series;
        const point = { time, value, span, partition, offset: origin.offset };
        take({ ...{ engine, metric, slot }, ...point, came: time, late: false, again });
      }
    });
    for (const engine of open) {
      const told = [...(found.get(engine)?.values() ?? [])].filter(counts).length;
      if (told >= RECALLED && !readAgain.has(engine)) {
        open.delete(engine);
      }
    }
    if (open.size === 0) {
      break;
    }
    before = from;
  }
  for (const engine of engines.keys()) {
    for (const { metric, slot, behind, partition: key, ...point } of late.get(engine)?.flatMap(({ points }) => points) ?? []) {
      const partition = { key };
      const of = { engine, metric, slot: slot ?? undefined };
      take({ ...of, ...point, partition, came: behind, late: true, again: isAgain(partition, point.offset) });
    }
  }
  return [...found.values()].flatMap((own) => {
    const all = [...own.values()].sort(byArrival);
    const told = all.filter(counts);
    const last = new Set(told.slice(-RECALLED));
    return all.filter((came) => came.again || last.has(came));
  });
}

function byArrival(a: Came, b: Came): number {
  return a.came - b.came || Number(a.late) - Number(b.late) || a.offset - b.offset;
}

/** Rates are of no message. */
function counts({ metric, again }: Came): boolean {
  return !again && metric !== 'rps';
}

function keyOf({ metric, slot }: Pick<SeriesInfo, 'metric' | 'slot'>): string {
  return JSON.stringify([metric, slot ?? null]);
}
