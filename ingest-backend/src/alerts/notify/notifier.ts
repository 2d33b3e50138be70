import type { AlertState } from '@pneumograph/contract';
import type { Labels } from '../labels.js';

/** A step of an alert as it is told. */
export interface Notice {
  /** Tells the step from all others: whoever gets it twice knows it by this. */
  readonly key: string;
  readonly id: string;
  readonly number: number;
  readonly state: AlertState;
  /** Whether it was told before, and is told again since it lasts. */
  readonly repeated: boolean;
  readonly severity: string;
  readonly name: string;
  readonly text: string;
  readonly value: number | null;
  readonly labels: Labels;
  /** ISO 8601: of the step, and of the alert's beginning and end. */
  readonly time: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly link: string | null;
  readonly reason: string | null;
  readonly evidence: unknown;
  /** Models downstream, of whose alerts nobody is told while this one lasts. */
  readonly inhibits: readonly string[];
}

/** What a receiver is told in one go: the steps of alerts of one group, those of each alert in their order. */
export interface Notification {
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly notices: readonly Notice[];
}

/** A way to tell people or programs of alerts. */
export interface Notifier {
  /** Resolves once it was taken. @throws Error that says why not; it is told again later */
  send(notification: Notification, signal: AbortSignal): Promise<void>;
  close?(): Promise<void> | void;
}

/** How urgent a notification is: a headline's first word. */
export function headline({ notices, groupLabels }: Notification): string {
  const open = notices.filter(({ state }) => state !== 'resolved').length;
  const over = notices.length - open;
  const what = [open > 0 ? `${open} open` : '', over > 0 ? `${over} resolved` : ''].filter(Boolean).join(', ');
  const about = Object.values(groupLabels).join(' ');
  const [only] = notices;
  const title = notices.length === 1 && only !== undefined ? `${only.state.toUpperCase()}: ${only.name}` : what;
  return about === '' ? title : `${title} (${about})`;
}

/** A step in one line. */
export function line({ state, severity, name, text, repeated, inhibits, reason }: Notice): string {
  const again = repeated ? ', still' : '';
  const silent = inhibits.length === 0 ? '' : ` Alerts downstream are kept back meanwhile: ${inhibits.join(', ')}.`;
  return `[${state}${again}] ${severity}: ${name}. ${reason ?? text}${silent}`;
}
