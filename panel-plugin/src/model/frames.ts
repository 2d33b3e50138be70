import type { DataFrame } from '@grafana/data';
import { isStates } from './engines';
import { compareText, findField, listNames, shorten, timeOf } from './fields';

/** A frame and its index in `data.series`; frames of annotations have none. */
export interface KnownFrame {
  frame: DataFrame;
  index: number;
}

export interface SortedFrames {
  nodes: KnownFrame[];
  edges: DataFrame[];
  alerts: DataFrame[];
  /** States of engines over time. */
  states: DataFrame[];
  /** Frames that are meant for this panel but lack something, one sentence each. */
  problems: string[];
}

const ALERT_TEXT = ['text', 'message', 'title'];
/** Fields that only a table of models has; a bare `id` may be anything. */
const NODE_HINTS = ['title', 'model', 'status', 'engines', 'mainstat'];

/**
 * Tells the frames apart by their fields, because names get lost in transformations and other data sources use
 * names of their own. Names only help to say what a broken frame lacks.
 */
export function sortFrames(series: DataFrame[], annotations: DataFrame[]): SortedFrames {
  const sorted: SortedFrames = { nodes: [], edges: [], alerts: [], states: [], problems: [] };
  const bareIds: KnownFrame[] = [];
  series.forEach((frame, index) => {
    const has = (...names: string[]) => findField(frame, ...names) !== undefined;
    const named = (name: string) => [frame.name, frame.refId].some((text) => text?.toLowerCase() === name);
    const lacking = (name: string, wanted: Array<[string, boolean]>) =>
      sorted.problems.push(lacks(frame, name, wanted));
    const alertFields: Array<[string, boolean]> = [
      ['time', timeOf(frame) !== undefined],
      ['model', has('model')],
      ['severity', has('severity')],
      ['text', has(...ALERT_TEXT)],
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
      if (has('id')) {
        sorted.nodes.push({ frame, index });
      } else {
        lacking('nodes', [['id', false]]);
      }
    } else if (alertFields.every(([, present]) => present)) {
      sorted.alerts.push(frame);
    } else if (named('alerts') || has('severity')) {
      lacking('alerts', alertFields);
    } else if (has('id') && timeOf(frame) === undefined) {
      (has(...NODE_HINTS) ? sorted.nodes : bareIds).push({ frame, index });
    } else if (has('status') && has('model') && timeOf(frame) === undefined) {
      lacking('nodes', [['id', false]]);
    }
  });
  if (sorted.nodes.length === 0) {
    sorted.nodes = bareIds;
  }
  for (const frame of annotations) {
    // Annotations of other kinds are drawn on every panel of a dashboard: those without a model are none of ours.
    if (findField(frame, 'model') !== undefined || findField(frame, 'tags') !== undefined) {
      sorted.alerts.push(frame);
    }
  }
  sorted.problems = [...new Set(sorted.problems)].sort(compareText);
  return sorted;
}

function lacks(frame: DataFrame, kind: string, wanted: Array<[string, boolean]>): string {
  const missing = wanted.filter(([, present]) => !present).map(([name]) => `\`${name}\``);
  const fields = missing.length === 1 ? `the field ${missing[0]}` : `the fields ${missing.join(', ')}`;
  const found = frame.fields.length === 0 ? 'it has no fields' : `it has ${listNames(frame.fields.map((f) => f.name))}`;
  return `The frame \`${shorten(frame.name || frame.refId || kind, 40)}\` lacks ${fields}: ${found}.`;
}
