import type { Micros } from '@pneumograph/contract';

/** What an engine reads times from: whole microseconds since the epoch, each reading later than the one before. */
export interface Clock {
  now(): Micros;
}

/** Microseconds by which the two clocks of the machine may differ before the precise one is set anew. */
const TOLERANCE = 50_000;

/**
 * The machine's time in microseconds. The wall clock alone has milliseconds only; the precise clock alone stands
 * still while a laptop sleeps. So the precise one counts, and follows the wall clock when they drift apart.
 * Readings never repeat: two reports of one tap must have an order in time.
 */
export function systemClock(
  wall: () => number = Date.now,
  precise: () => number = performance.now.bind(performance)
): Clock {
  let offset = wall() * 1000 - Math.round(precise() * 1000);
  let last = -Infinity;
  return {
    now() {
      let time = Math.round(precise() * 1000) + offset;
      const drift = wall() * 1000 - time;
      if (Math.abs(drift) > TOLERANCE) {
        offset += drift;
        time += drift;
      }
      last = Math.max(time, last + 1);
      return last;
    },
  };
}
