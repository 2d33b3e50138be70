import { z } from 'zod';
import { duration } from '../../../config/index.js';

const bound = z.number();

const learned = z
  .strictObject({
    /** How many values the bounds are learned from: the first that come. */
    values: z.int().min(30).default(1000),
    /** Mean ± k standard deviations. */
    sigma: z.number().positive().optional(),
    /** The quantiles that the bounds are, as shares from 0 to 1. */
    quantiles: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).optional(),
    /** What is possible: bounds beyond it are drawn in. */
    least: z.number().optional(),
    most: z.number().optional(),
  })
  .refine(({ sigma, quantiles }) => (sigma === undefined) !== (quantiles === undefined), {
    error: 'expected either `sigma` or `quantiles`',
  });

export const params = z
  .strictObject({
    /** A field of the records, by its path; the record itself where neither it nor `metric` is said. */
    field: z.union([z.string().min(1), z.array(z.string()).min(1)]).optional(),
    metric: z.string().min(1).optional(),
    above: bound.optional(),
    below: bound.optional(),
    outside: z.tuple([bound, bound]).optional(),
    /** Change a second, up or down, from one value to the next. */
    rate: z.number().positive().optional(),
    /** Without a value for so long. */
    absent: duration.optional(),
    learn: learned.optional(),
    /** How far a value has to come back inside its bound before the alert resolves. */
    hysteresis: z.number().min(0).default(0),
    /** The alert's name. */
    alert: z.string().min(1).default('Value out of bounds'),
  })
  .refine(({ field, metric }) => field === undefined || metric === undefined, {
    error: 'expected either `field` or `metric`, found both',
  })
  .refine(
    (all) =>
      [all.above, all.below, all.outside, all.rate, all.absent, all.learn].some((condition) => condition !== undefined),
    { error: 'expected at least one of above, below, outside, rate, absent and learn' }
  )
  .refine(({ outside }) => outside === undefined || outside[0] <= outside[1], {
    path: ['outside'],
    error: 'expected [lower, upper]',
  });

export type Params = z.infer<typeof params>;
