/**
 * Times inside Pneumograph are whole microseconds since the epoch, kept in a
 * double: exact until the year 2255, and the resolution engines report with.
 */
export type Micros = number;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/**
 * Parses an ISO 8601 timestamp with up to nanosecond digits (cut to microseconds).
 * A timestamp without a zone is UTC, as engines mean it.
 * @returns microseconds since the epoch, or NaN where the text is no timestamp.
 */
export function parseTimestamp(text: string): Micros {
  // `YYYY-MM-DDTHH:MM:SS.ffffffZ` is what engines send: worth a path without a regular expression.
  if (text.length === 27 && text.charCodeAt(19) === 46 && text.charCodeAt(26) === 90) {
    const millis = Date.parse(text.substring(0, 23) + 'Z');
    const rest = Number(text.substring(23, 26));
    if (millis === millis && rest === rest) {
      return millis * 1000 + rest;
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
