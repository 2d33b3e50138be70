import { z } from 'zod';
import { ALERT_STATES } from '@pneumograph/contract';
import { url } from './connection.js';
import { duration } from './units.js';
import { web } from './web.js';

/** What every receiver of notifications has. The words are Alertmanager's where they mean the same. */
const common = {
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, {
    error: 'expected up to 100 letters, digits, spaces, dots, dashes or underscores',
  }),
  /** The states that it is told of. */
  send: z.array(z.enum(ALERT_STATES)).min(1).default(['firing', 'resolved']),
  /** The alerts that it is told of, by their labels: each one of these values, in which stars stand for anything. */
  match: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).default({}),
  /** How long it may take to answer. */
  timeout: duration.prefault('10s'),
};

/** How alerts are told together. */
const grouping = {
  /** Alerts that have these labels in common are told together; `...` stands for all labels, which tells each alone. */
  groupBy: z.array(z.string().min(1)).default(['workflow', 'model']),
  /** How long the first alert of a group waits for others. */
  groupWait: duration.prefault('10s'),
  /** How long news of a group wait that was told before. */
  groupInterval: duration.prefault('1m'),
  /** After how long an alert that lasts is told again. */
  repeatInterval: duration.prefault('4h'),
};

const webhook = z.strictObject({ ...common, kind: z.literal('webhook'), url, ...grouping, ...web });

const slack = z.strictObject({
  ...common,
  kind: z.literal('slack'),
  url,
  channel: z.string().min(1).optional(),
  ...grouping,
  ...web,
});

/** It groups on its own, and has to be told again of what lasts. */
const alertmanager = z
  .strictObject({ ...common, kind: z.literal('alertmanager'), url, repeatInterval: duration.prefault('1m'), ...web })
  .transform((one) => ({ ...one, groupBy: [] as string[], groupWait: 0, groupInterval: 0 }));

const address = z.string().regex(/^[^\r\n]*@[^\r\n]*$/, { error: 'expected an address such as ops@example.com' });

const email = z.strictObject({
  ...common,
  kind: z.literal('email'),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(587),
  /** TLS from the first byte on, as of port 465. */
  secure: z.boolean().default(false),
  /** Refuses to go on where the server does not offer STARTTLS. */
  requireTls: z.boolean().default(false),
  insecure: z.boolean().default(false),
  username: z.string().optional(),
  password: z.string().optional(),
  from: address,
  to: z.array(address).min(1),
  ...grouping,
});

export const notify = z
  .array(z.discriminatedUnion('kind', [webhook, alertmanager, slack, email]))
  .superRefine((all, context) => {
    all.forEach(({ name }, index) => {
      if (all.findIndex((other) => other.name === name) < index) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'expected a name that no other receiver has',
          input: name,
        });
      }
    });
  });

export type NotifyConfiguration = z.infer<typeof notify>[number];
export type WebhookNotify = Extract<NotifyConfiguration, { kind: 'webhook' }>;
export type AlertmanagerNotify = Extract<NotifyConfiguration, { kind: 'alertmanager' }>;
export type SlackNotify = Extract<NotifyConfiguration, { kind: 'slack' }>;
export type EmailNotify = Extract<NotifyConfiguration, { kind: 'email' }>;
