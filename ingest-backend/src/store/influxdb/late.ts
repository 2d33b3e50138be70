import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { RECALLED } from '../store.js';
import { filter, source } from './connection.js';
import { escapeTag, nanos, textField } from './line.js';
import { decodeName, decodeText, encodeJson, encodeName } from './names.js';
import type { Place } from './place.js';

/**
 * Points lie in the order of their times, and most come in it. Which of an engine came last is to be told after a
 * restart all the same: those that came behind newer ones of their series are noted here, the last of each engine.
 */
export interface Late {
  /** Grows with each of the engine. */
  readonly number: number;
  readonly points: readonly LatePoint[];
}

export interface LatePoint {
  readonly metric: string;
  readonly slot: number | null;
  readonly time: Micros;
  readonly value: number;
  readonly span: number;
  readonly partition: string;
  readonly offset: number;
  /** Time of the series' newest point when it came. */
  readonly behind: Micros;
}

/** A ring: the place of a line is the number's rest. */
export function lateLine(engine: string, model: string, workflow: string, late: Late): string {
  const tags = Object.entries({ engine, model, workflow }).map(([tag, name]) => `${tag}=${escapeTag(encodeName(name))}`);
  const content = textField(encodeJson(late));
  return `late,${tags.join(',')} points=${content} ${nanos(0, late.number % RECALLED)}`;
}

/** By engine, in the order in which they came. */
export async function readLate({ connection, state }: Place): Promise<Map<string, Late[]>> {
  const found = new Map<string, Late[]>();
  const rows = filter(source(state, 0, 1), ['r._measurement == "late"']);
  await connection.read(flux`${rows} |> group()`, ({ column, value }) => {
    const engine = decodeName(column('engine') ?? '-');
    found.set(engine, [...(found.get(engine) ?? []), JSON.parse(decodeText(value)) as Late]);
  });
  found.forEach((all) => all.sort((a, b) => a.number - b.number));
  return found;
}
