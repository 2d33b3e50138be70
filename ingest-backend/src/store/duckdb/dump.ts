import { type DuckDBListValue, type DuckDBConnection, type DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { MESSAGE_METRIC, type AlertSeverity, type AlertState } from '@pneumograph/contract';
import type { ArchiveItem, Partition, Point, Series, StateChange } from '../../archive/index.js';
import type { Rollup, RollupTier, StoredPart } from '../store.js';
import { Memory } from './memory.js';
import { ROLLUP_TIERS } from '../tiers/index.js';
import { tableOf } from './tiers/index.js';
import { whole } from './whole.js';

/** Items of a part, at the most. */
const PART = 10_000;
const NOTHING: StoredPart = { items: [], rollups: [], counted: [], positions: new Map() };

/** All that a file holds as of the moment that the first part is asked for. */
export async function* dump(instance: DuckDBInstance): AsyncGenerator<StoredPart> {
  const connection = await instance.connect();
  try {
    await connection.run('BEGIN');
    const memory = await Memory.load(connection);
    const names = new Names(memory);
    for (const tier of ROLLUP_TIERS) {
      yield* rollups(connection, names, tier, memory);
    }
    yield {
      ...NOTHING,
      items: [...memory.mappings],
      settled: memory.settled,
      notes: memory.notes,
    };
    yield* heard(connection, memory);
    yield* counted(connection, names);
    yield* items(connection, names);
    const positions = [...memory.partitions.values()].flatMap(({ id, position }) =>
      position === undefined ? [] : [[names.partition(id), position] as const]
    );
    yield { ...NOTHING, positions: new Map(positions) };
    await connection.run('COMMIT');
  } finally {
    connection.disconnectSync();
  }
}

/** Numbers of the tables as what they stand for, one object each. */
class Names {
  readonly #series = new Map<number, Series>();
  readonly #partitions = new Map<number, Partition>();

  constructor({ dictionary, partitions }: Memory) {
    for (const { id, ...series } of dictionary.all()) {
      this.#series.set(id, series);
    }
    for (const { id, key } of partitions.values()) {
      this.#partitions.set(id, { key });
    }
  }

  series(id: DuckDBValue): Series {
    return this.#series.get(id as number) as Series;
  }

  partition(id: DuckDBValue): Partition {
    return this.#partitions.get(id as number) as Partition;
  }
}

/** Rows in pieces. */
async function* rows(connection: DuckDBConnection, sql: string): AsyncGenerator<DuckDBValue[][]> {
  let piece: DuckDBValue[][] = [];
  for await (const some of (await connection.stream(sql)).yieldRows()) {
    piece.push(...some);
    if (piece.length >= PART) {
      yield piece;
      piece = [];
    }
  }
  if (piece.length > 0) {
    yield piece;
  }
}

/** Those of the time before raw points are kept; later ones are made of points again. */
async function* rollups(
  connection: DuckDBConnection,
  names: Names,
  tier: RollupTier,
  { tiers }: Memory
): AsyncGenerator<StoredPart> {
  const sql = `SELECT series, time::DOUBLE, count, sum, min, max, last, time::DOUBLE + last_at, span, weighted, share,
      covered, begins, ends, cells, counts
    FROM ${tableOf(tier)} WHERE time < ${whole(tiers.horizons.raw)}`;
  for await (const piece of rows(connection, sql)) {
    yield {
      ...NOTHING,
      rollups: piece.map((row): Rollup => {
        const [series, ...rest] = row;
        const [time, count, sum, min, max, last, lastTime, span, weighted, share, covered, begins, ends] =
          rest as number[];
        const [cells, counts] = (rest.slice(-2) as DuckDBListValue[]).map(({ items: list }) => list as number[]);
        const optional = (value: number | null | undefined): number | undefined => value ?? undefined;
        return {
          tier,
          series: names.series(series as number),
          time: time as number,
          count: count as number,
          sum: optional(sum),
          min: optional(min),
          max: optional(max),
          last: optional(last),
          lastTime: optional(lastTime),
          span: span as number,
          weighted: optional(weighted),
          share: optional(share),
          covered: covered as number,
          begins: optional(begins),
          ends: optional(ends),
          cells: cells as number[],
          counts: counts as number[],
        };
      }),
    };
  }
}

async function* heard(connection: DuckDBConnection, memory: Memory): AsyncGenerator<StoredPart> {
  const engines = new Map([...memory.heard.values()].map((row) => [row.id, row]));
  const sql = `SELECT engine, begins::DOUBLE, first::DOUBLE, ends::DOUBLE, rest::DOUBLE FROM presence
    ORDER BY ends, begins`;
  for await (const piece of rows(connection, sql)) {
    const stretches = new Map<string, Array<{ from: number; first: number; to: number; rest: number }>>();
    for (const [id, from, first, to, rest] of piece as number[][]) {
      const { engine = '' } = engines.get(id as number) ?? {};
      const stretch = { from: from as number, first: first as number, to: to as number, rest: rest as number };
      stretches.set(engine, [...(stretches.get(engine) ?? []), stretch]);
    }
    yield { ...NOTHING, heard: stretches };
  }
  yield { ...NOTHING, heard: new Map([...engines.values()].map(({ engine, open }) => [engine, [open]])) };
}

async function* counted(connection: DuckDBConnection, names: Names): AsyncGenerator<StoredPart> {
  const sql = 'SELECT series, time::DOUBLE, partition, "offset"::DOUBLE FROM counted';
  for await (const piece of rows(connection, sql)) {
    yield {
      ...NOTHING,
      counted: (piece as Array<[number, number, number, number]>).map(([id, time, partition, offset]) => ({
        ...{ series: names.series(id), time, partition: names.partition(partition), offset },
      })),
    };
  }
}

async function* items(connection: DuckDBConnection, names: Names): AsyncGenerator<StoredPart> {
  const texts = await textsOfStates(connection);
  const points = `SELECT series, time::DOUBLE, value, span, partition, "offset"::DOUBLE FROM points ORDER BY rowid`;
  for await (const piece of rows(connection, points)) {
    yield {
      ...NOTHING,
      items: piece.map((row): Point | StateChange => {
        const [id, time, value, span, partition, offset] = row as number[];
        const key = keyOf(id, time, partition, offset);
        const text = texts.get(id as number)?.get(key);
        texts.get(id as number)?.delete(key);
        const origin = { partition: names.partition(partition as number), offset: offset as number };
        const common = { series: names.series(id as number), time: time as number, value: value as number, ...origin };
        return text === undefined
          ? { kind: 'point', ...common, span: span as number }
          : { kind: 'state', ...common, text: text.text };
      }),
    };
  }
  // Of states that are older than the points that are kept.
  const rest = [...texts].flatMap(([id, states]) =>
    [...states.values()].map(({ time, code, text, partition, offset }): StateChange => ({
      ...{ kind: 'state', series: names.series(id), time, value: code, text },
      ...{ partition: names.partition(partition), offset },
    }))
  );
  for (let at = 0; at < rest.length; at += PART) {
    yield { ...NOTHING, items: rest.slice(at, at + PART) };
  }
  yield* profiles(connection, names);
  yield* alerts(connection, names);
}

interface StateText {
  readonly time: number;
  readonly code: number;
  readonly text: string;
  readonly partition: number;
  readonly offset: number;
}

/** States are points too, without their text. By series. */
async function textsOfStates(connection: DuckDBConnection): Promise<Map<number, Map<string, StateText>>> {
  const texts = new Map<number, Map<string, StateText>>();
  const sql = 'SELECT series, time::DOUBLE, code, text, partition, "offset"::DOUBLE FROM states ORDER BY rowid';
  for await (const piece of rows(connection, sql)) {
    for (const [id, time, code, text, partition, offset] of piece as Array<
      [number, number, number, string, number, number]
    >) {
      const own = texts.get(id) ?? new Map<string, StateText>();
      texts.set(id, own.set(keyOf(id, time, partition, offset), { time, code, text, partition, offset }));
    }
  }
  return texts;
}

function keyOf(...parts: unknown[]): string {
  return parts.join(' ');
}

async function* profiles(connection: DuckDBConnection, names: Names): AsyncGenerator<StoredPart> {
  const sql = 'SELECT series, time::DOUBLE, span, content, partition, "offset"::DOUBLE FROM profiles ORDER BY rowid';
  for await (const piece of rows(connection, sql)) {
    yield {
      ...NOTHING,
      items: piece.map((row): ArchiveItem => {
        const [id, time, span, content, partition, offset] = row as [number, number, number, string, number, number];
        const origin = { partition: names.partition(partition), offset };
        const of = names.series(id);
        return of.metric === MESSAGE_METRIC
          ? { kind: 'message', series: of, time, content, ...origin }
          : { kind: 'profile', series: of, time, span, content, ...origin };
      }),
    };
  }
}

async function* alerts(connection: DuckDBConnection, names: Names): AsyncGenerator<StoredPart> {
  const sql = `SELECT * REPLACE (time::DOUBLE AS time, starts_at::DOUBLE AS starts_at, "offset"::DOUBLE AS "offset")
    FROM alerts ORDER BY rowid`;
  for await (const objects of (await connection.stream(sql)).yieldRowObjects()) {
    yield {
      ...NOTHING,
      items: objects.map((row): ArchiveItem => {
        const text = (name: string): string => row[name] as string;
        const optional = <T>(name: string): T | undefined => (row[name] ?? undefined) as T | undefined;
        const labels = optional<string>('labels');
        return {
          kind: 'alert',
          id: text('id'),
          number: row['number'] as number,
          time: row['time'] as number,
          startsAt: row['starts_at'] as number,
          state: text('state') as AlertState,
          severity: text('severity') as AlertSeverity,
          monitor: text('monitor'),
          workflow: text('workflow'),
          model: text('model'),
          slot: optional('slot'),
          engine: text('engine'),
          feature: optional('feature'),
          name: text('name'),
          text: text('text'),
          value: optional('value'),
          evidence: optional('evidence'),
          ...(labels === undefined ? {} : { labels: JSON.parse(labels) as Record<string, string> }),
          link: optional('link'),
          reason: optional('reason'),
          partition: names.partition(row['partition'] as number),
          offset: row['offset'] as number,
        };
      }),
    };
  }
}
