import type { Catalogue } from '@pneumograph/contract';
import type { ComboboxOption } from '@grafana/ui';
import {
  engineOptions,
  featureOptions,
  metricOptions,
  modelOptions,
  monitorOptions,
  slotOptions,
  workflowOptions,
  type Within,
} from '../catalogue/options';
import type { VariableList, WorkflowVariableQuery } from '../types';

type ListOptions = (catalogue: Catalogue, within: Within) => ComboboxOption[];

/** Each list of the catalogue, what it is called, and what narrows it. */
export const LISTS: Record<
  VariableList,
  { label: string; narrowedBy: 'nothing' | 'workflow' | 'model'; options: ListOptions }
> = {
  workflows: { label: 'Workflows', narrowedBy: 'nothing', options: workflowOptions },
  models: { label: 'Models', narrowedBy: 'workflow', options: modelOptions },
  slots: { label: 'Slots', narrowedBy: 'model', options: slotOptions },
  engines: { label: 'Engines', narrowedBy: 'model', options: engineOptions },
  metrics: { label: 'Metrics', narrowedBy: 'nothing', options: metricOptions },
  monitors: { label: 'Monitors', narrowedBy: 'model', options: monitorOptions },
  features: { label: 'Features', narrowedBy: 'model', options: featureOptions },
};

export interface VariableValue {
  /** What people see. */
  text: string;
  /** What a query gets. */
  value: string;
}

/** The values of a variable. */
export function listValues(catalogue: Catalogue, list: VariableList, within: Within): VariableValue[] {
  const { narrowedBy, options } = LISTS[list];
  const narrowed: Within = {
    workflows: narrowedBy === 'nothing' ? [] : within.workflows,
    models: narrowedBy === 'model' ? within.models : [],
  };
  return options(catalogue, narrowed).map(({ value, label }) => ({ text: label ?? value, value }));
}

/** The variable's query with every field: Grafana may hand over an empty one. */
export function completeVariableQuery(
  query: Partial<WorkflowVariableQuery> | undefined
): WorkflowVariableQuery & Required<Pick<WorkflowVariableQuery, 'workflow' | 'models'>> {
  return {
    ...query,
    refId: query?.refId ?? 'PneumographVariable',
    list: query?.list !== undefined && query.list in LISTS ? query.list : 'models',
    workflow: query?.workflow ?? '',
    models: query?.models ?? [],
  };
}
