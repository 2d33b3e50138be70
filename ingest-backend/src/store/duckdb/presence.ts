import { BIGINT, LIST, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import { follow, type Batch, type Presence } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { PresenceHistory } from '../store.js';
import { appendRows } from './append.js';
import type { Readers } from './readers.js';

/** An engine with the number it goes by in the tables, and how it was heard of lately. */
export interface HeardRow {
  readonly id: number;
  readonly engine: string;
  /** The first time that it was ever heard of. */
  readonly born: Micros;
  /** The stretch that its next message may add to. */
  readonly open: Presence;
}

/** What a batch changes: engines that are new, engines that were heard of again, stretches that are over. */
export class HeardChange {
  readonly created = new Map<string, HeardRow>();
  readonly changed = new Map<string, HeardRow>();
  readonly ended: Array<{ id: number; stretch: Presence }> = [];

  constructor(
    private readonly known: ReadonlyMap<string, HeardRow>,
    { lastSeen = new Map(), heard = new Map() }: Batch
  ) {
    for (const [engine, stretches] of heard) {
      stretches.forEach((stretch) => this.#hear(wellFormed(engine), stretch));
    }
    for (const [engine, time] of lastSeen) {
      if (!heard.has(engine)) {
        this.#hear(wellFormed(engine), { from: time, first: time, to: time, rest: 0 });
      }
    }
  }

  get size(): number {
    return this.created.size + this.changed.size + this.ended.length;
  }

  /** Whether all that changed is that the open stretch goes on: so it is for nearly all engines in nearly all batches. */
  isLonger({ engine, born, open }: HeardRow): boolean {
    const known = this.known.get(engine);
    return (
      known !== undefined &&
      known.born === born &&
      known.open.from === open.from &&
      known.open.first === open.first &&
      known.open.rest === open.rest
    );
  }

  /** Makes it true in memory. */
  remember(known: Map<string, HeardRow>): void {
    for (const row of [...this.created.values(), ...this.changed.values()]) {
      known.set(row.engine, row);
    }
  }

  #hear(engine: string, heard: Presence): void {
    const stretch = whole(heard);
    const known = this.known.get(engine);
    const row = this.changed.get(engine) ?? this.created.get(engine) ?? known;
    if (row === undefined) {
      const id = this.known.size + this.created.size;
      this.created.set(engine, { id, engine, born: stretch.from, open: stretch });
      return;
    }
    const { id } = row;
    const open = follow(row.open, stretch, (over) => this.ended.push({ id, stretch: over }));
    const born = Math.min(row.born, stretch.from);
    if (open !== row.open || born !== row.born) {
      (known === undefined ? this.created : this.changed).set(engine, { id, engine, born, open });
    }
  }
}

export async function writeHeard(writer: DuckDBConnection, change: HeardChange): Promise<void> {
  const ended = change.ended.map(({ id, stretch }) => [id, ...columnsOf(stretch)]);
  await appendRows(writer, 'presence', [UINTEGER, BIGINT, BIGINT, BIGINT, BIGINT], ended);
  const created = [...change.created.values()].map(({ id, engine, born, open }) => [
    id,
    engine,
    BigInt(born),
    ...columnsOf(open),
  ]);
  await appendRows(writer, 'heard', [UINTEGER, VARCHAR, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT], created);
  const rows = [...change.changed.values()];
  const [longer, others] = [rows.filter((row) => change.isLonger(row)), rows.filter((row) => !change.isLonger(row))];
  await update(writer, longer, ['ends']);
  await update(writer, others, ['ends', 'born', 'begins', 'first', 'rest']);
}

const COLUMNS = {
  born: ({ born }: HeardRow) => born,
  begins: ({ open }: HeardRow) => open.from,
  first: ({ open }: HeardRow) => open.first,
  ends: ({ open }: HeardRow) => open.to,
  rest: ({ open }: HeardRow) => open.rest,
} as const;

async function update(
  writer: DuckDBConnection,
  rows: readonly HeardRow[],
  columns: ReadonlyArray<keyof typeof COLUMNS>
): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const lists = columns.map((name) => [name, listValue(rows.map((row) => BigInt(COLUMNS[name](row))))] as const);
  await writer.run(
    `UPDATE heard SET ${columns.map((name) => `${name} = news.${name}`).join(', ')}
     FROM (SELECT unnest($id) AS id, ${columns.map((name) => `unnest($${name}) AS ${name}`).join(', ')}) news
     WHERE heard.id = news.id`,
    { id: listValue(rows.map(({ id }) => id)), ...Object.fromEntries(lists) },
    { id: LIST(UINTEGER), ...Object.fromEntries(columns.map((name) => [name, LIST(BIGINT)])) }
  );
}

export async function loadHeard(connection: DuckDBConnection): Promise<Map<string, HeardRow>> {
  const reader = await connection.runAndReadAll(
    `SELECT id, engine, born::DOUBLE, begins::DOUBLE, first::DOUBLE, ends::DOUBLE, rest::DOUBLE FROM heard ORDER BY id`
  );
  const rows = reader.getRows() as Array<[number, string, ...number[]]>;
  return new Map(
    rows.map(([id, engine, born = 0, from = 0, first = 0, to = 0, rest = 0]) => [
      engine,
      { id, engine, born, open: { from, first, to, rest } },
    ])
  );
}

/** Stretches are a few hours long at most, or as long as one message says that it speaks for: old ones are passed over. */
const PRESENCE_SQL = `
  SELECT engine, begins::DOUBLE, first::DOUBLE, ends::DOUBLE, rest::DOUBLE
  FROM presence WHERE ends >= $from AND begins < $to AND (len($engines) = 0 OR list_contains($engines, engine))
  ORDER BY engine, begins, ends`;

export async function readPresence(
  readers: Readers,
  heard: ReadonlyMap<string, HeardRow>,
  engines: readonly string[],
  from: bigint,
  to: bigint
): Promise<ReadonlyMap<string, PresenceHistory>> {
  const asked = engines.map((engine) => heard.get(wellFormed(engine))).filter((row) => row !== undefined);
  if (engines.length > 0 && asked.length === 0) {
    return new Map();
  }
  // As of one moment: what a batch ends while the query runs is still open here.
  const rows = engines.length === 0 ? [...heard.values()] : asked;
  const [ids, begins, firsts, ends, rests] = (await readers.columns(
    PRESENCE_SQL,
    { engines: listValue(asked.map(({ id }) => id)), from, to },
    { engines: LIST(UINTEGER), from: BIGINT, to: BIGINT }
  )) as [number[], number[], number[], number[], number[]];
  const stretches = new Map<number, Presence[]>(rows.map(({ id }) => [id, []]));
  ids.forEach((id, row) =>
    stretches.get(id)?.push({
      from: begins[row] as number,
      first: firsts[row] as number,
      to: ends[row] as number,
      rest: rests[row] as number,
    })
  );
  return new Map(
    rows.map(({ id, engine, born, open }) => {
      const own = stretches.get(id) as Presence[];
      if (BigInt(open.to) >= from && BigInt(open.from) < to) {
        own.push(open);
        own.sort((a, b) => a.from - b.from || a.to - b.to);
      }
      return [engine, { born, stretches: own }];
    })
  );
}

function columnsOf({ from, first, to, rest }: Presence): bigint[] {
  return [from, first, to, rest].map(BigInt);
}

function whole({ from, first, to, rest }: Presence): Presence {
  return { from: Math.floor(from), first: Math.round(first), to: Math.round(to), rest: Math.round(rest) };
}
