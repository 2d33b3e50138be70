import { randomUUID } from 'node:crypto';
import { formatTimestamp, type LabelMatcher, type Silence } from '@pneumograph/contract';
import { match, type Labels } from './labels.js';

/** A silence as it is kept; times in epoch milliseconds. */
export interface KeptSilence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly comment: string;
}

export type NewSilence = Omit<KeptSilence, 'id'>;

/** The key of the note that holds all silences. */
export const SILENCES_NOTE = 'silences';
/** Silences that are over are shown for so long, as Alertmanager shows them. */
const SHOWN_MILLIS = 5 * 24 * 3_600_000;
export const MOST_SILENCES = 10_000;

/** What keeps notifications back for a while, as people asked for it. */
export class Silences {
  readonly #silences: Map<string, KeptSilence>;
  #dirty = false;

  constructor(notes: ReadonlyMap<string, string>) {
    const kept = JSON.parse(notes.get(SILENCES_NOTE) || '[]') as KeptSilence[];
    this.#silences = new Map(kept.map((silence) => [silence.id, silence]));
  }

  get size(): number {
    return this.#silences.size;
  }

  /** Keeps a silence; gives it an id where it has none. */
  add(silence: NewSilence | KeptSilence): KeptSilence {
    const kept = { id: randomUUID(), ...silence };
    this.#silences.set(kept.id, kept);
    this.#dirty = true;
    return kept;
  }

  /** Ends a silence now. @returns it, or undefined where there is none or it is over already */
  expire(id: string, now: number): KeptSilence | undefined {
    const silence = this.#silences.get(id);
    if (silence === undefined || silence.endsAt <= now) {
      return undefined;
    }
    const over = { ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now };
    this.#silences.set(id, over);
    this.#dirty = true;
    return over;
  }

  /** The silence that is in force on labels and lasts longest. */
  on(labels: Labels, now: number): KeptSilence | undefined {
    return [...this.#silences.values()]
      .filter(({ startsAt, endsAt, matchers }) => startsAt <= now && now < endsAt && match(labels, matchers))
      .sort((a, b) => b.endsAt - a.endsAt)[0];
  }

  /** Those that are in force or to come, and those that are over lately; the newest first. */
  list(now: number): Silence[] {
    return [...this.#silences.values()].sort((a, b) => b.startsAt - a.startsAt).map((silence) => shown(silence, now));
  }

  takeNotes(now: number): Map<string, string> {
    for (const { id, endsAt } of this.#silences.values()) {
      if (endsAt + SHOWN_MILLIS < now) {
        this.#silences.delete(id);
        this.#dirty = true;
      }
    }
    if (!this.#dirty) {
      return new Map();
    }
    this.#dirty = false;
    return new Map([[SILENCES_NOTE, JSON.stringify([...this.#silences.values()])]]);
  }
}

export function shown({ id, matchers, startsAt, endsAt, author, comment }: KeptSilence, now: number): Silence {
  const state = now < startsAt ? 'pending' : now < endsAt ? 'active' : 'expired';
  const [from, to] = [formatTimestamp(startsAt * 1000), formatTimestamp(endsAt * 1000)];
  return { id, matchers: [...matchers], startsAt: from, endsAt: to, author, comment, state };
}
