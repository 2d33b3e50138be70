import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { fieldPath } from '../features.js';

export const params = z.strictObject({
  /** Age of the newest record that is borne. */
  above: duration,
  /** The field with the time that a record speaks of; the log time, if left out. */
  time: fieldPath.optional(),
  every: duration.prefault('10s').refine((millis) => millis >= 100, { error: 'expected at least 100ms' }),
});

export type Params = z.infer<typeof params>;
