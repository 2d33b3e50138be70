import { formatTimestamp, SELF_WORKFLOW, type Alert, type AlertsQuery, type Frame } from '@pneumograph/contract';
import { asJson } from '../archive/index.js';
import type { AlertsQuestion, Store, StoredAlert } from '../store/index.js';
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

/** An alert as the API tells it. */
export function toAlert(alert: StoredAlert): Alert {
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
  };
}

/**
 * One table with a row for each alert, newest first: as Grafana's annotations and the workflow-health panel read it. An
 * alert that fires lasts until the end of the range, or until now.
 */
export async function answerAlerts(scope: Scope, query: AlertsQuery): Promise<Frame[]> {
  const { from, to, now, store, inventory } = scope;
  const { workflow, models, slots, monitors, features, states, severities, limit, refId } = query;
  const engines = inventory.engineIds(query.engines);
  const about = { workflow, models, slots, engines, monitors, features };
  const { alerts, more } = await findAlerts(store, { ...about, from, to, states, severities, limit });
  const rows = alerts.map((alert) => {
    const { startsAt, endsAt = Math.min(to, Math.max(now, startsAt)), severity, state, monitor } = alert;
    const { id, name, text, value = null, slot = null, engine, feature, evidence = '' } = alert;
    const labels = { ...labelsOf({ ...alert, engine: engine === '' ? undefined : engine }), severity, state };
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
    };
  });
  const notices = more ? [`There are more than ${limit} alerts in this range: older ones are left out.`] : [];
  return [withNotices(tableFrame(refId, 'alerts', FIELDS, rows), notices)];
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
] as const;
