import type { Micros } from '@pneumograph/contract';

interface Known {
  /** Of its newest state. */
  readonly since: Micros;
  readonly done: boolean;
}

/** What the keys of notes begin with. */
const NOTES = 'engine ';
/** Engines are remembered so many, those whose state changed last. */
const MOST = 20_000;

/**
 * Which engines are done, by the newest state that each told: states come in any order, and a late one changes nothing. All monitors
 * go by it, those too that were published after an engine finished.
 */
export class Engines {
  readonly #known: Map<string, Known>;
  readonly #dirty = new Set<string>();

  /** @param notes what `takeNotes` gave before a restart, among others */
  constructor(notes: ReadonlyMap<string, string>) {
    const own = [...notes].filter(([key, note]) => key.startsWith(NOTES) && note !== '');
    this.#known = new Map(own.map(([key, note]) => [key.slice(NOTES.length), JSON.parse(note) as Known]));
  }

  /** @returns whether that is the newest state of the engine */
  enter(engine: string, since: Micros, done: boolean): boolean {
    if (since < (this.#known.get(engine)?.since ?? -Infinity)) {
      return false;
    }
    this.#known.delete(engine);
    this.#known.set(engine, { since, done });
    this.#dirty.add(engine);
    const [oldest] = this.#known.size > MOST ? this.#known.keys() : [];
    if (oldest !== undefined) {
      this.#known.delete(oldest);
      this.#dirty.add(oldest);
    }
    return true;
  }

  isDone(engine: string): boolean {
    return this.#known.get(engine)?.done === true;
  }

  takeNotes(): Map<string, string> {
    const notes = [...this.#dirty].map((engine) => {
      const known = this.#known.get(engine);
      return [`${NOTES}${engine}`, known === undefined ? '' : JSON.stringify(known)] as const;
    });
    this.#dirty.clear();
    return new Map(notes);
  }
}
