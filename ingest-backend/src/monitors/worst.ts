import type { Offence } from './monitor.js';
import { MOST_OFFENCES } from './offences.js';

export type WorstJson = ReadonlyArray<readonly [extent: number, offence: Offence]>;

/** The records of a window that are furthest off, as many as the evidence of an alert holds. */
export class Worst {
  /** Furthest first; of equals the one that came first. */
  readonly #kept: Array<readonly [extent: number, offence: Offence]>;

  constructor(json: WorstJson = []) {
    this.#kept = [...json];
  }

  /** @param extent how far off it is, of which more is worse; taken where it is finite @param offence made only where it is kept */
  add(extent: number, offence: () => Offence): void {
    const last = this.#kept.at(-1);
    const full = this.#kept.length === MOST_OFFENCES;
    if (!Number.isFinite(extent) || (full && last !== undefined && extent <= last[0])) {
      return;
    }
    const place = this.#kept.findIndex(([other]) => extent > other);
    this.#kept.splice(place < 0 ? this.#kept.length : place, 0, [extent, offence()]);
    this.#kept.length = Math.min(this.#kept.length, MOST_OFFENCES);
  }

  get offences(): readonly Offence[] {
    return this.#kept.map(([, offence]) => offence);
  }

  toJSON(): WorstJson {
    return this.#kept;
  }
}
