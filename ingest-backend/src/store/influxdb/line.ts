/** Line protocol: see https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ */

/** Tag values and measurements have no line breaks and no backslashes left in them, see `encodeName`. */
export function escapeTag(encoded: string): string {
  return encoded.replace(/[,= ]/g, '\\$&');
}

export function escapeMeasurement(encoded: string): string {
  return encoded.replace(/[, ]/g, '\\$&');
}

export function textField(encoded: string): string {
  return `"${encoded.replace(/["\\]/g, '\\$&')}"`;
}

/** @param value finite */
export function floatField(value: number): string {
  return String(value);
}

/** @param value below 2^63, as a text where that is beyond what a number can hold */
export function integerField(value: number | string): string {
  return `${value}i`;
}

/** Nanoseconds of whole microseconds and a rest below 1,000: too many digits for a number. */
export function nanos(micros: number, rest = 0): string {
  if (micros >= 0 && rest >= 0) {
    return micros === 0 ? String(rest) : `${micros}${String(rest).padStart(3, '0')}`;
  }
  return String(BigInt(micros) * 1000n + BigInt(rest));
}

/** Most times are of the hour of the one before. */
const hour = { text: '', micros: NaN };
const ZERO = 48;

/**
 * Whole microseconds and what is left of the nanoseconds, of a time as InfluxDB writes it: RFC 3339 with up to nine
 * digits of a second. NaN where there is none.
 */
export function parseTime(text: string): { readonly micros: number; readonly rest: number } {
  if (text === '') {
    return { micros: NaN, rest: 0 };
  }
  if (!text.startsWith(hour.text) || hour.text === '') {
    hour.text = text.slice(0, 'YYYY-MM-DDTHH'.length);
    hour.micros = Date.parse(`${hour.text}:00Z`) * 1000;
  }
  const digit = (at: number): number => text.charCodeAt(at) - ZERO;
  const minutes = digit(14) * 10 + digit(15);
  const seconds = digit(17) * 10 + digit(18);
  let nanoseconds = 0;
  for (let place = 20; place < 29; place++) {
    // The last of them is Z, and those that are zero are left out.
    nanoseconds = nanoseconds * 10 + (place < text.length - 1 ? digit(place) : 0);
  }
  const rest = nanoseconds % 1000;
  return { micros: hour.micros + minutes * 60e6 + seconds * 1e6 + (nanoseconds - rest) / 1000, rest };
}
