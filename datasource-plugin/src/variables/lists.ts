import { t } from '@grafana/i18n';
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

/** Each list of the catalogue, and what narrows it. */
export const LISTS: Record<VariableList, { narrowedBy: 'nothing' | 'workflow' | 'model'; options: ListOptions }> = {
  workflows: { narrowedBy: 'nothing', options: workflowOptions },
  models: { narrowedBy: 'workflow', options: modelOptions },
  slots: { narrowedBy: 'model', options: slotOptions },
  engines: { narrowedBy: 'model', options: engineOptions },
  metrics: { narrowedBy: 'nothing', options: metricOptions },
  monitors: { narrowedBy: 'model', options: monitorOptions },
  features: { narrowedBy: 'model', options: featureOptions },
};

/** What each list is called. */
export function listNames(): Record<VariableList, string> {
  return {
    workflows: t('lists.workflows', 'Workflows'),
    models: t('lists.models', 'Models'),
    slots: t('lists.slots', 'Slots'),
    engines: t('lists.engines', 'Engines'),
    metrics: t('lists.metrics', 'Metrics'),
    monitors: t('lists.monitors', 'Monitors'),
    features: t('lists.features', 'Features'),
  };
}

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
