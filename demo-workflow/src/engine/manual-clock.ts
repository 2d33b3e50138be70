import type { Clock } from './clock.js';

/** A clock that is set by hand: it stands still but for the microsecond that each reading takes. */
export class ManualClock implements Clock {
  #time: number;

  constructor(start = Date.UTC(2020, 0, 1) * 1000) {
    this.#time = start;
  }

  now(): number {
    return ++this.#time;
  }

  /** @param time in microseconds; a time that is over changes nothing */
  advanceTo(time: number): void {
    this.#time = Math.max(this.#time, time);
  }

  advance(seconds: number): void {
    this.#time += Math.round(seconds * 1e6);
  }
}
