import { createHash } from 'node:crypto';
import type { Micros } from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';
import type { StreamAddress } from '../streams/index.js';
import { Conditions, type ConditionsOptions, type ConditionsState } from './conditions.js';
import type { Definition } from './definition.js';
import { restored } from './settings.js';

/** What of an instance is kept over restarts. */
export interface Note {
  readonly state: unknown;
  readonly conditions: ConditionsState;
  /** What its alerts are told with, for when it is not there any more. */
  readonly options?: ConditionsOptions;
  /** Offset after what the state speaks of, of partitions whose position others hold back. */
  readonly begins?: Readonly<Record<string, number>>;
  /** Of an instance that looks at points, the newest time of any. */
  readonly newest?: Micros;
}

/** What the keys of notes begin with. */
export const NOTES = 'monitor ';

/**
 * Ends the alerts that an instance left open which is not there any more: its definition is gone or is another one, or
 * its stream is.
 */
export function endLeftOvers(text: string, emit: (alert: AlertChange) => void, time: Micros): void {
  const { options, conditions } = JSON.parse(text) as Note;
  if (options !== undefined) {
    new Conditions(options, emit, restored(conditions)).end(time, 'Its monitor was changed, retired or detached.');
  }
}

/** The key of an instance's note: a definition that changed is another monitor. */
export function noteKey({ name, kind, params }: Definition, attached: readonly StreamAddress[]): string {
  const streams = attached.map(({ workflow, model, slot }) => [workflow, model, slot]);
  const text = JSON.stringify([name, kind.name, params, streams]);
  return `${NOTES}${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
