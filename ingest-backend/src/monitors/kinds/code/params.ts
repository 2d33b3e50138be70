import { z } from 'zod';
import { duration, size } from '../../../config/index.js';

const address = z.strictObject({ workflow: z.string().optional(), model: z.string().min(1), slot: z.int().min(0) });

/** What every kind of monitors as code can be told. @param memory the limit, if none is said */
export function codeParams<const Ends extends readonly string[]>(ends: Ends, memory: string) {
  return {
    /** The file of the code, relative to the folder of the definition. */
    file: z.string().refine((name) => ends.some((end) => name.endsWith(end)), {
      error: `expected the name of a file that ends in ${ends.join(', ')}`,
    }),
    /** What `begin` is called with. */
    settings: z.record(z.string(), z.json()).default({}),
    /** The stream of each input slot of the code, where it joins several; else each attached stream has its own run. */
    inputs: z.record(z.string().regex(/^\d{1,3}$/, { error: 'expected a slot number' }), address).optional(),
    /** How long `action` may take for one record. */
    timeout: duration
      .refine((millis) => millis >= 100 && millis <= 3_600_000, { error: 'expected from 100ms to 1h' })
      .prefault('10s'),
    /** How long loading the code and `begin` may take. */
    startTimeout: duration
      .refine((millis) => millis >= 100 && millis <= 3_600_000, { error: 'expected from 100ms to 1h' })
      .prefault('1m'),
    memory: size.refine((bytes) => bytes >= 16 * 2 ** 20, { error: 'expected at least 16M' }).prefault(memory),
    /** Records that may wait for the code; beyond it the oldest are dropped. */
    queue: z.int().min(100).max(1_000_000).default(20_000),
  };
}

export interface CodeParams {
  readonly file: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, z.infer<typeof address>>> | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly startTimeout: number;
  /** Bytes. */
  readonly memory: number;
  readonly queue: number;
}

/** Code that joins streams runs once, other code once for each stream. */
export function joins({ inputs }: CodeParams): boolean {
  return inputs !== undefined;
}
