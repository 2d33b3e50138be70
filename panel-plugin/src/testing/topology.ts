import { toDataFrame, type DataFrame, type FieldConfig } from '@grafana/data';
import { EDGE_FIELDS, NODE_FIELDS, nodeId } from '@pneumograph/contract';

type NodeField = (typeof NODE_FIELDS)[number]['name'];
export type NodeRow = Partial<Record<NodeField, unknown>>;
export type EdgeRow = Partial<Record<(typeof EDGE_FIELDS)[number]['name'], unknown>>;

/** A frame as the ingest backend sends it, with the units and fields of the contract. */
function frameOf(
  name: string,
  fields: ReadonlyArray<{ name: string; type: string; unit?: string }>,
  rows: Array<Record<string, unknown>>
): DataFrame {
  return toDataFrame({
    name,
    refId: 'A',
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type,
      config: field.unit === undefined ? {} : { unit: field.unit },
      values: rows.map((row) => row[field.name] ?? null),
    })),
  });
}

export function nodesFrame(rows: NodeRow[]): DataFrame {
  return frameOf('nodes', NODE_FIELDS, rows);
}

export function edgesFrame(rows: EdgeRow[]): DataFrame {
  return frameOf('edges', EDGE_FIELDS, rows);
}

/** A healthy model with one engine; `more` overrides. */
export function node(workflow: string, model: string, more: NodeRow = {}): NodeRow {
  return {
    id: nodeId(workflow, model),
    title: model,
    subtitle: workflow,
    model,
    workflow,
    status: 'running',
    engines: 1,
    running: 1,
    rps_in: 10,
    rps_out: 10,
    rejected: 0,
    cpu: 12.5,
    memory: 2 ** 30,
    ...more,
  };
}

export function edge(workflow: string, source: string, target: string, more: EdgeRow = {}): EdgeRow {
  return {
    id: `${workflow}/${source}:1>${target}:0`,
    source: nodeId(workflow, source),
    target: nodeId(workflow, target),
    mainstat: 10,
    source_slot: 1,
    target_slot: 0,
    ...more,
  };
}

/** The workflow of the demo: a reader, a predictor of two engines, a scorer. */
export function pricesTopology(): DataFrame[] {
  return [
    nodesFrame([
      node('prices', 'reader', { rejected: 423 }),
      node('prices', 'predictor', { engines: 4, running: 3, error: 1, status: 'error' }),
      node('prices', 'scorer'),
    ]),
    edgesFrame([
      edge('prices', 'reader', 'predictor', { mainstat: 62.5 }),
      edge('prices', 'predictor', 'scorer', { mainstat: 62.5 }),
      edge('prices', 'reader', 'scorer', { source_slot: 3, target_slot: 2, mainstat: 31 }),
    ]),
  ];
}

export interface AlertRow {
  time?: unknown;
  model?: unknown;
  severity?: unknown;
  text?: unknown;
  state?: unknown;
  workflow?: unknown;
}

export function alertsFrame(rows: AlertRow[]): DataFrame {
  const names = ['time', 'model', 'severity', 'text', 'state', 'workflow'] as const;
  return toDataFrame({
    refId: 'B',
    fields: names.map((name) => ({
      name,
      type: name === 'time' ? 'time' : 'string',
      values: rows.map((row) => row[name] ?? null),
    })),
  });
}

export interface SeriesLabels {
  workflow?: string;
  model: string;
  slot?: string;
  engine?: string;
  monitor?: string;
  feature?: string;
  from?: string;
}

/** A series as a query of the kind `metric` answers it, a value each second. */
export function metricFrame(
  metric: string,
  labels: SeriesLabels,
  values: Array<number | null>,
  config: FieldConfig = {}
): DataFrame {
  return toDataFrame({
    refId: 'D',
    fields: [
      { name: 'Time', type: 'time', values: values.map((_, index) => index * 1000) },
      { name: metric, type: 'number', labels: { workflow: 'prices', ...labels }, config, values },
    ],
  });
}
