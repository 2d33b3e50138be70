import type { Micros } from '@pneumograph/contract';
import type { StreamAddress } from '../../streams/index.js';
import { isStream } from './key.js';

/** Up to which log time all records of several streams have come. */
export class Reached {
  readonly #times: Micros[];

  constructor(
    private readonly streams: readonly StreamAddress[],
    state: ReadonlyArray<Micros | null> = []
  ) {
    this.#times = streams.map((_, index) => state[index] ?? -Infinity);
  }

  /** A record of this time came, and none of an earlier one is to come. */
  set(stream: StreamAddress, time: Micros): void {
    const index = this.streams.findIndex((one) => isStream(one, stream));
    if (index >= 0 && time > (this.#times[index] as Micros)) {
      this.#times[index] = time;
    }
  }

  /** Of one of the streams, by its place in the list. */
  of(index: number): Micros {
    return this.#times[index] ?? -Infinity;
  }

  /** Of all. */
  get all(): Micros {
    return Math.min(...this.#times);
  }

  toJSON(): Array<Micros | null> {
    return this.#times.map((time) => (Number.isFinite(time) ? time : null));
  }
}
