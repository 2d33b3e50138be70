import { z } from 'zod';

/** A record of the archive stream: one JSON object a line, on the archive topic and in log files. */
const identity = {
  time: z.iso.datetime({ precision: 6 }),
  workflow: z.string(),
  model: z.string(),
  engine: z.string(),
};

export const archivePoint = z
  .looseObject({
    kind: z.literal('point'),
    ...identity,
    /** Even slots are inputs, odd slots outputs; absent where the metric has no slot. */
    slot: z.int().nonnegative().optional(),
    metric: z.string(),
    value: z.number(),
    /** Seconds the value speaks for; 0 for an instant. */
    span: z.number().nonnegative(),
    /** The tutorial's dotted name: with `value` it makes the record a tagged-double. */
    name: z.string(),
  })
  .describe('A value of a metric');

export const archiveState = z
  .looseObject({
    kind: z.literal('state'),
    ...identity,
    /** Code of the state, see ENGINE_STATES. */
    value: z.int(),
    /** The state as the engine spelled it. */
    text: z.string(),
    name: z.string(),
  })
  .describe('An engine entered a state');

export const archiveMapping = z
  .looseObject({
    kind: z.literal('mapping'),
    ...identity,
    /** The model's asset, where known. */
    asset: z.string().optional(),
    /** The engine's name, where it has one beside its id. */
    engineName: z.string().optional(),
  })
  .describe(
    'An engine belongs to a model from `time` until its next mapping; while it runs none, its own id stands for the model'
  );

export const archiveRecord = z.discriminatedUnion('kind', [archivePoint, archiveState, archiveMapping]);

export type ArchivePoint = z.infer<typeof archivePoint>;
export type ArchiveState = z.infer<typeof archiveState>;
export type ArchiveMapping = z.infer<typeof archiveMapping>;
export type ArchiveRecord = z.infer<typeof archiveRecord>;
