import { z } from 'zod';
import { duration } from '../../../config/index.js';

export const params = z.strictObject({
  /** How far reading may be behind. */
  above: duration,
  every: duration.prefault('10s').refine((millis) => millis >= 1000, { error: 'expected at least 1s' }),
});

export type Params = z.infer<typeof params>;
