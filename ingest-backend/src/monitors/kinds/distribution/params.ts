import { z } from 'zod';
import { parseTimestamp } from '@pneumograph/contract';
import { duration } from '../../../config/index.js';
import { MEASURES } from '../../../statistics/index.js';
import { fieldPath } from '../features.js';

/** What the values of a field are; of a `text` the length is looked at. */
export const TYPES = ['numeric', 'categorical', 'boolean', 'text', 'time'] as const;

/** How a field's distribution is compared, where it is not chosen by type and size. */
const comparison = {
  method: z.enum(['auto', ...MEASURES]).optional(),
  /** Where drift begins: a distance above it, or a p-value below it. */
  bound: z.number().positive().optional(),
};

/** Distances and tests that need an order. */
const ORDERED = ['kolmogorov-smirnov', 'wasserstein', 'normalised-wasserstein'];

const feature = z
  .strictObject({ field: fieldPath, type: z.enum(TYPES), ...comparison })
  .refine(({ bound, method }) => bound === undefined || (method !== undefined && method !== 'auto'), {
    path: ['bound'],
    error: 'expected a `method` that it is a bound of',
  })
  .refine(({ type, method }) => !ORDERED.includes(method ?? '') || (type !== 'categorical' && type !== 'boolean'), {
    path: ['method'],
    error: 'expected a method for values without an order',
  });

const instant = z.string().transform((text, context) => {
  const time = parseTimestamp(text);
  if (!Number.isFinite(time)) {
    context.addIssue({ code: 'custom', message: 'expected ISO 8601 such as 2026-01-31T00:00:00Z' });
  }
  return time;
});

const reference = z.union(
  [
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ records: z.int().min(10).max(20_000) }),
    z.strictObject({ from: instant, to: instant }).refine(({ from, to }) => from < to, {
      path: ['to'],
      error: 'expected a time after `from`',
    }),
    z.strictObject({ previous: z.literal(true), records: z.int().min(10).max(20_000).default(1000) }),
  ],
  {
    error: 'expected one of { file: … }, { records: … }, { from: …, to: … } and { previous: true }',
  }
);

export const params = z.strictObject({
  window: duration.prefault('5m'),
  /** Values of a window below which it is not compared. */
  minimum: z.int().min(5).default(100),
  /** The fields that are looked at; those that the reference turns out to have, if left out. */
  features: z.array(feature).min(1).max(1000).optional(),
  reference: reference.prefault({ records: 1000 }),
  /** Of numbers and lengths. */
  bins: z.int().min(2).max(200).default(10),
  edges: z.enum(['quantile', 'width']).default('quantile'),
  ...comparison,
  /** Level of tests. */
  level: z.number().gt(0).lt(1).default(0.05),
  /** What is made of the p-values of many fields. */
  correction: z.enum(['none', 'bonferroni', 'holm', 'benjamini-hochberg']).default('benjamini-hochberg'),
  /** Share of drifted fields above which there is an alert of its own. */
  share: z.number().min(0).max(1).default(0.5),
});

export type Params = z.infer<typeof params>;
export type Comparing = Pick<Params, 'method' | 'bound'>;
