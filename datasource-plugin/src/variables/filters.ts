import type { AdHocVariableFilter, DataFrame, MetricFindValue } from '@grafana/data';
import type { Catalogue } from '@pneumograph/contract';
import { FILTER_KEYS, type FilterKey } from '../query/adhoc';
import type { VariableList } from '../types';
import { listValues } from './lists';

const LIST_OF: Record<FilterKey, VariableList> = {
  workflow: 'workflows',
  model: 'models',
  slot: 'slots',
  engine: 'engines',
  monitor: 'monitors',
  feature: 'features',
};

/** What a dashboard's filters can be for. */
export function filterKeys(): MetricFindValue[] {
  return FILTER_KEYS.map((text) => ({ text }));
}

/** What a filter can ask for, as far as it fits the other filters. */
export function filterValues(
  catalogue: Catalogue,
  key: string,
  others: readonly AdHocVariableFilter[]
): MetricFindValue[] {
  const list = FILTER_KEYS.find((known) => known === key);
  return list === undefined
    ? []
    : listValues(catalogue, LIST_OF[list], { workflows: wanted(others, 'workflow'), models: wanted(others, 'model') });
}

/** Lets people filter by a click on a value of a table. Frames are changed in place, as those of streams stay themselves. */
export function makeFilterable(frames: readonly DataFrame[]): void {
  for (const { fields } of frames) {
    const columns = fields.filter(({ name }) => FILTER_KEYS.some((key) => key === name));
    columns.forEach((field) => (field.config = { ...field.config, filterable: true }));
  }
}

function wanted(filters: readonly AdHocVariableFilter[], key: FilterKey): string[] {
  return filters
    .filter((filter) => filter.key === key)
    .flatMap(({ operator, value, values }) =>
      operator === '=|' ? (values ?? [value]) : operator === '=' ? [value] : []
    )
    .filter((value) => value !== '');
}
