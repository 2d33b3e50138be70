import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { filter, isOneOf, source } from './connection.js';
import type { KnownSeries } from './memory.js';
import { encodeMeasurement, encodeName } from './names.js';
import type { Place } from './place.js';
import { keyOf, seriesOf } from './series.js';

/**
 * A point is what InfluxDB takes for the same where series and nanosecond are the same. Times here are microseconds, so
 * that a thousand points of a series fit into each. Which of them a point gets follows from the offset of its message:
 * written again it overwrites itself. Points of one microsecond that would get the same, are set apart in the order of
 * their offsets; for that, and to know a point that comes again, what lies in its microsecond is looked up. Only a point
 * that is newer than all of its series needs no looking up: nothing can be there.
 */
export interface Origin {
  readonly offset: number;
  /** Number of the partition. */
  readonly partition: number;
}

interface Occupant extends Origin {
  readonly rest: number;
}

/** Where a point goes. */
export interface Placed {
  readonly time: Micros;
  readonly rest: number;
  /** Whether others are in its microsecond. */
  readonly shared: boolean;
}

const RESTS = 1000;
/** Offsets count round below this: the rest is room for what follows where a round begins anew. */
const ROUND = 500;
const PARTITIONS = 2 ** 15;

/** The message of a point as one integer, below 2^63 while offsets are below 2^48; ordered by offset. */
export function originText({ offset, partition }: Origin): string {
  const whole = offset * PARTITIONS + partition;
  return Number.isSafeInteger(whole) ? String(whole) : String(BigInt(offset) * BigInt(PARTITIONS) + BigInt(partition));
}

export function readOrigin(text: string): Origin {
  const whole = Number(text);
  if (Number.isSafeInteger(whole)) {
    return { offset: Math.floor(whole / PARTITIONS), partition: whole % PARTITIONS };
  }
  return { offset: Number(BigInt(text) / BigInt(PARTITIONS)), partition: Number(BigInt(text) % BigInt(PARTITIONS)) };
}

/** What lies in the microseconds that points are to be written to. */
export class Occupied {
  readonly #there = new Map<string, Occupant[]>();

  /** Prepares to know what is in a microsecond. */
  watch({ key }: KnownSeries, time: Micros): void {
    const place = `${time} ${key}`;
    if (!this.#there.has(place)) {
      this.#there.set(place, []);
    }
  }

  note(key: string, time: Micros, occupant: Occupant): void {
    this.#there.get(`${time} ${key}`)?.push(occupant);
  }

  /**
   * Finds a place for a point.
   * @returns its nanoseconds and whether others share its microsecond; or undefined where it is there already
   */
  place({ key }: KnownSeries, time: Micros, origin: Origin): Placed | undefined {
    const there = this.#there.get(`${time} ${key}`);
    if (there === undefined) {
      return { time, rest: origin.offset % ROUND, shared: false };
    }
    if (there.some(({ offset, partition }) => offset === origin.offset && partition === origin.partition)) {
      return undefined;
    }
    const rest = restAmong(there, origin);
    if (rest === undefined) {
      // A clock that stands still: a microsecond is nothing against that.
      return { time: time + 1, rest: origin.offset % ROUND, shared: true };
    }
    const shared = there.length > 0;
    there.push({ ...origin, rest });
    return { time, rest, shared };
  }
}

/** A free rest between those of messages before and behind; any other where there is none; undefined where all are taken. */
function restAmong(there: readonly Occupant[], { offset, partition }: Origin): number | undefined {
  let [low, high] = [-1, RESTS];
  for (const other of there) {
    if (other.offset < offset || (other.offset === offset && other.partition < partition)) {
      low = Math.max(low, other.rest);
    } else {
      high = Math.min(high, other.rest);
    }
  }
  const own = offset % ROUND;
  if (low < own && own < high) {
    return own;
  }
  if (low + 1 < high) {
    return own <= low ? low + 1 : high - 1;
  }
  const taken = new Set(there.map(({ rest }) => rest));
  return Array.from({ length: RESTS }, (_, rest) => rest).find((rest) => !taken.has(rest));
}

export interface Wanted {
  readonly series: KnownSeries;
  readonly time: Micros;
}

/** Ranges of time that are asked for at once are this many at the most; what lies between is read and left. */
const RANGES = 32;
const CLOSE: Micros = 1e6;

/** Looks up what lies in the microseconds of points. */
export async function lookUp(
  { connection, data, layout }: Place,
  wanted: readonly Wanted[],
  occupied: Occupied
): Promise<void> {
  wanted.forEach(({ series, time }) => occupied.watch(series, time));
  if (wanted.length === 0) {
    return;
  }
  const metrics = [...new Set(wanted.map(({ series }) => series.info.metric))];
  const engines = [...new Set(wanted.map(({ series }) => series.info.engine))];
  for (const [from, to] of rangesOf(wanted.map(({ time }) => time))) {
    const rows = filter(source(data, from, to + 1), [
      layout === 'dotted'
        ? isOneOf('metric', metrics.map(encodeName))
        : isOneOf('_measurement', metrics.map(encodeMeasurement)),
      engines.length > RANGES ? undefined : isOneOf('engine', engines.map(encodeName)),
      'r._field == "origin"',
    ]);
    let [table, key]: [unknown, string] = [undefined, ''];
    await connection.read(flux`${rows} |> drop(columns: ["_start", "_stop"])`, (row) => {
      if (row.table !== table) {
        [table, key] = [row.table, keyOf(seriesOf(row.column, layout))];
      }
      occupied.note(key, row.micros, { ...readOrigin(row.value), rest: row.rest });
    });
  }
}

/** Closed ranges that hold all of some times. */
export function rangesOf(times: readonly Micros[]): Array<[Micros, Micros]> {
  const sorted = [...times].sort((a, b) => a - b);
  for (let gap = CLOSE; ; gap *= 4) {
    const ranges: Array<[Micros, Micros]> = [];
    for (const time of sorted) {
      const last = ranges.at(-1);
      if (last !== undefined && time - last[1] <= gap) {
        last[1] = time;
      } else {
        ranges.push([time, time]);
      }
    }
    if (ranges.length <= RANGES) {
      return ranges;
    }
  }
}
