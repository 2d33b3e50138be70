import type { Clock, Tap } from '../engine/index.js';

/** Bytes that an engine is said to have. */
const MEMORY = 90 * 2 ** 20;
/** Milliseconds of work that may wait: whoever sends more waits, as over a network. */
const MOST_OWED = 10_000;

/** What a simulated engine uses of its machine: each record costs so much computing, and one core does all of it. */
export class SimulatedSystem {
  #owed = 0;
  #at: number;

  constructor(private readonly clock: Clock) {
    this.#at = clock.now();
  }

  /** @param millis of computing that came up */
  work(millis: number): void {
    this.#owed = Math.min(MOST_OWED, this.#owed + millis);
  }

  taps(): Tap[] {
    return [
      { name: 'sys.cpu.utilization', kind: 'gauge', read: () => this.#utilization() },
      { name: 'sys.memory', kind: 'gauge', read: () => MEMORY },
    ];
  }

  /** Percent of a core since the last reading. */
  #utilization(): number {
    const now = this.clock.now();
    const elapsed = (now - this.#at) / 1000;
    this.#at = now;
    const done = Math.min(this.#owed, elapsed);
    this.#owed -= done;
    return elapsed > 0 ? (100 * done) / elapsed : 0;
  }
}
