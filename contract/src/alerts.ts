/**
 * How far an alert has come. `pending`: its condition holds, though not for long enough yet. `firing`. `recovering`: its
 * condition holds no more, though not for long enough yet. `resolved`: it is over. `no-data` and `error`: whether its
 * condition holds cannot be told, since nothing comes to look at, or since the monitor fails.
 */
export const ALERT_STATES = ['pending', 'firing', 'recovering', 'resolved', 'no-data', 'error'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** What `GET /api/v1/alerts` answers: newest first. */
export interface AlertList {
  alerts: Alert[];
}

/** One firing of a monitor, as far as it has come. */
export interface Alert {
  id: string;
  state: AlertState;
  severity: AlertSeverity;
  /** ISO 8601, when it was first told; of one that is only pending, when its condition began to hold. */
  startsAt: string;
  /** ISO 8601, when it was over; null while it is not. */
  endsAt: string | null;
  /** What is wrong, short. */
  name: string;
  /** A sentence with the values. */
  text: string;
  value: number | null;
  monitor: string;
  workflow: string;
  model: string;
  slot: number | null;
  /** Empty where the alert is about a whole model. */
  engine: string;
  feature: string | null;
  /** What the monitor saw. */
  evidence: unknown;
  /** Those of its monitor. */
  labels: Record<string, string>;
  /** A dashboard that shows it. */
  link: string | null;
  /** Why nobody is notified of it; null where they are. */
  muted: Muted | null;
}

/** What keeps the notifications of an alert back. */
export interface Muted {
  by: 'silence' | 'inhibition';
  because: string;
}

/** One step of an alert, as `GET /api/v1/alerts/{id}` lists them, oldest first. */
export interface AlertStep {
  /** From 1. With the alert's id it tells the step from all others. */
  number: number;
  state: AlertState;
  /** ISO 8601. */
  time: string;
  text: string;
  value: number | null;
  /** Why it came about, where that is not what the monitor saw. */
  reason: string | null;
}

/** A label, and what it has to be. */
export interface LabelMatcher {
  label: string;
  /** Stars stand for any characters, none included. */
  value: string;
  /** Whether it must not be that. */
  not?: boolean | undefined;
}

/** Keeps notifications of alerts back for a while. */
export interface Silence {
  id: string;
  /** All of them have to fit. */
  matchers: LabelMatcher[];
  /** ISO 8601. */
  startsAt: string;
  endsAt: string;
  author: string;
  comment: string;
  state: 'pending' | 'active' | 'expired';
}
