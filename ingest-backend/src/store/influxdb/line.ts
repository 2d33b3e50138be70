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

/**
 * Whole microseconds and what is left of the nanoseconds, of a time as InfluxDB writes it: RFC 3339 with up to nine
 * digits of a second.
 */
export function parseTime(text: string): { readonly micros: number; readonly rest: number } {
  const seconds = Date.parse(`${text.slice(0, 19)}Z`) * 1000;
  const fraction = text.slice(20, -1).padEnd(9, '0');
  return { micros: seconds + Number(fraction.slice(0, 6)), rest: Number(fraction.slice(6)) };
}
