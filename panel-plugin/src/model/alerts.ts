import type { DataFrame } from '@grafana/data';
import { compareText, findField, listNames, plural, shorten, textAt, timeAt, timeOf, valueAt } from './fields';
import type { AlertRank, AlertView, ModelAlerts, ModelView, Notice } from './types';

/** Alerts kept for a model's list; the badge counts all of them. */
const LIST_LIMIT = 50;
const TEXT_LIMIT = 500;

const RANKS: readonly AlertRank[] = ['critical', 'warning', 'info'];
const RANK_WORDS: Record<AlertRank, readonly string[]> = {
  critical: ['critical', 'crit', 'fatal', 'emergency', 'alert', 'page', 'error', 'high', 'major', 'disaster'],
  warning: ['warning', 'warn', 'medium', 'average', 'moderate', 'minor'],
  info: [],
};
const RESOLVED = new Set(['resolved', 'ok', 'normal', 'inactive', 'closed']);

/** Reads the alerts of all frames, worst first, then newest first. Rows that name no model are none of the panel's. */
export function readAlerts(frames: DataFrame[], hideResolved: boolean): AlertView[] {
  const alerts = frames
    .flatMap(readFrame)
    .filter((alert) => !(hideResolved && RESOLVED.has(alert.state.toLowerCase())));
  return alerts.sort(compareAlerts);
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
      own.worst ??= alert.rank;
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
      text: `${plural(homeless.length, 'alert')} for models that the topology does not list: ${listNames(homeless.map(({ model }) => model))}.`,
    });
  }
}

export function noAlerts(): ModelAlerts {
  return { count: 0, worst: undefined, items: [] };
}

function readFrame(frame: DataFrame): AlertView[] {
  const time = timeOf(frame);
  const end = findField(frame, 'timeend', 'endtime', 'time_end');
  const field = (...names: string[]) => findField(frame, ...names);
  const [model, severity, text] = [field('model'), field('severity'), field('text', 'message', 'title')];
  const [state, workflow, engine] = [field('state'), field('workflow'), field('engine')];
  const tags = field('tags');
  const alerts: AlertView[] = [];
  for (let row = 0; row < frame.length; row++) {
    // Grafana's annotations keep only fields that it knows, so models and severities travel as tags `key:value`.
    const tag = tagReader(valueAt(tags, row));
    const name = textAt(model, row) ?? tag('model');
    if (name === undefined) {
      continue;
    }
    const words = textAt(severity, row) ?? tag('severity') ?? '';
    const message = valueAt(text, row);
    alerts.push({
      time: timeAt(time, row),
      timeEnd: timeAt(end, row),
      model: name,
      workflow: textAt(workflow, row) ?? tag('workflow') ?? '',
      engine: textAt(engine, row) ?? tag('engine') ?? '',
      severity: words,
      rank: rankOf(words),
      text: typeof message === 'string' ? shorten(message, TEXT_LIMIT) : (textAt(text, row) ?? ''),
      state: textAt(state, row) ?? tag('state') ?? '',
    });
  }
  return alerts;
}

function tagReader(tags: unknown): (key: string) => string | undefined {
  const list = Array.isArray(tags) ? tags : [];
  return (key) => {
    for (const tag of list) {
      const match = typeof tag === 'string' ? /^([a-z]+)\s*[:=]\s*(.+)$/is.exec(tag) : null;
      if (match !== null && match[1].toLowerCase() === key) {
        return shorten(match[2]);
      }
    }
    return undefined;
  };
}

function rankOf(severity: string): AlertRank {
  const word = severity.trim().toLowerCase();
  return RANKS.find((rank) => RANK_WORDS[rank].includes(word)) ?? 'info';
}

function compareAlerts(a: AlertView, b: AlertView): number {
  return (
    RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) ||
    (b.time ?? -Infinity) - (a.time ?? -Infinity) ||
    compareText(a.text, b.text) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}
