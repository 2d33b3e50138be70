import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { joinKey, streamOf } from '../key.js';

const quantiles = ['p50', 'p95', 'p99'] as const;

export const params = z
  .strictObject({
    input: z.strictObject({ ...streamOf, key: joinKey }),
    output: z.strictObject({ ...streamOf, key: joinKey }),
    window: duration.prefault('1m'),
    /** How long an input record is waited for. */
    horizon: duration.prefault('10m'),
    /** Pairs of a window below which it is not told. */
    minimum: z.int().min(1).default(20),
    /** What is borne, such as { p95: 2s }. */
    bounds: z.partialRecord(z.enum(quantiles), duration).default({}),
    most: z.int().min(1000).max(1_000_000).default(100_000),
  })
  .refine(({ input: i, output: o }) => i.model !== o.model || i.slot !== o.slot || i.workflow !== o.workflow, {
    path: ['output'],
    error: 'expected another stream than the input',
  });

export const QUANTILES: ReadonlyArray<readonly [name: (typeof quantiles)[number], share: number]> = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
];

export type Params = z.infer<typeof params>;
