import { z } from 'zod';
import { ALERT_SEVERITIES, ALERT_STATES } from './alerts.js';
import { messageContent } from './messages.js';

/** A record of the archive stream: one JSON object a line, on the archive topic and in log files. */
const identity = {
  time: z.iso.datetime({ precision: 6 }),
  workflow: z.string(),
  model: z.string(),
  engine: z.string(),
};

/**
 * The message that gave rise to the record, as `partition@offset` of the log that it was read from. With the kind, the
 * series (slot, metric, monitor, feature) and the time it tells the record from all others: of two records that agree in
 * these, one is a copy. Changes of alerts are told apart by `id` and `state`, mappings by all that they say.
 */
const origin = { origin: z.string().optional() };

/** What monitors add: which of them it is, and the field of the records that it is about. */
const monitored = { monitor: z.string().optional(), feature: z.string().optional() };

export const archivePoint = z
  .looseObject({
    kind: z.literal('point'),
    ...identity,
    ...origin,
    /** Even slots are inputs, odd slots outputs; absent where the metric has no slot. */
    slot: z.int().nonnegative().optional(),
    metric: z.string(),
    ...monitored,
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
    ...origin,
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

export const archiveAlert = z
  .looseObject({
    kind: z.literal('alert'),
    ...identity,
    ...origin,
    /** The tutorial's alert: the model's name, what is wrong, and how much. */
    src: z.string(),
    name: z.string(),
    value: z.number().optional(),
    /** The same for all steps of one alert. */
    id: z.string(),
    /** Of the step, from 1; with the id it tells the step from all others. Older versions had two steps, and no numbers. */
    number: z.int().positive().optional(),
    startsAt: z.iso.datetime({ precision: 6 }),
    state: z.enum(ALERT_STATES),
    severity: z.enum(ALERT_SEVERITIES),
    monitor: z.string(),
    slot: z.int().nonnegative().optional(),
    feature: z.string().optional(),
    /** A sentence with the values. */
    text: z.string(),
    /** What the monitor saw. */
    evidence: z.unknown().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    /** A dashboard that shows it. */
    link: z.string().optional(),
    /** Why the step came about, where that is not what the monitor saw. */
    reason: z.string().optional(),
  })
  .describe('A step of an alert: a condition that a monitor watches began to hold, holds no more, or cannot be told');

export const archiveProfile = z
  .looseObject({
    kind: z.literal('profile'),
    ...identity,
    ...origin,
    slot: z.int().nonnegative().optional(),
    metric: z.string(),
    ...monitored,
    /** Seconds that end at `time`. */
    span: z.number().nonnegative(),
    /** See `profileContent`. */
    content: z.unknown(),
  })
  .describe('A distribution of a field over a span of time');

export const archiveMessage = z
  .looseObject({
    kind: z.literal('message'),
    ...identity,
    ...origin,
    metric: z.string(),
    content: messageContent,
  })
  .describe('What an engine or its model wrote, for people to read');

export const archiveRecord = z.discriminatedUnion('kind', [
  archivePoint,
  archiveState,
  archiveMapping,
  archiveAlert,
  archiveProfile,
  archiveMessage,
]);

export type ArchivePoint = z.infer<typeof archivePoint>;
export type ArchiveState = z.infer<typeof archiveState>;
export type ArchiveMapping = z.infer<typeof archiveMapping>;
export type ArchiveAlert = z.infer<typeof archiveAlert>;
export type ArchiveProfile = z.infer<typeof archiveProfile>;
export type ArchiveMessage = z.infer<typeof archiveMessage>;
export type ArchiveRecord = z.infer<typeof archiveRecord>;
