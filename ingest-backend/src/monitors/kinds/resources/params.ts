import { z } from 'zod';
import { duration, size } from '../../../config/index.js';

/** How the engines of a model are taken together. */
const over = z.enum(['mean', 'max'], { error: 'expected mean or max' }).default('mean');

const ordered = { path: ['below'], error: 'expected less than `above` less `hysteresis`' };

const cpu = z
  .strictObject({
    /** In the unit of the sensor: percent. */
    above: z.number().positive(),
    below: z.number().min(0).optional(),
    hysteresis: z.number().min(0).default(0),
    over,
  })
  .refine(({ above, below, hysteresis }) => below === undefined || below < above - hysteresis, ordered);

/** Bytes, or a share where there is a limit: one schema, since problems of either are told better than of a union. */
const amount = z.unknown().transform((value, context): number => {
  const bytes = typeof value === 'number' && value > 0 ? { success: true, data: value } : size.safeParse(value);
  if (!bytes.success || bytes.data === undefined) {
    context.addIssue({
      code: 'custom',
      message: 'expected a size such as 512K, 100M or 2G, or a share from 0 to 1 of `limit`',
    });
    return z.NEVER;
  }
  return bytes.data;
});

const memory = z
  .strictObject({
    /** Bytes of one engine, where the bounds are shares of them. */
    limit: size.optional(),
    above: amount,
    below: amount.optional(),
    hysteresis: amount.optional(),
    over,
  })
  .refine(({ limit, above }) => (limit === undefined ? above > 1 : above <= 1), {
    path: ['above'],
    error: 'expected a size such as 512K, 100M or 2G, or a share from 0 to 1 of `limit`',
  })
  .refine(({ above, below, hysteresis = 0 }) => below === undefined || below < above - hysteresis, ordered);

const address = z
  .url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' })
  .refine((text) => !/^https?:\/\/[^/?#]*@/i.test(text), {
    error: 'expected a URL without name and password: they would be shown; use token or headers',
  });

const action = z
  .strictObject({
    /** What `/1/job/scale?n=N` is put behind: the address of the model's engine. */
    scale: address.optional(),
    /** Any other address; the cause is posted there as JSON. */
    webhook: address.optional(),
    /** Whether requests are really sent. */
    live: z.boolean().default(false),
    /** The instances that there are before the first action. */
    start: z.int().min(0).optional(),
    min: z.int().min(0).default(1),
    max: z.int().min(1),
    step: z.int().min(1).default(1),
    cooldown: duration.prefault('5m'),
    /** How old what gave rise to it may be, by the wall clock. */
    recent: duration.prefault('2m'),
    timeout: duration.prefault('10s'),
    /** Further attempts after one that failed. */
    retries: z.int().min(0).max(5).default(3),
    backoff: duration.prefault('1s'),
    token: z.string().min(1).optional(),
    tokenFile: z.string().min(1).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    insecure: z.boolean().default(false),
    ca: z.string().min(1).optional(),
  })
  .refine(({ scale, webhook }) => (scale === undefined) !== (webhook === undefined), {
    error: 'expected either `scale` or `webhook`',
  })
  .refine(({ token, tokenFile }) => token === undefined || tokenFile === undefined, {
    path: ['tokenFile'],
    error: 'expected either `token` or `tokenFile`, found both',
  })
  .refine(({ min, max }) => min <= max, { path: ['max'], error: 'expected at least `min`' })
  .refine(({ start, min, max }) => start === undefined || (start >= min && start <= max), {
    path: ['start'],
    error: 'expected a number from `min` to `max`',
  })
  .refine(({ timeout }) => timeout >= 1 && timeout <= 300_000, {
    path: ['timeout'],
    error: 'expected a duration from 1ms to 5m',
  })
  .refine(({ backoff }) => backoff <= 60_000, { path: ['backoff'], error: 'expected a duration up to 1m' });

export const params = z
  .strictObject({
    cpu: cpu.optional(),
    memory: memory.optional(),
    /** How long a bound has to be passed, in log time, before the alarm and the action. */
    sustained: duration.prefault('1m'),
    /** An engine that has not reported for so long does not count. */
    within: duration.prefault('30s'),
    action: action.optional(),
  })
  .refine(({ cpu, memory }) => cpu !== undefined || memory !== undefined, {
    error: 'expected at least one of cpu and memory',
  })
  .refine(({ within }) => within > 0, { path: ['within'], error: 'expected more than 0' });

export type Params = z.infer<typeof params>;
export type ActionParams = NonNullable<Params['action']>;

/** A bound on one metric, in the unit of its points. */
export interface Rule {
  readonly metric: 'cpu.utilization' | 'memory';
  readonly above: number;
  readonly below: number | undefined;
  readonly hysteresis: number;
  readonly over: 'mean' | 'max';
  /** Bytes, where the bounds are shares of them. */
  readonly limit: number | undefined;
}

export function rulesOf({ cpu, memory }: Params): Rule[] {
  const rules: Rule[] = [];
  if (cpu !== undefined) {
    rules.push({ metric: 'cpu.utilization', ...cpu, below: cpu.below, limit: undefined });
  }
  if (memory !== undefined) {
    const { limit, above, below, hysteresis = 0, over } = memory;
    rules.push({ metric: 'memory', above, below, hysteresis, over, limit });
  }
  return rules;
}
