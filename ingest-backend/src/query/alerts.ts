import {
  formatTimestamp,
  SELF_WORKFLOW,
  type Alert,
  type AlertsQuery,
  type AlertStep,
  type Frame,
  type Muted,
} from '@pneumograph/contract';
import { asJson } from '../archive/index.js';
import type { AlertsQuestion, Store, StoredAlert, StoredStep } from '../store/index.js';
import { labelsOf, tableFrame, withNotices } from './frames.js';
import type { Scope } from './scope.js';

/**
 * Alerts that touch a range, newest first, and whether there are more than the limit takes. Those of Pneumograph itself
 * are left out unless its workflow is named.
 */
export async function findAlerts(
  store: Store,
  question: AlertsQuestion
): Promise<{ alerts: StoredAlert[]; more: boolean }> {
  const { workflow: asked, limit } = question;
  const found = await store.alerts({ ...question, limit: limit + 1 });
  return {
    alerts: found.slice(0, limit).filter(({ workflow }) => asked !== undefined || workflow !== SELF_WORKFLOW),
    more: found.length > limit,
  };
}

/** Why nobody is notified of an alert now, or undefined. */
export type MutedBy = (id: string) => Muted | undefined;

/** An alert as the API tells it. */
export function toAlert(alert: StoredAlert, mutedBy: MutedBy): Alert {
  const { startsAt, endsAt, value = null, slot = null, feature = null, evidence } = alert;
  return {
    id: alert.id,
    state: alert.state,
    severity: alert.severity,
    startsAt: formatTimestamp(startsAt),
    endsAt: endsAt === undefined ? null : formatTimestamp(endsAt),
    name: alert.name,
    text: alert.text,
    value,
    monitor: alert.monitor,
    workflow: alert.workflow,
    model: alert.model,
    slot,
    engine: alert.engine,
    feature,
    evidence: evidence === undefined ? null : asJson(evidence),
    labels: { ...alert.labels },
    link: alert.link ?? null,
    muted: mutedBy(alert.id) ?? null,
  };
}

/** A step of an alert as the API tells it. */
export function toStep({ number, state, time, text, value, reason }: StoredStep): AlertStep {
  return { number, state, time: formatTimestamp(time), text, value: value ?? null, reason: reason ?? null };
}

/**
 * One table with a row for each alert, newest first: as Grafana's annotations and the workflow-health panel read it. An
 * alert that is not over lasts until the end of the range, or until now. Or with a row for each step, at its moment.
 */
export async function answerAlerts(scope: Scope, query: AlertsQuery): Promise<Frame[]> {
  const { from, to, now, store, inventory } = scope;
  const { workflow, models, slots, monitors, features, states, severities, limit, refId } = query;
  const engines = inventory.engineIds(query.engines);
  const about = { workflow, models, slots, engines, monitors, features };
  const { alerts, more } = await findAlerts(store, { ...about, from, to, states, severities, limit });
  const told = query.per === 'alert' ? alerts : await stepsOf(scope, alerts);
  const rows = told.map((alert) => {
    const { startsAt, endsAt = Math.min(to, Math.max(now, startsAt)), severity, state, monitor } = alert;
    const { id, name, text, value = null, slot = null, engine, feature, evidence = '' } = alert;
    const about = labelsOf({ ...alert, engine: engine === '' ? undefined : engine });
    const labels = { ...alert.labels, ...about, severity, state };
    return {
      time: Math.floor(startsAt / 1000),
      timeEnd: Math.floor(endsAt / 1000),
      title: name,
      text,
      severity,
      state,
      workflow: alert.workflow,
      model: alert.model,
      slot,
      monitor,
      feature: feature ?? '',
      engine: engine === '' ? '' : inventory.engineName(engine),
      value,
      id,
      // A tag ends at a comma.
      tags: Object.entries(labels)
        .map(([key, label]) => `${key}:${label.replaceAll(',', ' ')}`)
        .join(','),
      labels: JSON.stringify(labels),
      evidence,
      link: alert.link ?? '',
      muted: scope.mutedBy?.(id)?.because ?? '',
    };
  });
  const notices = more ? [`There are more than ${limit} alerts in this range: older ones are left out.`] : [];
  return [withNotices(tableFrame(refId, 'alerts', FIELDS, rows), notices)];
}

/** What alerts went through within the range, newest first, each in place of its alert. */
async function stepsOf({ store, from, to }: Scope, alerts: readonly StoredAlert[]): Promise<StoredAlert[]> {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const steps = await store.alertSteps([...byId.keys()]);
  return steps
    .filter(({ time }) => time >= from && time < to)
    .sort((a, b) => b.time - a.time || b.number - a.number)
    .map(({ id, state, time, text, value, reason }) => {
      const alert = byId.get(id) as StoredAlert;
      return { ...alert, state, startsAt: time, endsAt: time, value, text: reason ?? text };
    });
}

const FIELDS = [
  { name: 'time', type: 'time' },
  { name: 'timeEnd', type: 'time' },
  { name: 'title', type: 'string' },
  { name: 'text', type: 'string' },
  { name: 'severity', type: 'string' },
  { name: 'state', type: 'string' },
  { name: 'workflow', type: 'string' },
  { name: 'model', type: 'string' },
  { name: 'slot', type: 'number' },
  { name: 'monitor', type: 'string' },
  { name: 'feature', type: 'string' },
  { name: 'engine', type: 'string' },
  { name: 'value', type: 'number' },
  { name: 'id', type: 'string' },
  { name: 'tags', type: 'string' },
  { name: 'labels', type: 'string' },
  { name: 'evidence', type: 'string' },
  { name: 'link', type: 'string' },
  { name: 'muted', type: 'string' },
] as const;
