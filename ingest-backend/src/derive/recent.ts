import type { Micros } from '@pneumograph/contract';
import type { Partition } from '../archive/index.js';

const REMEMBERED = 16;
/** Time, content and origin. */
const WIDTH = 3;

/**
 * The last reports of one tap, to know a message that comes twice: a producer that was not told of its success sends
 * again, under a new offset. What came later than the last few is taken for a report of its own. A message that is
 * read again after a restart has the origin that it had: it is no second one.
 */
export class Recent {
  /** The oldest entry is overwritten. */
  readonly #entries: number[] = [];
  #at = 0;
  #newest: Micros = -Infinity;

  /** Remembers a report. @returns false where it came before, from another origin */
  add(time: Micros, content: number, origin: number): boolean {
    const entries = this.#entries;
    if (time > this.#newest) {
      this.#newest = time;
    } else {
      for (let index = 0; index < entries.length; index += WIDTH) {
        if (entries[index] === time && entries[index + 1] === content) {
          return entries[index + 2] === origin;
        }
      }
    }
    const at = this.#at;
    entries[at] = time;
    entries[at + 1] = content;
    entries[at + 2] = origin;
    this.#at = (at + WIDTH) % (WIDTH * REMEMBERED);
    return true;
  }
}

/**
 * What tells reports of one moment apart, as a number. A span that the engine did not say counts as none.
 * @param value the last value, or the sum of counts
 */
export function contentOf(value: number, span: number | undefined): number {
  return value + (span ?? 0) * 0.618_033_988_749;
}

const numbers = new Map<string, number>();
/** Offsets are below this: bytes of a file, at the most. */
const OFFSETS = 2 ** 44;

/** The place of a message as a number. */
export function originOf({ key }: Partition, offset: number): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number * OFFSETS + offset;
}
