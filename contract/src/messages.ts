import { z } from 'zod';

/** Types of Pneumo messages that are text for people to read: nothing is derived from them. */
export const TEXT_TYPES = ['log', 'model-console', 'model-error'] as const;
export type TextType = (typeof TEXT_TYPES)[number];

/**
 * Levels of messages, worst first: the bits of an engine's level, 1 to 128. The words are syslog's (RFC 5424) as Grafana
 * knows them; `unknown` is a level without any of the bits.
 */
export const MESSAGE_LEVELS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'debug',
  'unknown',
] as const;
export type MessageLevel = (typeof MESSAGE_LEVELS)[number];

/** The level of an engine's bitmask: that of its lowest bit, the worst of those that are set. */
export function messageLevel(bits: number): MessageLevel {
  const lowest =
    Number.isInteger(bits) && bits > 0 ? MESSAGE_LEVELS.findIndex((_, bit) => (bits & (1 << bit)) !== 0) : -1;
  return MESSAGE_LEVELS[lowest] ?? 'unknown';
}

/** Metric of the series that messages are kept under. */
export const MESSAGE_METRIC = 'message';

/** How many messages are told at most, where a question does not say. */
export const MESSAGES_LIMIT = 1_000;

/** What a record of the kind `message` says. */
export const messageContent = z.looseObject({
  type: z.enum(TEXT_TYPES),
  level: z.enum(MESSAGE_LEVELS),
  text: z.string(),
  /** What the model failed on, as the engine told it, where it did; a text where that is long: its beginning. */
  input: z.unknown().optional(),
});

export type MessageContent = z.infer<typeof messageContent>;
