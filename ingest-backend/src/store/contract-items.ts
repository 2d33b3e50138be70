import type { Batch, Mapping, Partition, Point, Series, StateChange } from '../archive/index.js';
import type { AggregateQuestion, AnswerSeries, Retention, SeriesInfo, SpreadSeries, Store } from './store.js';

/** A place that a store is kept in, empty at first. */
export interface StorePlace {
  /** Opens a store on it, at most one at a time. */
  open(retention?: Retention): Promise<Store>;
  dispose(): Promise<void>;
}

/** The store that a test is about. */
export interface Tested {
  readonly store: () => Store;
  readonly reopen: () => Promise<void>;
  readonly makePlace: () => Promise<StorePlace>;
  /** How often to try something random. */
  readonly runs: (number: number) => number;
}

export const ALL = { workflow: undefined, models: [], slots: [], engines: [] };
export const SECOND = 1e6;
export const START = 1520272365 * SECOND;
export const P0: Partition = { key: 'kafka/notify/0' };
export const P1: Partition = { key: 'kafka/notify/1' };

export function series(model: string, engine: string, metric = 'rps', slot?: number, workflow = 'prices'): Series {
  return { workflow, model, slot, engine, metric };
}

export function point(of: Series, time: number, value: number, offset: number, span = 1, partition = P0): Point {
  return { kind: 'point', series: of, time, value, span, partition, offset };
}

export function state(of: Series, time: number, value: number, text: string, offset: number): StateChange {
  return { kind: 'state', series: of, time, value, text, partition: P0, offset };
}

export function mapping(time: number, engine: string, model: string, workflow = 'prices'): Mapping {
  return { kind: 'mapping', time, engine, engineName: undefined, workflow, model, asset: undefined };
}

export function batch(
  items: Batch['items'],
  positions: Array<[Partition, number]> = [],
  seen: Array<[string, number]> = []
): Batch {
  return { items, positions: new Map(positions), lastSeen: new Map(seen) };
}

export function question(changes: Partial<AggregateQuestion> = {}): AggregateQuestion {
  return {
    ...ALL,
    metric: 'rps',
    from: START,
    to: START + 3600 * SECOND,
    width: 10 * SECOND,
    over: 'avg',
    across: 'sum',
    by: ['model', 'slot'],
    ...changes,
  };
}

/** Series in an order of their names, since a store tells them in any. */
export function inOrder(all: readonly SeriesInfo[]): SeriesInfo[] {
  const key = ({ workflow, model, engine, metric, slot, monitor = '', feature = '' }: SeriesInfo): string =>
    [workflow, model, engine, metric, slot ?? '', monitor, feature].join('\n');
  return [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What a store told of time, as series of an answer: the buckets that points speak for. */
export function toldOf(found: readonly SpreadSeries[], width: number): AnswerSeries[] {
  return found.map(({ base, values: dense, ...identity }) => {
    const told = [...dense].flatMap((value, index) => (Number.isNaN(value) ? [] : [[base + index * width, value]]));
    return {
      ...identity,
      times: told.map(([time]) => time as number),
      values: told.map(([, value]) => value as number),
    };
  });
}
