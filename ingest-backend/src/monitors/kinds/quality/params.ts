import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { FEATURE_TYPES, fieldPath } from '../features.js';

/** A share of the records of a window that is borne. */
const share = z.number().min(0).max(1);

const feature = z
  .strictObject({
    field: fieldPath,
    type: z.enum(FEATURE_TYPES).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    categories: z.array(z.string()).min(1).max(10_000).optional(),
  })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    path: ['max'],
    error: 'expected a bound that is not below `min`',
  })
  .refine(({ min, max, type }) => (min === undefined && max === undefined) || (type ?? 'number') === 'number', {
    path: ['min'],
    error: 'expected bounds of numbers alone',
  })
  .refine(({ categories, type }) => categories === undefined || (type ?? 'text') === 'text', {
    path: ['categories'],
    error: 'expected categories of texts alone',
  });

export const params = z.strictObject({
  window: duration.prefault('1m'),
  /** Records of a window below which nothing is said of it. */
  minimum: z.int().min(1).default(20),
  /** What is known of fields beforehand. */
  features: z.array(feature).default([]),
  /** How many of the first records tell the other fields, types, ranges and categories; 0 for those of `features` alone. */
  learn: z.int().min(0).max(20_000).default(1000),
  /** What tells a record from others: a field. With `record: true` the whole of it. */
  duplicates: z.union([z.strictObject({ key: fieldPath }), z.strictObject({ record: z.literal(true) })]).optional(),
  /** How many of the last records a duplicate is looked for among. */
  remember: z.int().min(1).max(1_000_000).default(10_000),
  bounds: z
    .strictObject({
      missing: share.default(0.05),
      mismatch: share.default(0.01),
      outOfRange: share.default(0.01),
      unseen: share.default(0.01),
      nan: share.default(0.01),
      duplicate: share.default(0.01),
      bad: share.default(0.01),
      /** Whether it is wrong that all values of a window are the same. */
      constant: z.boolean().default(false),
    })
    .prefault({}),
});

export type Params = z.infer<typeof params>;
