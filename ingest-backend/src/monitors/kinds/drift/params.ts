import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { fieldPath } from '../features.js';

export const DETECTORS = ['adwin', 'page-hinkley', 'kswin', 'ddm', 'eddm'] as const;

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
  });

const PARAMETERS: Readonly<Record<(typeof DETECTORS)[number], readonly string[]>> = {
  adwin: ['delta', 'clock', 'maxBuckets', 'minWindow', 'gracePeriod'],
  'page-hinkley': ['minInstances', 'delta', 'threshold', 'alpha'],
  kswin: ['alpha', 'windowSize', 'statSize', 'seed'],
  ddm: ['warmStart', 'warningThreshold', 'driftThreshold'],
  eddm: ['warmStart', 'alpha', 'beta'],
};

export type Params = z.infer<typeof params>;
