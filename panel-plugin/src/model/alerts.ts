import { t } from '@grafana/i18n';
import { alertsOf } from './alertRows';
import { ALERT_RANKS, ALERT_STATUSES } from './alertStates';
import { compareText, listNames } from './fields';
import type { KnownAlerts } from './frames';
import type { AlertView, LinkView, ModelAlerts, ModelView, Notice } from './types';

/** Alerts kept for a model's list; the badge counts all of them. */
const LIST_LIMIT = 50;

/** Reads the alerts of all frames: those that fire, then by severity, then newest first; each once. */
export function readAlerts(frames: KnownAlerts[], hideResolved: boolean): AlertView[] {
  const alerts = frames
    .flatMap(alertsOf)
    .filter(({ status }) => !(hideResolved && status === 'resolved'))
    .map((alert) => ({ alert, text: JSON.stringify({ ...alert, origin: undefined }) }))
    .sort((a, b) => compareAlerts(a.alert, b.alert) || compareText(a.text, b.text));
  // The same alert may come by a query and as an annotation; the query's knows where its links are.
  return alerts.filter(({ text }, index) => text !== alerts[index - 1]?.text).map(({ alert }) => alert);
}

/** Gives each model its alerts and says which alerts found no model. */
export function attachAlerts(models: Iterable<ModelView>, alerts: AlertView[], notices: Notice[]): void {
  const byName = new Map<string, ModelView[]>();
  for (const model of models) {
    byName.set(model.name, [...(byName.get(model.name) ?? []), model]);
  }
  const homeless: AlertView[] = [];
  for (const alert of alerts) {
    // An alert that names no workflow concerns the model wherever it runs.
    const owners = (byName.get(alert.model) ?? []).filter(
      ({ workflow }) => alert.workflow === '' || alert.workflow === workflow
    );
    for (const { alerts: own } of owners) {
      own.count++;
      own.first ??= alert;
      // What is over or silenced is no worse than what is not.
      if (alert.silenced === own.first.silenced && isOver(alert) === isOver(own.first)) {
        own.worst = worse(own.worst, alert.rank);
      }
      if (own.items.length < LIST_LIMIT) {
        own.items.push(alert);
      }
    }
    if (owners.length === 0) {
      homeless.push(alert);
    }
  }
  if (homeless.length > 0) {
    notices.push({
      severity: 'info',
      text: t('notices.homeless', '', {
        count: homeless.length,
        names: listNames(homeless.map(({ model }) => model)),
        defaultValue_one: '{{count}} alert for a model that the topology does not list: {{names}}.',
        defaultValue_other: '{{count}} alerts for models that the topology does not list: {{names}}.',
      }),
    });
  }
}

/** Gives each link the alerts on the slots that it joins: of its source's outputs and of its target's inputs. */
export function attachLinkAlerts(links: LinkView[], models: ReadonlyMap<string, ModelView>): void {
  for (const link of links) {
    const of = (id: string, slots: Array<number | undefined>) =>
      (models.get(id)?.alerts.items ?? []).filter(({ slot }) => slot !== undefined && slots.includes(slot));
    link.alerts = [
      ...new Set([
        ...of(
          link.source,
          link.flows.map(({ sourceSlot }) => sourceSlot)
        ),
        ...of(
          link.target,
          link.flows.map(({ targetSlot }) => targetSlot)
        ),
      ]),
    ].sort(compareAlerts);
  }
}

/** What is told first of alerts in their order: how many there are, the first, and the worst of those like it. */
export function summaryOf(items: AlertView[], count = items.length): ModelAlerts {
  const [first] = items;
  // What is over or silenced is no worse than what is not.
  const alike = items.filter((alert) => alert.silenced === first?.silenced && isOver(alert) === isOver(first));
  return { count, first, worst: ALERT_RANKS.find((rank) => alike.some((alert) => alert.rank === rank)), items };
}

/** What stays of an alert while its values change, so that an open one stays open. */
export function alertKey({ time, model, workflow, engine, slot, monitor, feature, title, text }: AlertView): string {
  const about = monitor === '' && title === '' ? text : title;
  return JSON.stringify([time, model, workflow, engine, slot, monitor, feature, about]);
}

export function noAlerts(): ModelAlerts {
  return { count: 0, worst: undefined, first: undefined, items: [] };
}

function isOver({ status }: AlertView): boolean {
  return status === 'resolved';
}

function worse(a: ModelAlerts['worst'], b: AlertView['rank']): AlertView['rank'] {
  return a !== undefined && ALERT_RANKS.indexOf(a) <= ALERT_RANKS.indexOf(b) ? a : b;
}

export function compareAlerts(a: AlertView, b: AlertView): number {
  return (
    Number(isOver(a)) - Number(isOver(b)) ||
    Number(a.silenced) - Number(b.silenced) ||
    ALERT_STATUSES.indexOf(a.status) - ALERT_STATUSES.indexOf(b.status) ||
    ALERT_RANKS.indexOf(a.rank) - ALERT_RANKS.indexOf(b.rank) ||
    (b.time ?? -Infinity) - (a.time ?? -Infinity) ||
    compareText(a.text, b.text)
  );
}
