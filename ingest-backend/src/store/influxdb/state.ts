import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { follow, type Batch, type Mapping, type Presence } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { PresenceHistory } from '../store.js';
import { filter, isOneOf, source } from './connection.js';
import { escapeTag, integerField, nanos, textField } from './line.js';
import { decodeName, decodeText, encodeJson, encodeName, encodeText } from './names.js';
import { rangesOf } from './placing.js';
import type { Place } from './place.js';
import type { Row } from './rows.js';

/**
 * What is kept beside points: one line a key, all at the moment 0, which are overwritten. Lines of one moment lie in one
 * shard, which takes a request into its log as one entry: positions, settled times, notes and what was heard are of one
 * state at any time, since they are written by one request.
 */
const MOMENT = '0';

export interface PartitionState {
  readonly key: string;
  /** What points name it by: below 2^15. */
  readonly id: number;
  position: number | undefined;
}

export interface Heard {
  readonly born: Micros;
  /** The stretch that the engine's next message may add to. */
  readonly open: Presence;
}

const engineTag = (engine: string) => `engine=${escapeTag(encodeName(engine))}`;

export function partitionLine({ key, id, position }: PartitionState): string {
  const told = position === undefined ? '' : `,position=${integerField(position)}`;
  return `position,partition=${escapeTag(encodeName(key))} id=${integerField(id)}${told} ${MOMENT}`;
}

export function settledLine(engine: string, time: Micros): string {
  return `settled,${engineTag(engine)} settled=${integerField(time)} ${MOMENT}`;
}

export function noteLine(key: string, content: string): string {
  return `note,key=${escapeTag(encodeName(key))} content=${textField(encodeText(content))} ${MOMENT}`;
}

export function heardLine(engine: string, { born, open }: Heard): string {
  const numbers = { born, from: open.from, first: open.first, to: open.to, rest: open.rest };
  const fields = Object.entries(numbers).map(([name, value]) => `${name}=${integerField(value)}`);
  return `heard,${engineTag(engine)} ${fields.join(',')} ${MOMENT}`;
}

type Ended = readonly [engine: string, stretch: Presence];

/** Stretches lie at their ends. Of those of an engine that end together one holds the others: they are made one. */
export async function presenceLines(place: Place, ended: readonly Ended[]): Promise<string[]> {
  const known = new Map<string, Presence>();
  const join = (engine: string, { from, first, to, rest }: Presence): void => {
    const key = `${to} ${engine}`;
    const other = known.get(key) ?? { from, first, rest };
    known.set(key, {
      from: Math.min(from, other.from),
      first: Math.min(first, other.first),
      to,
      rest: Math.max(rest, other.rest),
    });
  };
  for (const [from, to] of rangesOf(ended.map(([, stretch]) => stretch.to))) {
    await readEnded(place, conditionsOf([...new Set(ended.map(([engine]) => engine))]), { from, to: to + 1 }, join);
  }
  ended.forEach(([engine, stretch]) => join(engine, stretch));
  return ended.map(([engine, stretch]) => {
    const { from, first, to, rest } = known.get(`${stretch.to} ${engine}`) ?? stretch;
    return `presence,${engineTag(engine)} stretch=${textField([from, first, rest].join(' '))} ${nanos(to)}`;
  });
}

async function readEnded(
  { connection, state }: Place,
  conditions: readonly string[],
  range: { readonly from: Micros; readonly to: Micros },
  take: (engine: string, stretch: Presence) => void
): Promise<void> {
  const rows = filter(source(state, range.from, range.to), ['r._measurement == "presence"', ...conditions]);
  await connection.read(flux`${rows} |> group()`, ({ micros, value, column }) => {
    const [from = 0, first = 0, rest = 0] = value.split(' ').map(Number);
    take(decodeName(column('engine') ?? '-'), { from, first, to: micros, rest });
  });
}

/** @param number of mappings of the engine so far: those of one moment stay in order */
export function mappingLine(mapping: Mapping, number: number): string {
  const content = textField(encodeJson(mapping));
  return `mapping,${engineTag(mapping.engine)} content=${content} ${nanos(mapping.time, number % 1000)}`;
}

/** Of longer lists all are read. */
const MOST_NAMES = 500;

/** Rows of a measurement at the moment 0, as fields by the value of a tag. */
async function keyed(
  { connection, state }: Place,
  measurement: string,
  tag: string,
  conditions: readonly string[] = []
): Promise<Map<string, Map<string, string>>> {
  const rows = filter(source(state, 0, 1), [isOneOf('_measurement', [measurement]), ...conditions]);
  const found = new Map<string, Map<string, string>>();
  await connection.read(flux`${rows} |> group()`, ({ column, value }) => {
    const key = decodeName(column(tag) ?? '-');
    const fields = found.get(key) ?? new Map<string, string>();
    found.set(key, fields.set(column('_field') ?? '', value));
  });
  return found;
}

const numberOf = (fields: ReadonlyMap<string, string>, name: string): number => Number(fields.get(name));

export async function readPartitions(place: Place): Promise<PartitionState[]> {
  const found = await keyed(place, 'position', 'partition');
  return [...found].map(([key, fields]) => ({
    ...{ key, id: numberOf(fields, 'id') },
    position: fields.has('position') ? numberOf(fields, 'position') : undefined,
  }));
}

export async function readSettled(place: Place): Promise<Map<string, Micros>> {
  const found = await keyed(place, 'settled', 'engine');
  return new Map([...found].map(([engine, fields]) => [engine, numberOf(fields, 'settled')]));
}

export async function readNotes(place: Place): Promise<Map<string, string>> {
  const found = await keyed(place, 'note', 'key');
  const notes = [...found].map(([key, fields]) => [key, decodeText(fields.get('content') ?? '')] as const);
  // An empty one forgets what was there before.
  return new Map(notes.filter(([, content]) => content !== ''));
}

/** How engines were heard of lately: these, or all where none is named. */
export async function readHeard(place: Place, engines: readonly string[]): Promise<Map<string, Heard>> {
  const found = await keyed(place, 'heard', 'engine', conditionsOf(engines));
  return new Map(
    [...found].map(([engine, fields]) => {
      const [born = 0, from = 0, first = 0, to = 0, rest = 0] = ['born', 'from', 'first', 'to', 'rest'].map((name) =>
        numberOf(fields, name)
      );
      return [engine, { born, open: { from, first, to, rest } }];
    })
  );
}

function conditionsOf(engines: readonly string[]): string[] {
  return engines.length === 0 || engines.length > MOST_NAMES ? [] : [isOneOf('engine', engines.map(encodeName))];
}

export async function readMappings({ connection, state }: Place): Promise<Mapping[]> {
  const rows = filter(source(state, -Infinity, Infinity), ['r._measurement == "mapping"']);
  const found: Array<{ readonly row: Pick<Row, 'micros' | 'rest'>; readonly mapping: Mapping }> = [];
  await connection.read(flux`${rows} |> group()`, ({ micros, rest, value }) =>
    found.push({ row: { micros, rest }, mapping: readMapping(value) })
  );
  found.sort(({ row: a }, { row: b }) => a.micros - b.micros || a.rest - b.rest);
  return found.map(({ mapping }) => mapping);
}

function readMapping(content: string): Mapping {
  const { time, engine, engineName, workflow, model, asset } = JSON.parse(decodeText(content)) as Mapping;
  return { kind: 'mapping', time, engine, engineName, workflow, model, asset };
}

/** When engines were heard of: these, or all that ever were where none is named. */
export async function readPresence(
  place: Place,
  engines: readonly string[],
  from: Micros,
  to: Micros
): Promise<ReadonlyMap<string, PresenceHistory>> {
  const names = engines.map(wellFormed);
  // What ends between the two reads is in both, never in none.
  const heard = await readHeard(place, names);
  const ended = new Map<string, Presence[]>();
  await readEnded(place, conditionsOf(names), { from, to: Infinity }, (engine, stretch) => {
    if (stretch.from < to) {
      ended.set(engine, [...(ended.get(engine) ?? []), stretch]);
    }
  });
  const asked = names.length === 0 ? undefined : new Set(names);
  return new Map(
    [...heard]
      .filter(([engine]) => asked?.has(engine) ?? true)
      .map(([engine, { born, open }]) => {
        const stretches = ended.get(engine) ?? [];
        if (open.to >= from && open.from < to) {
          stretches.push(open);
        }
        return [engine, { born, stretches: stretches.sort((a, b) => a.from - b.from || a.to - b.to) }];
      })
  );
}

/** What a batch says of engines. */
export interface HeardChange {
  readonly changed: Map<string, Heard>;
  readonly ended: Ended[];
}

export function hear(
  known: ReadonlyMap<string, Heard>,
  { lastSeen = new Map(), heard = new Map() }: Batch
): HeardChange {
  const changed = new Map<string, Heard>();
  const ended: Ended[] = [];
  const take = (name: string, told: Presence): void => {
    const [engine, stretch] = [wellFormed(name), wholePresence(told)];
    const before = changed.get(engine) ?? known.get(engine);
    if (before === undefined) {
      changed.set(engine, { born: stretch.from, open: stretch });
      return;
    }
    const open = follow(before.open, stretch, (over) => ended.push([engine, over]));
    const born = Math.min(before.born, stretch.from);
    if (open !== before.open || born !== before.born) {
      changed.set(engine, { born, open });
    }
  };
  for (const [engine, stretches] of heard) {
    stretches.forEach((stretch) => take(engine, stretch));
  }
  for (const [engine, time] of lastSeen) {
    if (!heard.has(engine)) {
      take(engine, { from: time, first: time, to: time, rest: 0 });
    }
  }
  return { changed, ended };
}

function wholePresence({ from, first, to, rest }: Presence): Presence {
  return { from: Math.floor(from), first: Math.round(first), to: Math.round(to), rest: Math.round(rest) };
}
