import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { fieldPath } from '../features.js';

const odd = z
  .int()
  .min(3)
  .max(1001)
  .refine((size) => size % 2 === 1, { error: 'expected an odd number' });

const smoother = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('neighbours'), distance: z.int().min(1).max(500).default(2) }),
  z.strictObject({ by: z.literal('exponential'), alpha: z.number().gt(0).max(1).default(0.1) }),
  z.strictObject({ by: z.literal('median'), size: odd.default(7) }),
  z
    .strictObject({ by: z.literal('savitzky-golay'), size: odd.default(11), order: z.int().min(0).default(2) })
    .refine(({ size, order }) => order <= size - 2, {
      path: ['order'],
      error: 'expected an order of at most size − 2',
    }),
]);

export const params = z.strictObject({
  window: duration.prefault('1m'),
  /** Values of a window below which nothing is said of it. */
  minimum: z.int().min(5).default(30),
  /** The fields that are looked at; those that hold numbers, if left out. */
  fields: z.array(fieldPath).min(1).optional(),
  smoother: smoother.prefault({ by: 'neighbours' }),
  bounds: z
    .strictObject({
      /** Decibels that are wanted at least. */
      snr: z.number().optional(),
      /** Standard deviation of the noise that is borne, in the field's unit. */
      spread: z.number().positive().optional(),
      /** The same, as a multiple of what the first windows had. */
      times: z.number().gt(1).default(2),
    })
    .prefault({}),
  /** How many of the first windows tell what noise is usual. */
  reference: z.int().min(1).max(1000).default(5),
});

export type Params = z.infer<typeof params>;
