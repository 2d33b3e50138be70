import { createHash } from 'node:crypto';
import { formatTimestamp, parseTimestamp, type ArchiveRecord, type Micros } from '@pneumograph/contract';

const HOUR: Micros = 3600e6;
/** Records that come twice come shortly after each other: a write that failed is done again at once. */
const REMEMBERED = 200_000;

/** How many records there are, and the sum of their hashes: the same in any order. */
export interface Count {
  records: number;
  high: number;
  low: number;
}

/**
 * Counts and checksums of records by the hour of their time. Points and states are summed without the names of workflow,
 * model and engine, which a store may give them afterwards; everything is summed as it was written, too.
 */
export class Tally {
  /** By start of the hour. */
  readonly points = new Map<Micros, Count>();
  readonly all = new Map<Micros, Count>();
  /** Records that came twice. */
  copies = 0;
  #known = new Set<string>();
  #before = new Set<string>();

  constructor(
    readonly name: string,
    private readonly range: { readonly from: Micros; readonly to: Micros }
  ) {}

  /** @param text a record of the archive stream */
  add(text: string): void {
    const record = JSON.parse(text) as ArchiveRecord;
    const time = parseTimestamp(record.time);
    const digest = hash(text);
    if (time < this.range.from || time >= this.range.to || this.#isCopy(digest)) {
      return;
    }
    const hour = Math.floor(time / HOUR) * HOUR;
    count(this.all, hour, digest);
    if (record.kind === 'point' || record.kind === 'state') {
      count(this.points, hour, hash(withoutNames(record)));
    }
  }

  #isCopy(digest: Buffer): boolean {
    const key = digest.toString('latin1');
    if (this.#known.has(key) || this.#before.has(key)) {
      this.copies++;
      return true;
    }
    if (this.#known.size >= REMEMBERED) {
      [this.#before, this.#known] = [this.#known, new Set()];
    }
    this.#known.add(key);
    return false;
  }
}

function withoutNames(record: Extract<ArchiveRecord, { kind: 'point' | 'state' }>): string {
  const { time, value, origin } = record;
  const point = record.kind === 'point';
  const [metric, span] = point ? [record.metric, record.span] : ['engine.status', 0];
  const [slot, monitor, feature] = point ? [record.slot, record.monitor, record.feature] : [];
  return JSON.stringify([metric, slot ?? null, monitor ?? null, feature ?? null, time, value, span, origin]);
}

function hash(text: string): Buffer {
  return createHash('sha1').update(text).digest().subarray(0, 8);
}

function count(hours: Map<Micros, Count>, hour: Micros, digest: Buffer): void {
  const known = hours.get(hour) ?? { records: 0, high: 0, low: 0 };
  known.records++;
  known.high = (known.high + digest.readUInt32BE(0)) >>> 0;
  known.low = (known.low + digest.readUInt32BE(4)) >>> 0;
  hours.set(hour, known);
}

/**
 * Where one differs from the other, hour by hour, in words.
 * @param reference what is believed
 */
export function compare(of: 'points' | 'all', reference: Tally, tally: Tally): string[] {
  const [expected, found] = [reference[of], tally[of]];
  const hours = [...new Set([...expected.keys(), ...found.keys()])].sort((a, b) => a - b);
  return hours.flatMap((hour) => {
    const [one, other] = [expected.get(hour), found.get(hour)];
    if (one?.records === other?.records && one?.high === other?.high && one?.low === other?.low) {
      return [];
    }
    const what = of === 'points' ? 'points and states' : 'records';
    const amounts = `expected ${one?.records ?? 0} ${what} as in ${reference.name}, found ${other?.records ?? 0}`;
    const contents = one?.records === other?.records ? ' with other contents' : '';
    return [`${formatTimestamp(hour).slice(0, 13)}:00Z  ${tally.name}: ${amounts}${contents}`];
  });
}
