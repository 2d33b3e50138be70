import type { DataFrame } from '@grafana/data';
import { alertStatus, rankOf } from './alertStates';
import { findField, keyAt, numberAt, shorten, textAt, timeAt, timeOf, valueAt } from './fields';
import type { KnownAlerts } from './frames';
import type { AlertView } from './types';

const TEXT_LIMIT = 500;
const EVIDENCE_LIMIT = 5000;

/** The alerts of a frame. Rows that name no model are none of the panel's. */
export function alertsOf({ frame, index }: KnownAlerts): AlertView[] {
  const field = (...names: string[]) => findField(frame, ...names);
  // Grafana tells each change of a rule's state as an annotation of its own.
  if (index === undefined && field('newstate') !== undefined) {
    return episodes(frame);
  }
  const [time, end] = [timeOf(frame), field('timeend', 'endtime', 'time_end')];
  const [model, severity, text, title] = [
    field('model'),
    field('severity'),
    field('text', 'message', 'title'),
    field('title', 'name', 'alertname'),
  ];
  const [state, workflow, engine, slot] = [field('state', 'status'), field('workflow'), field('engine'), field('slot')];
  const [monitor, feature, evidence] = [field('monitor'), field('feature'), field('evidence')];
  const [url, silenced] = [field('url', 'link', 'generatorurl'), field('silenced', 'muted')];
  const [tags, labels] = [field('tags'), field('labels')];
  const alerts: AlertView[] = [];
  for (let row = 0; row < frame.length; row++) {
    // Grafana's annotations keep only fields that it knows, so models and severities travel as tags `key:value`.
    const tag = tagReader(valueAt(tags, row), valueAt(labels, row));
    const name = textAt(model, row) ?? tag('model');
    if (name === undefined) {
      continue;
    }
    const said = textAt(state, row) ?? tag('state') ?? '';
    const told = alertStatus(said);
    const words = textAt(severity, row) ?? tag('severity') ?? '';
    const message = textOf(valueAt(text, row), TEXT_LIMIT);
    const short = textAt(title, row) ?? tag('alertname') ?? '';
    const mute = silence(textOf(valueAt(silenced, row), TEXT_LIMIT) || tag('silenced'));
    alerts.push({
      time: timeAt(time, row),
      timeEnd: timeAt(end, row),
      model: name,
      workflow: textAt(workflow, row) ?? tag('workflow') ?? '',
      engine: textAt(engine, row) ?? tag('engine') ?? '',
      severity: words,
      rank: rankOf(words),
      title: short === message ? '' : short,
      text: message,
      state: said,
      status: told.status,
      silenced: told.silenced || mute.silenced,
      muted: mute.muted,
      slot: numberAt(slot, row) ?? numberOf(tag('slot')),
      monitor: textAt(monitor, row) ?? tag('monitor') ?? '',
      feature: textAt(feature, row) ?? tag('feature') ?? '',
      evidence: textOf(valueAt(evidence, row), EVIDENCE_LIMIT),
      url: keyAt(url, row) ?? '',
      origin: index === undefined ? undefined : { frame: index, row },
    });
  }
  return alerts;
}

/** Whether a row of annotations says which model it is about. */
export function namesModel(frame: DataFrame): (row: number) => boolean {
  const [model, tags, labels, text] = ['model', 'tags', 'labels', 'text'].map((name) => findField(frame, name));
  const isState = findField(frame, 'newstate') !== undefined;
  return (row) =>
    textAt(model, row) !== undefined ||
    tagReader(valueAt(tags, row), valueAt(labels, row))('model') !== undefined ||
    (isState && (ruleOf(textOf(valueAt(text, row), EVIDENCE_LIMIT)).labels.model ?? '') !== '');
}

/** Whether a field says that nobody is notified: by yes or no, or by the reason. */
function silence(said = ''): Pick<AlertView, 'silenced' | 'muted'> {
  const plain = said.trim().toLowerCase();
  const no = ['', 'false', '0', 'no'].includes(plain);
  return { silenced: !no, muted: no || ['true', '1', 'yes'].includes(plain) ? '' : said };
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function textOf(value: unknown, limit: number): string {
  if (value === null || value === undefined) {
    return '';
  }
  return shorten(typeof value === 'object' ? JSON.stringify(value) : String(value), limit);
}

/** Reads tags `key:value`, of a list or with commas between them, and labels as JSON or an object; labels come first. */
function tagReader(tags: unknown, labels: unknown): (key: string) => string | undefined {
  const list: unknown[] = Array.isArray(tags) ? tags : typeof tags === 'string' ? tags.split(',') : [];
  const named = labelsIn(labels);
  return (key) => {
    const label = named[key];
    if ((typeof label === 'string' || typeof label === 'number') && label !== '') {
      return shorten(String(label));
    }
    for (const tag of list) {
      const match = typeof tag === 'string' ? /^\s*([a-z]+)\s*[:=]\s*(.+)$/is.exec(tag) : null;
      if (match !== null && match[1].toLowerCase() === key) {
        return shorten(match[2]);
      }
    }
    return undefined;
  };
}

function labelsIn(labels: unknown): Record<string, unknown> {
  try {
    const parsed: unknown = typeof labels === 'string' && labels.length < EVIDENCE_LIMIT ? JSON.parse(labels) : labels;
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

interface Change {
  time: number;
  state: string;
  title: string;
  labels: Record<string, string>;
  values: string;
}

/** One alert from the moment its rule left `Normal` to the moment it is back, in the state that it was in last. */
function episodes(frame: DataFrame): AlertView[] {
  const [time, text, state, data] = [
    timeOf(frame),
    ...['text', 'newstate', 'data'].map((name) => findField(frame, name)),
  ];
  const [id, tags] = [findField(frame, 'alertid'), findField(frame, 'tags')];
  const changes = new Map<string, Change[]>();
  for (let row = 0; row < frame.length; row++) {
    const at = timeAt(time, row);
    const said = textAt(state, row);
    if (at === undefined || said === undefined) {
      continue;
    }
    const { title, labels } = ruleOf(textOf(valueAt(text, row), EVIDENCE_LIMIT));
    const tag = tagReader(valueAt(tags, row), labels);
    const all = { ...labels, ...Object.fromEntries(TAGS.flatMap((key) => [[key, tag(key) ?? labels[key] ?? '']])) };
    const key = JSON.stringify([keyAt(id, row), title, Object.entries(all).sort()]);
    const change = { time: at, state: said, title, labels: all, values: textOf(valueAt(data, row), EVIDENCE_LIMIT) };
    changes.set(key, [...(changes.get(key) ?? []), change]);
  }
  return [...changes.values()].flatMap((own) => {
    const sorted = [...own].sort((a, b) => a.time - b.time);
    const alerts: AlertView[] = [];
    let begin: Change | undefined;
    sorted.forEach((change, index) => {
      const over = alertStatus(change.state).status === 'resolved';
      if (!over) {
        begin ??= change;
      }
      if (begin !== undefined && (over || index === sorted.length - 1) && change.labels.model !== '') {
        alerts.push(episode(begin, change, over));
      }
      begin = over ? undefined : begin;
    });
    return alerts;
  });
}

const TAGS = ['model', 'workflow', 'engine', 'severity', 'slot', 'monitor', 'feature'] as const;

function episode(begin: Change, last: Change, over: boolean): AlertView {
  const { labels } = last;
  return {
    time: begin.time,
    timeEnd: over ? last.time : undefined,
    model: labels.model,
    workflow: labels.workflow,
    engine: labels.engine,
    severity: labels.severity,
    rank: rankOf(labels.severity),
    title: '',
    text: shorten(last.title, TEXT_LIMIT),
    state: last.state,
    ...alertStatus(last.state),
    muted: '',
    slot: numberOf(labels.slot),
    monitor: labels.monitor,
    feature: labels.feature,
    evidence: last.values,
    url: '',
    origin: undefined,
  };
}

/** Name and labels of a rule from the text of an annotation: `CPU is high {alertname=…, model=lstm} - Alerting`. */
function ruleOf(text: string): { title: string; labels: Record<string, string> } {
  const match = /^(.*?)\s*\{([^}]*)\}/s.exec(text);
  if (match === null) {
    return { title: text.replace(/\s+-\s+[^-]*$/, ''), labels: {} };
  }
  const pairs = match[2].split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0
      ? []
      : [
          [
            pair.slice(0, at).trim(),
            pair
              .slice(at + 1)
              .trim()
              .replace(/^"(.*)"$/, '$1'),
          ],
        ];
  });
  return { title: match[1], labels: Object.fromEntries(pairs) as Record<string, string> };
}
