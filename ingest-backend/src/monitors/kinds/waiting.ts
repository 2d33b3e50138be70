import type { Micros } from '@pneumograph/contract';

/** What waits has a place in log time. */
interface Timed {
  readonly time: Micros;
}

interface Entry<H> {
  readonly key: string;
  readonly half: H;
}

/** Records that wait for the other one of their key, in the order of log time; of one key the first comes first. */
export class Waiting<H extends Timed> {
  readonly #entries = new Set<Entry<H>>();
  readonly #byKey = new Map<string, Array<Entry<H>>>();

  constructor(state: ReadonlyArray<readonly [key: string, half: H]> = []) {
    state.forEach(([key, half]) => this.add(key, half));
  }

  add(key: string, half: H): void {
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
  first(key: string): H | undefined {
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
  before(time: Micros): H[] {
    return this.#giveUp((half) => half.time < time);
  }

  /** Gives up the oldest beyond a number. */
  beyond(most: number): H[] {
    return this.#giveUp(() => this.#entries.size > most);
  }

  toJSON(): ReadonlyArray<readonly [string, H]> {
    return Array.from(this.#entries, ({ key, half }) => [key, half]);
  }

  #giveUp(has: (half: H) => boolean): H[] {
    const given: H[] = [];
    for (const entry of this.#entries) {
      if (!has(entry.half)) {
        break;
      }
      this.#remove(entry);
      given.push(entry.half);
    }
    return given;
  }

  #remove(entry: Entry<H>): void {
    this.#entries.delete(entry);
    const others = this.#byKey.get(entry.key)?.filter((other) => other !== entry) ?? [];
    if (others.length === 0) {
      this.#byKey.delete(entry.key);
    } else {
      this.#byKey.set(entry.key, others);
    }
  }
}
