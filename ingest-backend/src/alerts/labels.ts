import type { LabelMatcher } from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';
import { fits } from './pattern.js';

export type Labels = Readonly<Record<string, string>>;

/** What an alert is grouped, routed and silenced by: Alertmanager's labels. Those that say nothing are left out. */
export function labelsOf(alert: AlertLabels): Labels {
  const { name, monitor, severity, workflow, model, slot, engine, feature, labels } = alert;
  const own = { alertname: name, monitor, severity, workflow, model, engine, feature: feature ?? '' };
  const all: Record<string, string> = { ...labels, ...own, ...(slot === undefined ? {} : { slot: String(slot) }) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

export type AlertLabels = Pick<
  AlertChange,
  'name' | 'monitor' | 'severity' | 'workflow' | 'model' | 'slot' | 'engine' | 'feature' | 'labels'
>;

/** Whether all matchers fit; a label that is not there is empty. */
export function match(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every(({ label, value, not = false }) => fits(labels[label] ?? '', value) !== not);
}
