import { parseTimestamp, type Micros } from '@pneumograph/contract';

/** An instant as records have it: ISO 8601, epoch seconds up to the year 5138, or milliseconds. Undefined where it is none. */
export function timeOf(value: unknown): Micros | undefined {
  if (typeof value === 'string') {
    const time = parseTimestamp(value);
    return Number.isFinite(time) ? time : undefined;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return undefined;
  }
  return Math.round(Math.abs(value) < 1e11 ? value * 1e6 : value * 1e3);
}
