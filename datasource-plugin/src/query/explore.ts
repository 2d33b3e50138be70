import { AbstractLabelOperator, type AbstractQuery, type QueryFixAction } from '@grafana/data';
import { METRICS } from '@pneumograph/contract';
import type { WorkflowQuery } from '../types';
import { FILTER_KEYS, tellsApart, type FilterKey } from './adhoc';
import { slotOf } from './interpolate';

/** The query, asking only for the value that somebody clicked on in a table or a legend of Explore. */
export function narrowTo(query: WorkflowQuery, { type, options }: QueryFixAction): WorkflowQuery {
  const key = FILTER_KEYS.find((name) => name === options?.['key']);
  const value = String(options?.['value'] ?? '');
  return type !== 'ADD_FILTER' || key === undefined || value === '' || !tellsApart(query, key)
    ? query
    : { ...query, ...only(key, [value]) };
}

/** What other data sources of Explore ask, as far as their labels are called like what is asked here. */
export function fromLabels({ refId, labelMatchers }: AbstractQuery, begin: Partial<WorkflowQuery>): WorkflowQuery {
  const named = labelMatchers.find(({ name }) => name === '__name__')?.value;
  const metric = METRICS.find(({ name }) => name === named)?.name ?? begin.metric;
  return labelMatchers.reduce<WorkflowQuery>(
    (query, { name, value, operator }) => {
      const key = FILTER_KEYS.find((known) => known === name);
      const values = valuesOf(operator, value);
      return key === undefined || values.length === 0 ? query : { ...query, ...only(key, values) };
    },
    { kind: 'metric', ...begin, metric, refId }
  );
}

/** What is asked here, for other data sources of Explore. */
export function toLabels(query: WorkflowQuery): AbstractQuery {
  const labelMatchers = FILTER_KEYS.flatMap((name) => {
    const values = chosen(query, name);
    const [first = ''] = values;
    return values.length === 0
      ? []
      : values.length === 1
        ? [{ name, value: first, operator: AbstractLabelOperator.Equal }]
        : [{ name, value: values.map(literal).join('|'), operator: AbstractLabelOperator.EqualRegEx }];
  });
  return { refId: query.refId, labelMatchers };
}

function only(key: FilterKey, values: string[]): Partial<WorkflowQuery> {
  switch (key) {
    case 'workflow':
      // A query reads one workflow.
      return values.length === 1 ? { workflow: values[0] } : {};
    case 'slot':
      return { slots: values.map(slotOf) };
    default:
      return { [`${key}s`]: values };
  }
}

function chosen(query: WorkflowQuery, key: FilterKey): string[] {
  return key === 'workflow' ? [query.workflow ?? ''].filter(Boolean) : (query[`${key}s`] ?? []).map(String);
}

/** The texts that a matcher lets through, where it names them all. */
function valuesOf(operator: AbstractLabelOperator, value: string): string[] {
  if (operator === AbstractLabelOperator.Equal) {
    return [value].filter(Boolean);
  }
  const alternatives = value.split('|').map((text) => text.replace(/\\([^\w\s])/g, '$1'));
  return operator === AbstractLabelOperator.EqualRegEx && alternatives.map(literal).join('|') === value
    ? alternatives.filter(Boolean)
    : [];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
