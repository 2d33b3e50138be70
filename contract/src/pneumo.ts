import { z } from 'zod';
import { parseTimestamp } from './time.js';
import { stateCode } from './states.js';

/**
 * The messages of the Pneumo stream, as engines and SDKs really send them. Unknown fields are kept out of the
 * way, never an error: engines of different versions add their own.
 */

const timestamp = z.string().refine((text) => Number.isFinite(parseTimestamp(text)), {
  error: 'expected an ISO 8601 timestamp',
});
const src = z.string().min(1, { error: 'expected the id or name of an engine' });
const envelope = { src, timestamp };
const seconds = z.number().nonnegative();

export const sensorReport = z
  .looseObject({
    type: z.literal('sensor-report'),
    ...envelope,
    tap: z.string().min(1),
    /** Deployment id of the tap: changes when a sensor is installed again. */
    id: z.union([z.number(), z.string()]).nullish(),
    /** Seconds since the sensor's last report; may be 0. */
    delta_time: seconds.nullish(),
    /** The same as the Scala SDK spells it. */
    deltaTime: seconds.nullish(),
    /** A number, or an array of them that the sensor accumulated, at the taps that metrics come from; else anything. */
    data: z.unknown(),
  })
  .describe('A value that a sensor collected at a tap of an engine');

export const engineState = z
  .looseObject({
    type: z.literal('engine-state'),
    ...envelope,
    state: z.string().refine((text) => stateCode(text) !== undefined, {
      error: 'expected init, running, error, paused, finishing, finished or pigging',
    }),
  })
  .describe('An engine entered a state');

export const health = z.looseObject({
  type: z.literal('health'),
  ...envelope,
  instance: z.string(),
  health: z.string(),
});
export const log = z.looseObject({ type: z.literal('log'), ...envelope, level: z.number(), text: z.string() });
export const modelConsole = z.looseObject({ type: z.literal('model-console'), ...envelope, text: z.string() });
export const engineConfig = z.looseObject({
  type: z.literal('engine-config'),
  ...envelope,
  item: z.string(),
  op: z.string(),
  ref: z.unknown().optional(),
});
export const modelError = z.looseObject({
  type: z.literal('model-error'),
  ...envelope,
  input: z
    .looseObject({
      slot: z.number(),
      seqno: z.number(),
      data: z.array(z.unknown()),
      batch_len: z.number().optional(),
      batchLen: z.number().optional(),
      encoding: z.string().nullish(),
    })
    .nullish(),
  console: z.string().nullish(),
});
export const metadataEvent = z.looseObject({
  type: z.literal('metadata-event'),
  ...envelope,
  description: z.string(),
  elements: z.array(z.unknown()).optional(),
  tags: z.record(z.string(), z.unknown()).optional(),
});

/** Any message of a type that this version knows. */
export const pneumoMessage = z.discriminatedUnion('type', [
  sensorReport,
  engineState,
  health,
  log,
  modelConsole,
  engineConfig,
  modelError,
  metadataEvent,
]);

export type SensorReport = z.infer<typeof sensorReport>;
export type EngineStateMessage = z.infer<typeof engineState>;
export type PneumoMessage = z.infer<typeof pneumoMessage>;
export type PneumoType = PneumoMessage['type'];

/** Types that engines are documented to send; others are counted as unknown and skipped. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set<string>([
  'sensor-report',
  'engine-state',
  'health',
  'log',
  'model-console',
  'engine-config',
  'model-error',
  'metadata-event',
  'jet-status-report',
  'output-report',
  'rejected-data-report',
  'output-eof',
]);
