import type { Format, WorkflowQuery } from '../types';

/** What a new query asks for: the throughput of every model. */
export const NEW_QUERY = {
  kind: 'metric',
  workflow: '',
  models: [],
  slots: [],
  engines: [],
  metric: 'rps',
  over: 'default',
  across: 'default',
  alias: '',
  format: 'timeseries',
  fill: 'none',
} as const satisfies Readonly<Partial<Record<keyof WorkflowQuery, unknown>>>;

export type CompleteQuery = WorkflowQuery &
  Required<
    Omit<
      WorkflowQuery,
      keyof BaseQuery | 'by' | 'topN' | 'compare' | 'engineStates' | 'levels' | 'search' | 'limit' | 'live'
    >
  >;
type BaseQuery = Pick<WorkflowQuery, 'refId' | 'hide' | 'key' | 'queryType' | 'datasource'>;

/** The query with every field, so that a hand-written or older one reads like any other. Never invents a metric. */
export function withDefaults(query: WorkflowQuery): CompleteQuery {
  return {
    ...query,
    kind: query.kind ?? NEW_QUERY.kind,
    workflow: query.workflow ?? NEW_QUERY.workflow,
    models: query.models ?? [],
    slots: query.slots ?? [],
    engines: query.engines ?? [],
    monitors: query.monitors ?? [],
    features: query.features ?? [],
    severities: query.severities ?? [],
    states: query.states ?? [],
    per: query.per ?? 'alert',
    metric: query.metric ?? '',
    over: query.over ?? NEW_QUERY.over,
    across: query.across ?? NEW_QUERY.across,
    alias: query.alias ?? NEW_QUERY.alias,
    format: query.format ?? NEW_QUERY.format,
    fill: query.fill ?? NEW_QUERY.fill,
  };
}

/** Whether there is enough to ask the ingest backend. */
export function isComplete(query: WorkflowQuery): boolean {
  const { kind, metric } = withDefaults(query);
  return kind !== 'metric' || metric.trim() !== '';
}

/** A format that another kind of query left behind means the usual one. */
export function profileFormat(format: Format): 'shares' | 'counts' | 'table' {
  return format === 'counts' || format === 'table' ? format : 'shares';
}
