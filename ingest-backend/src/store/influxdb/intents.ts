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
  readonly #uncommitted: Set<string>;
  #number = 0;
  /** Lines that the rest of what others left open takes. */
  readonly #parts: number;

  private constructor(
    /** Each opening of a store has lines of its own. */
    private readonly writer: string,
    uncommitted: Iterable<string>,
    /** Whose notes are taken over, and how far those are. */
    private others: ReadonlyMap<string, number>
  ) {
    this.#uncommitted = new Set(uncommitted);
    this.#parts = Math.ceil(this.#uncommitted.size / KEYS);
  }

  /** What is new though it is there. */
  get uncommitted(): ReadonlySet<string> {
    return this.#uncommitted;
  }

  /** Lines to write, by one request, before anything of a batch is. */
  begin(keys: readonly string[]): string[] {
    return noteLines(this.writer, this.#number + 1, keys, 1);
  }

  /** Lines to write with the positions of a batch: it is complete, and of what others left open less is. */
  commitLines(keys: readonly string[]): string[] {
    const told = new Set(keys);
    const left = [...this.#uncommitted].filter((key) => !told.has(key));
    return [
      commitLine(this.writer, this.#number + 1),
      ...(left.length < this.#uncommitted.size ? noteLines(`${this.writer}.rest`, 1, left, this.#parts) : []),
      ...(left.length < this.#uncommitted.size
        ? [...this.others].map(([writer, number]) => commitLine(writer, number))
        : []),
    ];
  }

  committed(keys: readonly string[]): void {
    this.#number++;
    keys.forEach((key) => this.#uncommitted.delete(key));
  }

  /** Reads what is not committed; forgets what was noted long ago, by stores that were closed since. */
  static async load({ connection, state }: Place): Promise<Intents> {
    const committed = new Map<string, number>();
    const notes: Array<{ readonly writer: string; readonly content: string }> = [];
    const rows = (measurement: string) =>
      flux`${filter(source(state, 0, 1), [`r._measurement == "${measurement}"`])} |> group()`;
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
    const open = new Map<string, number>();
    const uncommitted = notes.flatMap(({ writer, content }) => {
      const [number, ...keys] = content.split(' ');
      if (Number(number) <= (committed.get(writer) ?? 0) || keys.length === 0) {
        return [];
      }
      open.set(writer, Number(number));
      return keys;
    });
    return new Intents(`${now.toString(36)}.${Math.random().toString(36).slice(2, 8)}`, uncommitted, open);
  }
}

/** Keys of a line. */
const KEYS = 2000;
const KEPT_MILLIS = 86_400_000;

/** @param least lines, so that none of what they overwrite is left */
function noteLines(writer: string, number: number, keys: readonly string[], least: number): string[] {
  return Array.from({ length: Math.max(least, Math.ceil(keys.length / KEYS)) }, (_, part) => {
    const content = textField([number, ...keys.slice(part * KEYS, (part + 1) * KEYS)].join(' '));
    return `intent,part=${part},writer=${writer} content=${content} 0`;
  });
}

function commitLine(writer: string, number: number): string {
  return `commit,writer=${writer} number=${integerField(number)} 0`;
}

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
