import type { Micros } from '@pneumograph/contract';
import type { z } from 'zod';
import type { Encoding } from './encoding.js';

/** A record on its way out of a model: the output slot, and the value before it is checked and encoded. */
export type Emission = readonly [slot: number, value: unknown];

/** What a model emits for one record, in order. */
export type Emissions = Iterable<Emission> | AsyncIterable<Emission>;

/** What an engine offers to the model that it runs. */
export interface ModelHost {
  /** Prints to the engine's console. */
  print(text: string): void;
  /** The engine's time in microseconds since the epoch; each reading is later than the one before. */
  now(): Micros;
}

/** Even slots are inputs, odd slots are outputs. */
export interface Slot {
  readonly slot: number;
  /** Name of the schema, for people. */
  readonly schemaName: string;
  readonly schema: z.ZodType;
  readonly encoding: Encoding;
  /** What the model does with a record; inputs only. The manifold has checked the datum against the schema. */
  readonly action?: (datum: never) => Emissions;
}

/** A model as an engine runs it. */
export interface Model {
  /** The asset: name and version of the model, whatever alias it runs under. */
  readonly asset: string;
  readonly slots: readonly Slot[];
  /** The model's code, as `GET /2/active/model` shows it. */
  readonly source: string;
  /**
   * Reads what the model needs to run, such as weights; called once, before anything else.
   * @throws Error where that is not there, or not fit
   */
  load?(): Promise<void>;
  /** Called before the first record. */
  begin?(host: ModelHost): void;
  /**
   * Makes each record cost at least so many milliseconds of computing, as on a slower machine; 0, what it costs
   * anyway. Only models whose work can be made dearer have it.
   */
  strain?(millis: number): void;
}

interface InputSlot<Schema extends z.ZodType> {
  slot: number;
  schemaName: string;
  schema: Schema;
  encoding: Encoding;
  action: (datum: z.infer<Schema>) => Emissions;
}

/** An input slot whose action takes what its schema lets through. */
export function input<Schema extends z.ZodType>(slot: InputSlot<Schema>): Slot {
  if (slot.slot % 2 !== 0) {
    throw new Error(`slot ${slot.slot} is odd: inputs are even`);
  }
  return slot;
}

export function output(slot: Omit<Slot, 'action'>): Slot {
  if (slot.slot % 2 !== 1) {
    throw new Error(`slot ${slot.slot} is even: outputs are odd`);
  }
  return slot;
}
