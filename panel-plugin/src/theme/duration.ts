const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in words: `45 s`, `3 min`, `2.5 h`, `4 d`. */
export function lengthOf(millis: number): string {
  const [unit, size] =
    millis < MINUTE ? ['s', 1000] : millis < HOUR ? ['min', MINUTE] : millis < 2 * DAY ? ['h', HOUR] : ['d', DAY];
  return `${Number((millis / (size as number)).toPrecision(2))} ${unit}`;
}
