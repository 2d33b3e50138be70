import type { Micros } from '@pneumograph/contract';

/**
 * A stretch of time in which an engine was heard of without a break: each of its messages came within `UNBROKEN` of
 * the one before, or says itself, by its `delta_time`, that it speaks for the time since.
 */
export interface Presence {
  /** The earliest moment that its messages speak for. */
  readonly from: Micros;
  /** Time of its first message. */
  readonly first: Micros;
  /** Time of its last message. */
  readonly to: Micros;
  /** The longest time between two of its messages. */
  readonly rest: Micros;
}

/** Messages so close to each other leave no gap between them. */
export const UNBROKEN: Micros = 5e6;

/** A `delta_time` beyond a day is taken for a mistake: it would hide every silence before it. */
const LONGEST_ACCOUNT: Micros = 24 * 3600e6;

/** Gathers an engine's messages into stretches. They come in any order. */
export class PresenceLog {
  #stretches: Array<{ -readonly [Key in keyof Presence]: Presence[Key] }> = [];

  /**
   * Takes in one message.
   * @param delta seconds before it that it speaks for
   */
  hear(time: Micros, delta: number): void {
    const from = time - Math.min(delta * 1e6, LONGEST_ACCOUNT);
    for (let index = this.#stretches.length - 1; index >= 0; index--) {
      const stretch = this.#stretches[index];
      if (stretch !== undefined && from <= stretch.to + UNBROKEN && time >= stretch.from - UNBROKEN) {
        stretch.rest = Math.max(stretch.rest, time - stretch.to);
        stretch.from = Math.min(stretch.from, from);
        stretch.first = Math.min(stretch.first, time);
        stretch.to = Math.max(stretch.to, time);
        return;
      }
    }
    this.#stretches.push({ from, first: time, to: time, rest: 0 });
  }

  get empty(): boolean {
    return this.#stretches.length === 0;
  }

  /** Hands over what was gathered since the last call. */
  take(): readonly Presence[] {
    const taken = this.#stretches;
    this.#stretches = [];
    return taken;
  }
}

/** Longer stretches are cut, so that `rest` tells how an engine's habits change, and old ones need not be read. */
const LONGEST_STRETCH: Micros = 3 * 3600e6;

/**
 * Puts a stretch behind the one that was open.
 * @param ended takes what no later message will change
 * @returns the stretch that is open now
 */
export function follow(open: Presence, next: Presence, ended: (stretch: Presence) => void): Presence {
  if (next.from > open.to + UNBROKEN) {
    ended(open);
    return next;
  }
  if (next.to < open.from - UNBROKEN) {
    ended(next);
    return open;
  }
  const [from, first] = [Math.min(open.from, next.from), Math.min(open.first, next.first)];
  if (next.to <= open.to) {
    const known = from === open.from && first === open.first && next.rest <= open.rest;
    return known ? open : { from, first, to: open.to, rest: Math.max(open.rest, next.rest) };
  }
  const rest = Math.max(next.rest, next.first - open.to);
  if (open.to - open.from < LONGEST_STRETCH) {
    return { from, first, to: next.to, rest: Math.max(open.rest, rest) };
  }
  ended(open);
  return { from: Math.min(open.to, next.from), first: open.to, to: next.to, rest };
}
