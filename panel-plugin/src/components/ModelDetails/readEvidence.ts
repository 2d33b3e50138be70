/** Lines of evidence that are shown; the alert's text says the essence. */
const LINES = 40;

/** A record that something was found in, as our alerts have them under `offences`. */
export interface Offence {
  /** Epoch milliseconds or ISO 8601. */
  time: number | string | undefined;
  /** Of the record's log, with a position in it. */
  place: string;
  /** What was wrong, and the record, as far as they are told. */
  what: string;
}

export interface Seen {
  /** A line each of what is named, as deep as it goes. */
  lines: Array<[key: string, value: string]>;
  offences: Offence[];
}

/** What evidence says: JSON by its names, anything else as one line. */
export function readEvidence(evidence: string): Seen {
  let parsed: unknown;
  try {
    parsed = JSON.parse(evidence);
  } catch {
    return { lines: [['', evidence]], offences: [] };
  }
  if (!isObject(parsed) || !Array.isArray(parsed.offences) || !parsed.offences.every(isObject)) {
    return { lines: linesOf(parsed), offences: [] };
  }
  const { offences, ...rest } = parsed;
  return { lines: Object.keys(rest).length === 0 ? [] : linesOf(rest), offences: parsed.offences.map(offenceOf) };
}

function offenceOf({ time, partition, offset, value, record }: Record<string, unknown>): Offence {
  return {
    time: typeof time === 'number' || typeof time === 'string' ? time : undefined,
    place: [partition, offset].filter((part) => part !== undefined).join(' '),
    what: [value, record]
      .filter((part) => part !== undefined && part !== null)
      .map(shown)
      .join(' · '),
  };
}

function linesOf(seen: unknown): Array<[key: string, value: string]> {
  const lines: Array<[string, string]> = [];
  const visit = (value: unknown, path: string) => {
    if (lines.length >= LINES) {
      return;
    }
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      const plain = Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null);
      if (plain) {
        lines.push([path, value.join(', ')]);
      } else {
        Object.entries(value).forEach(([key, one]) => visit(one, path === '' ? key : `${path}.${key}`));
      }
    } else {
      lines.push([path, shown(value)]);
    }
  };
  visit(seen, '');
  return lines;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
