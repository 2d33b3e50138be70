import { flux } from '@influxdata/influxdb-client';
import { filter, source } from './connection.js';
import { integerField, textField } from './line.js';
import type { Place } from './place.js';

/**
 * What a batch brings is told to further consumers before any of it is stored, and counts once its positions are. Killed
 * in between, points may be there that count as new all the same. So each batch first notes what it is about to write:
 * what is found later, and stands in a note whose batch never ended, is new.
 */
export class Intents {
  /** What is new though it is there. */
  readonly uncommitted: Set<string>;
  #number: number;

  private constructor(
    /** Each opening of a store has lines of its own. */
    private readonly writer: string,
    uncommitted: Iterable<string>
  ) {
    this.uncommitted = new Set(uncommitted);
    this.#number = 0;
  }

  /** Lines to write, by one request, before anything of a batch is. */
  begin(keys: readonly string[]): string[] {
    const parts: string[] = [];
    for (let at = 0; at < Math.max(keys.length, 1); at += KEYS) {
      const content = textField([this.#number + 1, ...keys.slice(at, at + KEYS)].join(' '));
      parts.push(`intent,part=${parts.length},writer=${this.writer} content=${content} 0`);
    }
    keys.forEach((key) => this.uncommitted.add(key));
    return parts;
  }

  /** The line to write with the positions. */
  commitLine(): string {
    return `commit,writer=${this.writer} number=${integerField(this.#number + 1)} 0`;
  }

  committed(): void {
    this.#number++;
    this.uncommitted.clear();
  }

  /** Reads what is not committed; forgets what was noted long ago, by stores that were closed since. */
  static async load({ connection, state }: Place): Promise<Intents> {
    const committed = new Map<string, number>();
    const notes: Array<{ readonly writer: string; readonly content: string }> = [];
    const rows = (measurement: string) => flux`${filter(source(state, 0, 1), [`r._measurement == "${measurement}"`])} |> group()`;
    await connection.read(rows('commit'), ({ column, value }) => {
      committed.set(column('writer') ?? '', Number(value));
    });
    await connection.read(rows('intent'), ({ column, value }) => {
      notes.push({ writer: column('writer') ?? '', content: value });
    });
    const now = Date.now();
    for (const writer of new Set([...committed.keys(), ...notes.map((note) => note.writer)])) {
      if (parseInt(writer, 36) < now - KEPT_MILLIS) {
        await connection.remove(state, `_measurement="intent" AND writer="${writer}"`);
        await connection.remove(state, `_measurement="commit" AND writer="${writer}"`);
      }
    }
    const open = notes.flatMap(({ writer, content }) => {
      const [number, ...keys] = content.split(' ');
      return Number(number) > (committed.get(writer) ?? 0) ? keys : [];
    });
    return new Intents(`${now.toString(36)}.${Math.random().toString(36).slice(2, 8)}`, open);
  }
}

/** Keys of a line. */
const KEYS = 2000;
const KEPT_MILLIS = 86_400_000;

/** Two hashes of 32 bits of what tells an item from others: nothing that is there is taken for something else. */
export function intentKey(text: string, ...numbers: readonly number[]): string {
  let [a, b] = hashes.get(text) ?? remember(text);
  for (const number of numbers) {
    for (const part of [number % 2 ** 32, Math.floor(number / 2 ** 32)]) {
      a = mix(a, part);
      b = mix(b, part);
    }
  }
  return (a >>> 0).toString(36) + '_' + (b >>> 0).toString(36);
}

/** Texts are keys of series, which come again and again. */
let hashes = new Map<string, readonly [number, number]>();
const MOST_HASHES = 200_000;

function remember(text: string): readonly [number, number] {
  if (hashes.size > MOST_HASHES) {
    hashes = new Map();
  }
  let [a, b] = [0x811c9dc5, 0x2f0b4a27];
  for (let at = 0; at < text.length; at++) {
    a = mix(a, text.charCodeAt(at));
    b = mix(b, text.charCodeAt(at) + 0x9e37);
  }
  hashes.set(text, [a, b]);
  return [a, b];
}

/** A round of MurmurHash3. */
function mix(hash: number, part: number): number {
  let k = Math.imul(part, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
