import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { fieldPath } from '../features.js';
import { detectorOf } from './detectors.js';

export const DETECTORS = ['adwin', 'page-hinkley', 'kswin', 'ddm', 'eddm'] as const;

const PARAMETERS: Readonly<Record<(typeof DETECTORS)[number], readonly string[]>> = {
  adwin: ['delta', 'clock', 'maxBuckets', 'minWindow', 'gracePeriod'],
  'page-hinkley': ['minInstances', 'delta', 'threshold', 'alpha'],
  kswin: ['alpha', 'windowSize', 'statSize', 'seed'],
  ddm: ['warmStart', 'warningThreshold', 'driftThreshold'],
  eddm: ['warmStart', 'alpha', 'beta'],
};

/** Below it KSWIN would keep, copy and sort tens of thousands of values with each one. */
const LEAST_KSWIN_SHIFT = 0.25;

/** What a detector keeps grows with these. */
const LARGEST: Readonly<Record<string, number>> = { windowSize: 4000, maxBuckets: 1000 };

export const params = z
  .strictObject({
    /** The field that is followed, or several, each for itself; the record itself, if left out. */
    field: fieldPath.optional(),
    fields: z.array(fieldPath).min(1).max(100).optional(),
    /** Fields that ought to be equal: a difference is an error, which the detectors of errors follow. */
    errors: z.strictObject({ prediction: fieldPath, truth: fieldPath }).optional(),
    detector: z.enum(DETECTORS).default('adwin'),
    /** How many false alarms are borne in how much time. */
    falseAlarms: z.strictObject({ most: z.number().positive().default(1), per: duration.prefault('7d') }).prefault({}),
    /** The smallest change that shall be found soon, in standard deviations. */
    shift: z.number().min(0.01).max(100).optional(),
    /** How many of the first values tell how fast they come and how they scatter. */
    warmUp: z.int().min(30).max(1_000_000).default(500),
    /** The detector's own parameters, for who knows them, in place of those that follow from the budget. */
    expert: z.record(z.string(), z.number()).optional(),
  })
  .refine(({ field, fields, errors }) => [field, fields, errors].filter((said) => said !== undefined).length <= 1, {
    error: 'expected one of `field`, `fields` and `errors`',
  })
  .refine(({ detector, expert }) => detector !== 'eddm' || expert !== undefined, {
    path: ['detector'],
    error: 'expected `expert` parameters beside eddm, which has no budget of false alarms: see docs/statistics.md',
  })
  .refine(({ detector, shift }) => detector !== 'kswin' || shift === undefined || shift >= LEAST_KSWIN_SHIFT, {
    path: ['shift'],
    error: `expected at least ${LEAST_KSWIN_SHIFT} for kswin, whose windows grow with its inverse square`,
  })
  .check(({ value, issues }) => {
    const known = PARAMETERS[value.detector];
    for (const name of Object.keys(value.expert ?? {})) {
      if (!known.includes(name)) {
        issues.push({
          code: 'custom',
          input: value,
          path: ['expert', name],
          message: `expected one of ${known.join(', ')}`,
        });
      }
    }
    for (const [name, most] of Object.entries(LARGEST)) {
      const found = value.expert?.[name] ?? 0;
      if (found > most) {
        const message = `expected at most ${most}, found ${found}`;
        issues.push({ code: 'custom', input: value, path: ['expert', name], message });
      }
    }
    if (value.expert !== undefined && issues.length === 0) {
      try {
        detectorOf(value.detector, value.expert);
      } catch (error) {
        issues.push({ code: 'custom', input: value.expert, path: ['expert'], message: (error as Error).message });
      }
    }
  });

export type Params = z.infer<typeof params>;
