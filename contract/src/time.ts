/**
 * Times inside Pneumograph are whole microseconds since the epoch, kept in a
 * double: exact until the year 2255, and the resolution engines report with.
 */
export type Micros = number;

const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/**
 * Parses an ISO 8601 timestamp with up to nanosecond digits (cut to microseconds).
 * A timestamp without a zone is UTC, as engines mean it.
 * @returns microseconds since the epoch, or NaN where the text is no timestamp.
 */
export function parseTimestamp(text: string): Micros {
  // `YYYY-MM-DDTHH:MM:SS.ffffffZ` is what engines send: worth a way without expressions and parts of strings.
  if (text.length === 27) {
    const time = parseExact(text);
    if (time === time) {
      return time;
    }
  }
  const match = ISO.exec(text);
  if (match === null) {
    return NaN;
  }
  const [, year, month, day, hour, minute, second, fraction = '', , sign, zoneHours, zoneMinutes] = match;
  const seconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const zone = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return (seconds - zone * 60_000) * 1000 + Number((fraction + '000000').slice(0, 6));
}

/** Formats microseconds since the epoch as ISO 8601 in UTC with six fraction digits. */
export function formatTimestamp(time: Micros): string {
  const millis = Math.floor(time / 1000);
  const rest = time - millis * 1000;
  return new Date(millis).toISOString().slice(0, 23) + String(rest).padStart(3, '0') + 'Z';
}

/** Reads `YYYY-MM-DDTHH:MM:SS.ffffffZ`, or gives NaN for any other form. */
function parseExact(text: string): Micros {
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(10) !== T ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    text.charCodeAt(19) !== DOT ||
    text.charCodeAt(26) !== Z
  ) {
    return NaN;
  }
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  const micros = digits(text, 20) * 10_000 + digits(text, 22) * 100 + digits(text, 24);
  const dated = year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  const timed = hour <= 23 && minute <= 59 && second <= 59 && micros <= 999_999;
  // The last days of a month are left to the general way: it knows how long months are.
  if (!dated || !timed) {
    return NaN;
  }
  return ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60e6 + second * 1e6 + micros;
}

const [DASH, DOT, COLON, T, Z, ZERO] = [45, 46, 58, 84, 90, 48];

/** Two digits as a number; where they are none, a number beyond every range. A whole number throughout: NaN is slow. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1_000_000;
}

/** Days from 1970-01-01, by the proleptic Gregorian calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
