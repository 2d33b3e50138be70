import type { Micros } from '@pneumograph/contract';
import type { Partition } from '../archive/index.js';

/** Reports of an engine that are remembered: of ten taps, the last dozen each. */
const REMEMBERED = 128;
/** Tap, time, content and origin. */
const WIDTH = 4;

/**
 * The last reports of an engine, to know a message that comes twice: a producer that was not told of its success sends
 * again, under a new offset. What came later than the last few is taken for a report of its own. All taps share one
 * ring: an engine sends the reports of its taps together, so that they lie side by side in memory.
 */
export class Recent {
  readonly #entries = new Float64Array(REMEMBERED * WIDTH);
  #at = 0;
  /** What came before a restart, until as much has come since. */
  #before: number[] = [];
  #since = 0;

  /** Remembers a report. The oldest is forgotten. */
  add(tap: number, time: Micros, content: number, origin: number): void {
    const entries = this.#entries;
    const at = this.#at;
    entries[at] = tap;
    entries[at + 1] = time;
    entries[at + 2] = content;
    entries[at + 3] = origin;
    this.#at = (at + WIDTH) % entries.length;
    if (this.#before.length > 0 && ++this.#since === REMEMBERED) {
      this.#before = [];
    }
  }

  /** Like `add`, of a report from before a restart: taps come one after the other, so the order says nothing. */
  restore(tap: number, time: Micros, content: number, origin: number): void {
    this.#before.push(tap, time, content, origin);
    this.#since = 0;
  }

  /** The origin of the same report, or undefined where it did not come before. */
  find(tap: number, time: Micros, content: number): number | undefined {
    const found = find(this.#entries, tap, time, content);
    return found === undefined && this.#before.length > 0 ? find(this.#before, tap, time, content) : found;
  }
}

function find(entries: ArrayLike<number>, tap: number, time: Micros, content: number): number | undefined {
  for (let at = 0; at < entries.length; at += WIDTH) {
    if (entries[at + 1] === time && entries[at] === tap && entries[at + 2] === content) {
      return entries[at + 3];
    }
  }
  return undefined;
}

/**
 * What tells reports of one moment apart, as a number. A span that the engine did not say is another than none.
 * @param value the last value, or the sum of counts
 */
export function contentOf(value: number, span: number | undefined): number {
  return value + (span ?? -1) * 0.618_033_988_749;
}

const numbers = new Map<string, number>();
/** Offsets are below this: bytes of a file, at the most. */
const OFFSETS = 2 ** 44;
let lastKey = '';
let lastBase = NaN;

/** The place of a message as a number. */
export function originOf({ key }: Partition, offset: number): number {
  // Messages come in runs of one partition.
  if (key !== lastKey || lastBase !== lastBase) {
    lastKey = key;
    lastBase = numberOf(key) * OFFSETS;
  }
  return lastBase + offset;
}

function numberOf(key: string): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}
