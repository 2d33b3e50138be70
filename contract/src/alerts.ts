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

/** What the name of a version ends with that runs beside the active one, to be compared with it alone. */
const SHADOW = ' (shadow)';

/** The name under which a monitor's shadow version says what it says. */
export function shadowOf(monitor: string): string {
  return `${monitor}${SHADOW}`;
}

export function isShadow(monitor: string): boolean {
  return monitor.endsWith(SHADOW);
}

export const MONITOR_STATES = ['draft', 'shadow', 'active', 'retired'] as const;
export type MonitorState = (typeof MONITOR_STATES)[number];

/** What was published of a monitor at one time; it never changes but for its state. */
export interface MonitorVersion {
  /** From 1. */
  number: number;
  /** SHA-256 of its definition and files, in hex. */
  hash: string;
  state: MonitorState;
  author: string;
  /** ISO 8601. */
  publishedAt: string;
  comment: string;
}

/** A monitor as `GET /api/v1/monitors` lists it. */
export interface MonitorSummary {
  name: string;
  kind: string;
  owner: string | null;
  /** Grows with each change; what `If-Match` is held against. 0 for one of the operator's folder, which none can change. */
  revision: number;
  source: 'published' | 'folder';
  /** Numbers of versions. */
  latest: number | null;
  active: number | null;
  shadow: number | null;
  /** How the active version does; `none` without one. */
  state: 'active' | 'waiting' | 'failed' | 'none';
  error?: string | undefined;
  /** Why the shadow does not work, where it does not. */
  shadowError?: string | undefined;
}

export interface MonitorDetails extends MonitorSummary {
  versions: MonitorVersion[];
  reach: MonitorReach;
}

/** What a monitor is attached to by now. */
export interface MonitorReach {
  count: number;
  /** The first hundred. */
  models: Array<{ workflow: string; model: string }>;
  /** Attachments that fit no model: they wait for one. */
  waiting: Array<{ workflow?: string | undefined; model?: string | undefined; slot?: number | undefined }>;
}

/** Who did what when. */
export interface MonitorEvent {
  /** ISO 8601. */
  time: string;
  who: string;
  role: string;
  did: 'publish' | 'shadow' | 'activate' | 'retire';
  monitor: string;
  version: number;
  hash: string;
  comment: string;
}

/** The alerts of two versions, over the same time. */
export interface MonitorComparison {
  /** Found by both: alerts about the same that overlap. */
  both: number;
  onlyFirst: ComparedAlert[];
  onlySecond: ComparedAlert[];
}

export interface ComparedAlert {
  startsAt: string;
  endsAt: string | null;
  workflow: string;
  model: string;
  slot: number | null;
  engine: string;
  feature: string | null;
  name: string;
  text: string;
}
