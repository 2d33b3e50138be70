import type { Micros } from '@pneumograph/contract';

/** Milliseconds over which the quickest message is looked for. */
const WINDOW = 60_000;

/**
 * How far an engine's clock is from the one that stamps arrivals. A message is on its way for some time, so the one
 * that took the least says the most: what is left of its delay is the difference of the clocks. (The minimum filter of
 * NTP: Mills, "Internet Time Synchronization", RFC 5905 section 10.)
 */
export class Offset {
  #least = Infinity;
  #before = Infinity;
  #since = -Infinity;

  /** @param arrival log time in milliseconds */
  see(time: Micros, arrival: number): void {
    if (arrival - this.#since > WINDOW) {
      this.#before = arrival - this.#since > 2 * WINDOW ? Infinity : this.#least;
      this.#least = Infinity;
      this.#since = arrival;
    }
    const delay = arrival * 1000 - time;
    if (delay < this.#least) {
      this.#least = delay;
    }
  }

  /** Seconds that the engine's clock is ahead; negative where it is behind; undefined where nothing was heard. */
  get seconds(): number | undefined {
    const least = Math.min(this.#least, this.#before);
    return least === Infinity ? undefined : -least / 1e6;
  }
}
