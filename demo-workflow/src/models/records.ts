import { z } from 'zod';
import { csv } from '../engine/index.js';

/** A trading day, as `YYYY-MM-DD`. */
const day = z.iso.date();
const price = z.number().positive();

export const PRICE_COLUMNS = ['date', 'open', 'high', 'low', 'close', 'adjclose', 'volume'] as const;
export const priceLine = csv(PRICE_COLUMNS);

/** One day of prices, in index points; the volume in shares. */
export const dayOfPrices = z
  .strictObject({
    date: day,
    open: price,
    high: price,
    low: price,
    close: price,
    adjclose: price,
    volume: z.int().nonnegative(),
  })
  .refine(({ high, low }) => high >= low, { path: ['high'], error: 'lower than the low' });

/**
 * The data begin again when they end; each time round is a pass, counted from 0. Pass and date together name a day
 * once and for all.
 */
const key = { pass: z.int().nonnegative(), date: day };
/** Logarithm of the ratio of two closing prices. */
const logReturn = z.number();

/** What a model may know at the end of a day. */
export const observation = z.strictObject({
  ...key,
  change: logReturn,
  /** The day before's, null on the first day of a pass. */
  previous: logReturn.nullable(),
  /** Logarithm of high over low. */
  range: z.number().nonnegative(),
});

/** What a day turned out to bring, under the key of the day before: that is when it was predicted. */
export const truth = z.strictObject({ ...key, change: logReturn });

/** What the model at the end of a day expects of the next one. */
export const prediction = z.strictObject({ ...key, mean: logReturn, deviation: z.number().positive() });

export const score = z.strictObject({
  ...key,
  predicted: logReturn,
  actual: logReturn,
  /** Actual minus predicted. */
  error: logReturn,
  /** The error in standard deviations of the prediction. */
  surprise: z.number(),
});

export type DayOfPrices = z.infer<typeof dayOfPrices>;
export type Observation = z.infer<typeof observation>;
export type Truth = z.infer<typeof truth>;
export type Prediction = z.infer<typeof prediction>;
export type Score = z.infer<typeof score>;
