import { z } from 'zod';

const DURATIONS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};
const SIZES: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Milliseconds from a text such as `250ms`, `5s`, `10m`, `1h`, `7d`, `2y`. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|min|h|d|w|y)$/, { error: 'expected a duration such as 250ms, 5s, 10m, 1h, 7d or 2y' })
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
    return Number(amount) * (DURATIONS[unit ?? ''] ?? NaN);
  });

/** Bytes from a text such as `512K`, `100M`, `2G`, or from a number. */
export const size = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^\d+[KMGT]?B?$/i, { error: 'expected a size such as 512K, 100M or 2G' })
    .transform((text) => {
      const [, amount, unit = ''] = /^(\d+)([KMGT]?)/i.exec(text) ?? [];
      return Number(amount) * (SIZES[unit.toUpperCase()] ?? NaN);
    }),
]);
