import type { AdHocVariableFilter } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { findMetric, isMonitored, METRICS, NO_MODEL, parseDottedName } from '@pneumograph/contract';
import type { WorkflowQuery } from '../types';
import { slotOf } from './interpolate';
import { expandList, type Template } from './template';

/** What a dashboard's filters can narrow, of every query of this data source at once. */
export const FILTER_KEYS = ['workflow', 'model', 'slot', 'engine', 'monitor', 'feature'] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];

/**
 * The query, narrowed by the filters of its dashboard: a series must fit the query and all filters. A filter leaves a
 * query alone that does not tell such things apart, such as one for a feature where the throughput is asked for.
 * @param query as the ingest backend reads it, without variables
 * @throws Error in plain words where a filter means nothing here
 */
export function narrow(
  query: WorkflowQuery,
  filters: readonly AdHocVariableFilter[],
  template: Template
): WorkflowQuery {
  // What is half typed narrows nothing yet.
  const complete = filters.filter((filter) => filter.key !== '' && valuesOf(filter).length > 0);
  if (complete.length === 0) {
    return query;
  }
  return complete.reduce((narrowed, filter) => {
    const key = keyOf(filter);
    const wanted = expandList(valuesOf(filter), template);
    return wanted.length > 0 && tellsApart(narrowed, key) ? narrowBy(narrowed, key, wanted) : narrowed;
  }, withoutDottedName(query));
}

/** The filters of a dashboard, where Grafana does not hand them over with the query. */
export function dashboardFilters(templateSrv: TemplateSrv, datasource: string): AdHocVariableFilter[] {
  const { getAdhocFilters } = templateSrv as {
    getAdhocFilters?: (datasource: string, skipDeprecationWarning: boolean) => AdHocVariableFilter[];
  };
  return getAdhocFilters?.call(templateSrv, datasource, true) ?? [];
}

function keyOf(filter: AdHocVariableFilter): FilterKey {
  const problem = problemOf(filter);
  const known = FILTER_KEYS.find((name) => name === filter.key);
  if (problem !== undefined || known === undefined) {
    throw new Error(problem);
  }
  return known;
}

/** Why a filter means nothing here, in plain words; undefined where it does. */
export function problemOf({ key, operator }: AdHocVariableFilter): string | undefined {
  if (!FILTER_KEYS.some((name) => name === key)) {
    return `Pneumograph filters by ${FILTER_KEYS.join(', ')}, but the dashboard has a filter for ${key}.`;
  }
  return operator === '=' || operator === '=|'
    ? undefined
    : `The filter for ${key} uses ${operator}, which Pneumograph does not know. Use = or "One of" (=|) instead.`;
}

function valuesOf({ operator, value, values }: AdHocVariableFilter): string[] {
  return (operator === '=|' && values !== undefined ? values : [value]).filter((text) => text !== '');
}

/** Whether the series or rows of a query differ in what a filter asks for. */
export function tellsApart({ kind, metric = '' }: WorkflowQuery, key: FilterKey): boolean {
  const known = kind === 'metric' ? findMetric(metric) : undefined;
  switch (key) {
    case 'workflow':
    case 'model':
      return true;
    case 'slot':
      return kind === 'metric' ? (known?.slotted ?? true) : kind === 'alerts' || kind === 'profile';
    case 'engine':
      return kind === 'metric'
        ? (known?.joins?.byEngine ?? true)
        : kind === 'alerts' || kind === 'status' || kind === 'messages';
    case 'monitor':
    case 'feature':
      return kind === 'metric' ? known === undefined || isMonitored(known) : kind === 'alerts' || kind === 'profile';
  }
}

function narrowBy(query: WorkflowQuery, key: FilterKey, wanted: string[]): WorkflowQuery {
  if (key === 'workflow') {
    return narrowWorkflow(query, wanted);
  }
  const field = `${key}s` as const;
  const own = (query[field] ?? []).map(String);
  const both = own.length === 0 ? wanted : own.filter((name) => wanted.includes(name));
  if (both.length === 0) {
    return { ...query, models: [NO_MODEL] };
  }
  return { ...query, [field]: key === 'slot' ? both.map(slotOf) : both };
}

function narrowWorkflow(query: WorkflowQuery, wanted: string[]): WorkflowQuery {
  const { workflow } = query;
  if (workflow !== undefined && workflow !== '') {
    return wanted.includes(workflow) ? query : { ...query, models: [NO_MODEL] };
  }
  if (wanted.length > 1) {
    throw new Error(
      `A query reads one workflow, but the filter for workflow names ${wanted.length} (${wanted.slice(0, 3).join(', ')}). ` +
        'Filter for one workflow.'
    );
  }
  return { ...query, workflow: wanted[0] };
}

/** A dotted name is a model and a slot already: filters narrow those. */
function withoutDottedName(query: WorkflowQuery): WorkflowQuery {
  const { kind, metric = '', models = [], slots = [] } = query;
  if (kind !== 'metric' || METRICS.some(({ name }) => name === metric) || models.length > 0 || slots.length > 0) {
    return query;
  }
  const dotted = parseDottedName(metric);
  return dotted === undefined
    ? query
    : {
        ...query,
        metric: dotted.metric.name,
        models: [dotted.model],
        slots: dotted.slot === undefined ? [] : [dotted.slot],
      };
}
