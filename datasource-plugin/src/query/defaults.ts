import type { WorkflowQuery } from '../types';

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
  by: ['model', 'slot'],
  alias: '',
  format: 'timeseries',
} as const satisfies Readonly<Partial<Record<keyof WorkflowQuery, unknown>>>;

export type CompleteQuery = WorkflowQuery & Required<Omit<WorkflowQuery, keyof BaseQuery>>;
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
    metric: query.metric ?? '',
    over: query.over ?? NEW_QUERY.over,
    across: query.across ?? NEW_QUERY.across,
    by: query.by ?? [...NEW_QUERY.by],
    alias: query.alias ?? NEW_QUERY.alias,
    format: query.format ?? NEW_QUERY.format,
  };
}

/** Whether there is enough to ask the ingest backend. */
export function isComplete(query: WorkflowQuery): boolean {
  const { kind, metric } = withDefaults(query);
  return kind !== 'metric' || metric.trim() !== '';
}
