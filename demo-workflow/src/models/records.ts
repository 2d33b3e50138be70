import { z } from 'zod';
import { csv } from '../engine/index.js';

/** A trading day, as `YYYY-MM-DD`. */
const day = z.iso.date();
const price = z.number().positive();

/** Days that a model may look back. */
export const WINDOW = 20;

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
 * for people, the sequence number for machines.
 */
const key = {
  /**
   * Numbers the observations, one more for each; the prediction made from one and the truth about it bear its number.
   * Begins at the microsecond in which the reader starts, so that no number comes again after a restart.
   */
  seq: z.int().nonnegative(),
  /** When this record was made, ISO 8601 with microseconds. The same key has a later time further down the flow. */
  time: z.iso.datetime(),
  pass: z.int().nonnegative(),
  date: day,
};
/** Logarithm of the ratio of two closing prices. */
const logReturn = z.number();
/** Logarithm of a day's high over its low. */
const range = z.number().nonnegative();

/** What a model may know at the end of a day. */
export const observation = z.strictObject({
  ...key,
  /** The closing price, in index points. */
  close: price,
  change: logReturn,
  range,
  /**
   * Change and range of the last days, oldest first and this one last, to six decimals; as many as a model looks back,
   * fewer at the beginning of a pass. An engine that sees only its share of the days knows the days before by them.
   */
  window: z
    .array(z.tuple([logReturn, range]))
    .min(1)
    .max(WINDOW),
});

/** What a day turned out to bring, under the key of the day before: that is when it was predicted. */
export const truth = z.strictObject({ ...key, price, change: logReturn, range });

/** What the model at the end of a day expects of the next one. */
export const prediction = z.strictObject({
  ...key,
  /** The closing price that the mean comes to. */
  price,
  /** Of the change. */
  mean: logReturn,
  deviation: z.number().positive(),
  range,
});

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
