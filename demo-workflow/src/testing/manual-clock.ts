/** An engine's clock for tests: it stands still but for the microsecond that each reading takes. */
export class ManualClock {
  #time: number;

  constructor(start = Date.UTC(2020, 0, 1) * 1000) {
    this.#time = start;
  }

  now(): number {
    return ++this.#time;
  }

  advance(seconds: number): void {
    this.#time += Math.round(seconds * 1e6);
  }
}
