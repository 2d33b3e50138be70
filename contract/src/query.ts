import { z } from 'zod';
import { ALERT_SEVERITIES, ALERT_STATES } from './alerts.js';
import { ACROSS, OVER } from './catalogue.js';
import type { Frame } from './frames.js';
import { MESSAGE_LEVELS, MESSAGES_LIMIT } from './messages.js';
import { parseTimestamp } from './time.js';

/** Epoch milliseconds or ISO 8601; always milliseconds afterwards. */
const instant = z.union([
  z.number(),
  z
    .string()
    .transform((text) => parseTimestamp(text) / 1000)
    .refine(Number.isFinite, { error: 'expected epoch milliseconds or an ISO 8601 timestamp' }),
]);

export const QUERY_KINDS = ['metric', 'status', 'topology', 'alerts', 'profile', 'messages'] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];

export const GROUP_KEYS = ['workflow', 'model', 'slot', 'engine', 'monitor', 'feature'] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

/** What a data source asks for where its filters leave no model over: an answer without rows, in the usual form. */
export const NO_MODEL = '(no model fits the filters)';

const selection = {
  refId: z.string().min(1).max(200),
  workflow: z.string().optional(),
  models: z.array(z.string()).max(10_000).default([]),
  slots: z.array(z.int().nonnegative()).max(1_000).default([]),
  engines: z.array(z.string()).max(10_000).default([]),
  alias: z.string().max(1_000).default(''),
};

/** What monitors tell is also of a monitor, and of a field of the records. */
const monitored = {
  monitors: z.array(z.string()).max(1_000).default([]),
  features: z.array(z.string()).max(10_000).default([]),
};

/** What stands for a bucket that a series tells nothing of. */
export const FILLS = ['none', 'null', 'zero', 'previous'] as const;
export type Fill = (typeof FILLS)[number];

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const SHIFT = /^([1-9]\d{0,3})([smhdw])$/;

/** Milliseconds that a `compare` goes back; NaN where it is none. */
export function shiftOf(compare: string): number {
  const [, amount, unit] = SHIFT.exec(compare) ?? [];
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

export const metricQuery = z.looseObject({
  ...selection,
  ...monitored,
  kind: z.literal('metric'),
  metric: z.string().min(1),
  over: z.enum([...OVER, 'default']).default('default'),
  across: z.enum([...ACROSS, 'default']).default('default'),
  /** Left out: model and slot, of what monitors tell also monitor and feature. */
  by: z.array(z.enum(GROUP_KEYS)).optional(),
  format: z.enum(['timeseries', 'latest']).default('timeseries'),
  /** Only so many series: those whose values have the highest mean over the range, highest first. */
  topN: z.int().min(1).max(100).optional(),
  /** Of series over time; the newest values alone have no buckets to fill. */
  fill: z.enum(FILLS).default('none'),
  /** The same series of a time that is so much earlier, beside those of the range and shifted into it. */
  compare: z.string().regex(SHIFT, { error: 'expected a time such as 30m, 24h, 1d or 1w' }).optional(),
});

export const statusQuery = z.looseObject({
  ...selection,
  kind: z.literal('status'),
  /** A table has a row for each state, with its cause. `latest`, left over from a metric, means `timeseries`. */
  format: z.enum(['timeseries', 'latest', 'table']).default('timeseries'),
});
export const topologyQuery = z.looseObject({ ...selection, kind: z.literal('topology') });

/** How many alerts are told at most, where a question does not say. */
export const ALERTS_LIMIT = 1_000;

export const alertsQuery = z.looseObject({
  ...selection,
  ...monitored,
  kind: z.literal('alerts'),
  /** As they are by now; empty means all, as of severities. Alerts that were never more than pending are left out, unless `pending` is named. */
  states: z.array(z.enum(ALERT_STATES)).default([]),
  severities: z.array(z.enum(ALERT_SEVERITIES)).default([]),
  /** A row for each alert, or for each step of it. */
  per: z.enum(['alert', 'step']).default('alert'),
  /** Older ones are left out. */
  limit: z.int().min(1).max(10_000).default(ALERTS_LIMIT),
});

export const profileQuery = z.looseObject({
  ...selection,
  ...monitored,
  kind: z.literal('profile'),
  /** Shares or counts of each bin over time, or a table of the whole range beside the reference. */
  format: z.enum(['shares', 'counts', 'table']).default('shares'),
});

export const messagesQuery = z.looseObject({
  ...selection,
  kind: z.literal('messages'),
  /** Empty means all. */
  levels: z.array(z.enum(MESSAGE_LEVELS)).default([]),
  /** Only messages with this text in them, in either case of letters; a text, not a pattern. */
  search: z.string().max(1_000).default(''),
  /** Older ones are left out. */
  limit: z.int().min(1).max(10_000).default(MESSAGES_LIMIT),
});

export const query = z.discriminatedUnion('kind', [
  metricQuery,
  statusQuery,
  topologyQuery,
  alertsQuery,
  profileQuery,
  messagesQuery,
]);

export type MetricQuery = z.infer<typeof metricQuery>;
export type StatusQuery = z.infer<typeof statusQuery>;
export type TopologyQuery = z.infer<typeof topologyQuery>;
export type AlertsQuery = z.infer<typeof alertsQuery>;
export type ProfileQuery = z.infer<typeof profileQuery>;
export type MessagesQuery = z.infer<typeof messagesQuery>;
export type Query = z.infer<typeof query>;

/** The body of `POST /api/v1/query`; each query is checked by itself, so that a wrong one fails alone. */
export const queryRequest = z
  .looseObject({
    from: instant,
    to: instant,
    maxDataPoints: z.number().positive().max(1_000_000).default(1000),
    intervalMs: z.number().nonnegative().default(0),
    queries: z.array(z.unknown()).max(1_000),
  })
  .refine((body) => body.from < body.to, { path: ['to'], error: 'expected a time after `from`' });

export type QueryRequest = z.infer<typeof queryRequest>;

export interface QueryResult {
  status: number;
  frames: Frame[];
  error?: string;
}

export interface QueryResponse {
  results: Record<string, QueryResult>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((n) => n * HOUR),
];

/**
 * The width of a query's buckets in milliseconds: the larger of what is asked for and what keeps the answer within
 * `maxDataPoints`, rounded up to a step that people read easily; whole days beyond the last step.
 */
export function bucketWidth(from: number, to: number, maxDataPoints: number, intervalMs: number): number {
  const wanted = Math.max(intervalMs, (to - from) / maxDataPoints);
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / (24 * HOUR)) * 24 * HOUR;
}
