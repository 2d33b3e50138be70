import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, PresenceLog, type Presence } from '../archive/index.js';
import { deadlineOf, silencesOf } from './silence.js';

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const SILENT_AFTER = 30 * SECOND;

/** The stretches of messages, given as their times and the seconds that each speaks for, as a store would keep them. */
function stretchesOf(messages: ReadonlyArray<readonly [time: number, delta: number]>): Presence[] {
  const ended: Presence[] = [];
  let open: Presence | undefined;
  for (const [time, delta] of messages) {
    const log = new PresenceLog();
    log.hear(time, delta);
    for (const stretch of log.take()) {
      open = open === undefined ? stretch : follow(open, stretch, (over) => ended.push(over));
    }
  }
  return [...ended, ...(open === undefined ? [] : [open])].sort((a, b) => a.from - b.from);
}

/** Times from one to another, so far apart. */
function every(interval: number, from: number, to: number): number[] {
  return Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, n) => from + n * interval);
}

const silent = (times: readonly number[]) => times.map((time) => [time, 0] as const);
const accounting = (times: readonly number[]) =>
  times.map((time, n) => [time, (time - (times[n - 1] ?? time)) / SECOND] as const);
const deadline = (messages: ReadonlyArray<readonly [number, number]>, silentAfter = SILENT_AFTER) =>
  deadlineOf(stretchesOf(messages), silentAfter);

describe('the deadline of an engine', () => {
  it('is three times its interval, whether its reports account for the time between or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3600 }), fc.integer({ min: 3, max: 200 }), (seconds, count) => {
        const times = every(seconds * SECOND, 0, (count - 1) * seconds * SECOND);
        const expected = Math.max(SILENT_AFTER, 3 * seconds * SECOND);
        expect(deadline(accounting(times))).toBe(expected);
        expect(deadline(silent(times))).toBe(expected);
      })
    );
  });

  it('is what the configuration says until something is learnt, and never less', () => {
    expect(deadline([])).toBe(SILENT_AFTER);
    expect(deadline(silent([0]))).toBe(SILENT_AFTER);
    expect(deadline(silent([0, HOUR]))).toBe(SILENT_AFTER);
    expect(deadline(silent(every(SECOND / 2, 0, MINUTE)), 10 * MINUTE)).toBe(10 * MINUTE);
    expect(deadline(silent(every(SECOND / 2, 0, MINUTE)), SECOND)).toBe(5 * SECOND);
  });

  it('is known from the first report that says what it speaks for', () => {
    expect(deadline([[0, 60]])).toBe(3 * MINUTE);
  });

  it('is a day at most, unless the configuration says more', () => {
    const times = every(20 * HOUR, 0, 200 * HOUR);
    expect(deadline(silent(times))).toBe(24 * HOUR);
    expect(deadline(silent(times), 48 * HOUR)).toBe(48 * HOUR);
  });

  it('allows for taps that take turns', () => {
    const times = every(MINUTE, 0, HOUR).flatMap((time) => [time, time + 10 * SECOND]);
    expect(deadline(silent(times))).toBe(150 * SECOND);
  });

  it('does not grow by outages: of an engine that reports all the time, of one that reports rarely', () => {
    const often = [
      ...every(SECOND, 0, 5 * MINUTE),
      ...every(SECOND, HOUR, HOUR + MINUTE),
      ...every(SECOND, 5 * HOUR, 5 * HOUR + MINUTE),
    ];
    expect(deadline(silent(often))).toBe(SILENT_AFTER);
    const rarely = [...every(MINUTE, 0, 10 * MINUTE), ...every(MINUTE, 3 * HOUR, 3 * HOUR + 10 * MINUTE)];
    expect(deadline(silent(rarely))).toBe(3 * MINUTE);
    // A process that hung for ten minutes of a day, and accounts for them afterwards.
    const hung = [...every(SECOND, 0, 5 * HOUR), ...every(SECOND, 5 * HOUR + 10 * MINUTE, 12 * HOUR)];
    expect(deadline(accounting(hung))).toBe(SILENT_AFTER);
  });

  it('grows with the rests of a sensor with a filter, which reports nothing for ten minutes of every hour', () => {
    const times = every(HOUR, 0, 10 * HOUR).flatMap((hour) => every(3 * SECOND, hour, hour + 50 * MINUTE));
    expect(deadline(accounting(times))).toBeGreaterThan(29 * MINUTE);
    expect(silencesOf({ born: 0, stretches: stretchesOf(accounting(times)) }, SILENT_AFTER, 0, 10 * HOUR)).toEqual([]);
  });
});

describe('silences', () => {
  const silences = (times: number[], since: number, end: number, born = Math.min(...times)) =>
    silencesOf(
      { born, stretches: stretchesOf(silent(times.filter((time) => time >= since))) },
      SILENT_AFTER,
      since,
      end
    );

  it('last from the deadline to the next sign of life, and to no end where there is none', () => {
    const times = [...every(SECOND, 0, MINUTE), ...every(SECOND, 5 * MINUTE, 6 * MINUTE)];
    const first = { from: 90 * SECOND, to: 5 * MINUTE };
    expect(silences(times, 0, 6 * MINUTE + 30 * SECOND)).toEqual([first]);
    expect(silences(times, 0, 7 * MINUTE)).toEqual([first, { from: 390 * SECOND, to: Infinity }]);
  });

  it('end before a report by the time that it speaks for', () => {
    const stretches = stretchesOf([
      [0, 0],
      [HOUR, 60],
    ]);
    expect(silencesOf({ born: 0, stretches }, SILENT_AFTER, 0, HOUR)).toEqual([
      { from: 30 * SECOND, to: HOUR - MINUTE },
    ]);
  });

  it('are not known of before the first sign of life', () => {
    expect(silences([HOUR], -HOUR, HOUR)).toEqual([]);
    expect(silences([HOUR], -HOUR, HOUR, -2 * HOUR)).toEqual([{ from: 30 * SECOND - HOUR, to: HOUR }]);
  });
});
