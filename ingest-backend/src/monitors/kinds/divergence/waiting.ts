import type { Micros } from '@pneumograph/contract';

/** One half of a pair. */
export interface Half {
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
  readonly value: number | string;
  readonly score?: number | undefined;
}

interface Entry {
  readonly key: string;
  readonly half: Half;
}

/** Records that wait for the other one of their key, in the order of log time; of one key the first comes first. */
export class Waiting {
  readonly #entries = new Set<Entry>();
  readonly #byKey = new Map<string, Entry[]>();

  constructor(state: ReadonlyArray<readonly [key: string, half: Half]> = []) {
    state.forEach(([key, half]) => this.add(key, half));
  }

  add(key: string, half: Half): void {
    const entry = { key, half };
    this.#entries.add(entry);
    const others = this.#byKey.get(key);
    if (others === undefined) {
      this.#byKey.set(key, [entry]);
    } else {
      others.push(entry);
    }
  }

  /** The oldest of a key. */
  first(key: string): Half | undefined {
    return this.#byKey.get(key)?.[0]?.half;
  }

  /** Takes away the oldest of a key. */
  shift(key: string): void {
    const [entry] = this.#byKey.get(key) ?? [];
    if (entry !== undefined) {
      this.#remove(entry);
    }
  }

  /** Gives up those before a time. */
  before(time: Micros): Half[] {
    return this.#giveUp((half) => half.time < time);
  }

  /** Gives up the oldest beyond a number. */
  beyond(most: number): Half[] {
    return this.#giveUp(() => this.#entries.size > most);
  }

  toJSON(): ReadonlyArray<readonly [string, Half]> {
    return Array.from(this.#entries, ({ key, half }) => [key, half]);
  }

  #giveUp(has: (half: Half) => boolean): Half[] {
    const given: Half[] = [];
    for (const entry of this.#entries) {
      if (!has(entry.half)) {
        break;
      }
      this.#remove(entry);
      given.push(entry.half);
    }
    return given;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry);
    const others = this.#byKey.get(entry.key)?.filter((other) => other !== entry) ?? [];
    if (others.length === 0) {
      this.#byKey.delete(entry.key);
    } else {
      this.#byKey.set(entry.key, others);
    }
  }
}
