import { formatTimestamp } from '@pneumograph/contract';
import type { Finding, Offence } from './monitor.js';

export type OffencesState = ReadonlyArray<readonly [key: string, offences: readonly Offence[]]>;

/** So many are kept of each alert: the first ones. */
export const MOST_OFFENCES = 20;

const LONGEST_RECORD = 1000;

/** What each condition that holds was found in. */
export class Offences {
  readonly #found: Map<string, Offence[]>;

  constructor(state: OffencesState = []) {
    this.#found = new Map(state.map(([key, offences]) => [key, [...offences]]));
  }

  add({ key, time, origin: { partition, offset }, value, record, offences }: Finding): void {
    const found = this.#found.get(key) ?? [];
    if (offences !== undefined) {
      found.push(...offences.slice(0, MOST_OFFENCES - found.length));
      this.#found.set(key, found);
      return;
    }
    const last = found.at(-1);
    if (found.length < MOST_OFFENCES && (last?.offset !== offset || last.partition !== partition.key)) {
      const offence = { time, partition: partition.key, offset };
      found.push({
        ...offence,
        ...(value === undefined ? {} : { value }),
        ...(record === undefined ? {} : { record: short(record) }),
      });
      this.#found.set(key, found);
    }
  }

  of(key: string): readonly Offence[] {
    return this.#found.get(key) ?? [];
  }

  forget(key: string): void {
    this.#found.delete(key);
  }

  snapshot(): OffencesState {
    return [...this.#found];
  }
}

/** Evidence as JSON, with where it was found; times as ISO 8601. */
export function withOffences(evidence: unknown, offences: readonly Offence[]): string | undefined {
  if (offences.length === 0) {
    return evidence === undefined ? undefined : JSON.stringify(evidence);
  }
  const whole = typeof evidence === 'object' && evidence !== null && !Array.isArray(evidence);
  const told = offences.map((offence) => ({ ...offence, time: formatTimestamp(Math.round(offence.time)) }));
  const rest = whole ? evidence : evidence === undefined ? {} : { seen: evidence };
  return JSON.stringify({ ...rest, offences: told });
}

function short(record: unknown): unknown {
  const text = JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '';
  return text.length > LONGEST_RECORD
    ? `${text.slice(0, LONGEST_RECORD - 1)}…`
    : (JSON.parse(text || 'null') as unknown);
}
