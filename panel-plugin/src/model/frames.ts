import type { DataFrame } from '@grafana/data';
import { t } from '@grafana/i18n';
import { isStates } from './engines';
import { compareText, findField, listNames, shorten, timeOf } from './fields';
import { holdsMetrics } from './metrics';

/** A frame and its index in `data.series`; frames of annotations have none. */
export interface KnownFrame {
  frame: DataFrame;
  index: number;
}

/** A frame of alerts; `index` is undefined for annotations. */
export interface KnownAlerts {
  frame: DataFrame;
  index: number | undefined;
}

export interface SortedFrames {
  nodes: KnownFrame[];
  edges: DataFrame[];
  alerts: KnownAlerts[];
  /** States of engines over time. */
  states: DataFrame[];
  /** Numbers of models, over time or of now. */
  metrics: DataFrame[];
  /** Frames that are meant for this panel but lack something, one sentence each. */
  problems: string[];
}

/** Fields that only a table of models has; a bare `id` may be anything. */
const NODE_HINTS = ['title', 'model', 'status', 'engines', 'mainstat'];

/**
 * Tells the frames apart by their fields, because names get lost in transformations and other data sources use
 * names of their own. Names only help to say what a broken frame lacks.
 */
export function sortFrames(series: DataFrame[], annotations: DataFrame[]): SortedFrames {
  const sorted: SortedFrames = { nodes: [], edges: [], alerts: [], states: [], metrics: [], problems: [] };
  const bareIds: KnownFrame[] = [];
  series.forEach((frame, index) => {
    const has = (...names: string[]) => findField(frame, ...names) !== undefined;
    const named = (name: string) => [frame.name, frame.refId].some((text) => text?.toLowerCase() === name);
    const lacking = (name: string, wanted: Array<[string, boolean]>) =>
      sorted.problems.push(lacks(frame, name, wanted));
    // Models of alerts may be told by labels or tags; without a severity they are of the least.
    const alertFields: Array<[string, boolean]> = [
      ['time', timeOf(frame) !== undefined],
      ['model', has('model', 'labels', 'tags')],
    ];

    if (isStates(frame)) {
      sorted.states.push(frame);
    } else if (has('source') && has('target')) {
      sorted.edges.push(frame);
    } else if (named('edges') || has('source') || has('target')) {
      lacking('edges', [
        ['source', has('source')],
        ['target', has('target')],
      ]);
    } else if (named('nodes')) {
      if (has('id', 'model')) {
        sorted.nodes.push({ frame, index });
      } else {
        lacking('nodes', [['id', false]]);
      }
    } else if (named('alerts') || has('severity')) {
      if (alertFields.every(([, present]) => present)) {
        sorted.alerts.push({ frame, index });
      } else {
        lacking('alerts', alertFields);
      }
    } else if (holdsMetrics(frame)) {
      sorted.metrics.push(frame);
    } else if (has('id') && timeOf(frame) === undefined) {
      (has(...NODE_HINTS) ? sorted.nodes : bareIds).push({ frame, index });
    } else if (has('model') && has('status', 'state') && timeOf(frame) === undefined) {
      // A model's name stands in for an id.
      sorted.nodes.push({ frame, index });
    }
  });
  if (sorted.nodes.length === 0) {
    sorted.nodes = bareIds;
  }
  for (const frame of annotations) {
    // Annotations of other kinds are drawn on every panel of a dashboard: those without a model are none of ours.
    if (['model', 'tags', 'newstate', 'labels'].some((name) => findField(frame, name) !== undefined)) {
      sorted.alerts.push({ frame, index: undefined });
    }
  }
  sorted.problems = [...new Set(sorted.problems)].sort(compareText);
  return sorted;
}

function lacks(frame: DataFrame, kind: string, wanted: Array<[string, boolean]>): string {
  const missing = wanted.filter(([, present]) => !present).map(([name]) => `\`${name}\``);
  const name = shorten(frame.name || frame.refId || kind, 40);
  const fields = missing.join(', ');
  const found = listNames(frame.fields.map((field) => field.name));
  return t('notices.lacks', '', {
    count: missing.length,
    name,
    fields,
    found: found === '' ? '–' : found,
    defaultValue_one: 'The frame `{{name}}` lacks the field {{fields}}. Its fields: {{found}}.',
    defaultValue_other: 'The frame `{{name}}` lacks the fields {{fields}}. Its fields: {{found}}.',
  });
}
