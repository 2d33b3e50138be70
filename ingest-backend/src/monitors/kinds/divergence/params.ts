import { z } from 'zod';
import { duration } from '../../../config/index.js';
import { fieldPath } from '../features.js';
import { joinKey, streamOf } from '../key.js';

export const REGRESSION = ['error.mae', 'error.rmse', 'error.mape', 'error.bias'] as const;
export const CLASSIFICATION = ['score.accuracy', 'score.precision', 'score.recall', 'score.f1', 'score.auc'] as const;
const METRICS = [...REGRESSION, ...CLASSIFICATION, 'truth.coverage', 'truth.lag', 'truth.unmatched'] as const;
export type BoundedMetric = (typeof METRICS)[number];

const bound = z
  .strictObject({ above: z.number().optional(), below: z.number().optional() })
  .refine(({ above, below }) => above !== undefined || below !== undefined, { error: 'expected `above` or `below`' });

export const params = z
  .strictObject({
    predictions: z.strictObject({
      ...streamOf,
      key: joinKey,
      /** What was predicted; the record itself, if left out. */
      value: fieldPath.optional(),
      /** How probable the positive class was said to be. */
      score: fieldPath.optional(),
    }),
    truth: z.strictObject({ ...streamOf, key: joinKey, value: fieldPath.optional() }),
    type: z.enum(['regression', 'binary', 'multiclass']).default('regression'),
    /** Of binary truths the positive one. */
    positive: z.union([z.string(), z.number(), z.boolean()]).default(true),
    window: duration.prefault('1m'),
    /** How long after its prediction a truth may come. */
    horizon: duration.prefault('10m'),
    /** Pairs of a window below which its scores are not told. */
    minimum: z.int().min(1).default(20),
    /** Which values alerts go by. */
    alertOn: z.enum(['final', 'provisional']).default('final'),
    bounds: z.partialRecord(z.enum(METRICS), bound).default({}),
    /** Predictions and truths that wait for the other; beyond, the oldest are given up. */
    most: z.int().min(1000).max(1_000_000).default(100_000),
  })
  .refine(({ predictions: p, truth: t }) => p.model !== t.model || p.slot !== t.slot || p.workflow !== t.workflow, {
    path: ['truth'],
    error: 'expected another stream than that of the predictions',
  })
  .check(({ value: { type, bounds }, issues }) => {
    const foreign: readonly string[] = type === 'regression' ? CLASSIFICATION : REGRESSION;
    for (const metric of Object.keys(bounds)) {
      if (foreign.includes(metric)) {
        const message = `expected a metric of the type ${type}`;
        issues.push({ code: 'custom', input: bounds, path: ['bounds', metric], message });
      }
    }
  });

export type Params = z.infer<typeof params>;
