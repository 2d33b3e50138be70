/** What an alert is when it is told, and again when its condition holds no more. */
export const ALERT_STATES = ['firing', 'resolved'] as const;
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
  /** ISO 8601, when the condition began to hold. */
  startsAt: string;
  /** ISO 8601, when it held no more; null while it does. */
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
}
