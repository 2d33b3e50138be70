import type { SelectableValue } from '@grafana/data';
import {
  ALERT_SEVERITIES,
  ALERT_STATES,
  isMonitored,
  WORST_FIRST,
  type Across,
  type Fill,
  type Over,
  type QueryKind,
} from '@pneumograph/contract';
import type { ComboboxOption } from '@grafana/ui';
import type { Format, GroupBy, ListedMetric } from '../types';

export const KINDS: Array<SelectableValue<QueryKind> & { value: QueryKind }> = [
  { value: 'metric', label: 'Metric', description: 'Numbers of models over time, or the newest ones' },
  { value: 'status', label: 'Engine status', description: 'The states of each engine over time, for a state timeline' },
  {
    value: 'topology',
    label: 'Topology',
    description: 'Models and the links between them, for the Workflow health panel',
  },
  { value: 'alerts', label: 'Alerts', description: 'What monitors found, for tables, annotations and Workflow health' },
  {
    value: 'profile',
    label: 'Distribution',
    description: 'How the values of each feature are distributed, for a heat map, or beside the reference',
  },
];

/** What becomes annotations: rows with a time. */
export const ANNOTATION_KINDS: typeof KINDS = [
  { value: 'alerts', label: 'Alerts', description: 'What monitors found, from its beginning to its end' },
  { value: 'status', label: 'Engine states', description: 'What engines went through, and why' },
];

/** The states of engines, worst first. */
export const ENGINE_STATE_OPTIONS: ComboboxOption[] = WORST_FIRST.map((value) => ({ value }));

/** What the placeholders in the name of a series stand for. */
export const PLACEHOLDERS: ReadonlyArray<readonly [name: string, meaning: string]> = [
  ['workflow', 'the workflow'],
  ['model', 'the model'],
  ['slot', 'the slot, where the metric has slots'],
  ['engine', 'the engine, where each has its own series'],
  ['monitor', 'the monitor that tells it'],
  ['feature', 'the field of the records'],
  ['metric', 'the metric'],
];

export const FORMATS: Array<SelectableValue<Format> & { value: Format }> = [
  { value: 'timeseries', label: 'Over time', description: 'One line a series' },
  { value: 'latest', label: 'Newest value', description: 'One number a series, for stat, gauge and alerts' },
];

export const STATE_FORMATS: Array<SelectableValue<Format> & { value: Format }> = [
  { value: 'timeseries', label: 'Over time', description: 'One series an engine' },
  { value: 'table', label: 'Table with causes', description: 'One row a state, with why the engine is in it' },
];

export const PROFILE_FORMATS: Array<SelectableValue<Format> & { value: Format }> = [
  { value: 'shares', label: 'Shares over time', description: 'Share of each bin, for a heat map' },
  { value: 'counts', label: 'Counts over time', description: 'Number of values in each bin, for a heat map' },
  {
    value: 'table',
    label: 'Beside the reference',
    description: 'Share of each bin in the whole range, for a bar chart',
  },
];

export const SEVERITIES: ComboboxOption[] = ALERT_SEVERITIES.map((value) => ({ value }));
export const ALERT_STATE_OPTIONS: ComboboxOption[] = ALERT_STATES.map((value) => ({ value }));

const OVER_WORDS: Record<Over, string> = {
  avg: 'Mean',
  sum: 'Sum',
  min: 'Lowest',
  max: 'Highest',
  last: 'Last',
  count: 'Number of reports',
  p50: 'Median (p50)',
  p95: '95th percentile (p95)',
  p99: '99th percentile (p99)',
};

const ACROSS_WORDS: Record<Across, string> = {
  sum: 'Sum',
  avg: 'Mean',
  min: 'Lowest',
  max: 'Highest',
  worst: 'Worst state',
};

const OVER_PHRASES: Record<Over, string> = {
  avg: 'mean',
  sum: 'sum of',
  min: 'lowest',
  max: 'highest',
  last: 'last',
  count: 'number of reports of',
  p50: 'median',
  p95: '95th percentile of',
  p99: '99th percentile of',
};

/** How reports combine over time, before the name of the metric in a sentence; empty where that is not known. */
export function overPhrase(over: Over | 'default', metric: ListedMetric | undefined): string {
  const own = over === 'default' ? metric?.over : over;
  // Counts add up by themselves: a sum of records is records.
  return own === undefined || (own === 'sum' && over === 'default') ? '' : (OVER_PHRASES[own] ?? own);
}

/** How engines combine, at the end of a sentence. */
export function acrossPhrase(across: Across): string {
  return `the ${(ACROSS_WORDS[across] ?? across).toLowerCase()} of its engines`;
}

export const GROUPS: Array<ComboboxOption & { value: GroupBy }> = [
  { value: 'workflow', label: 'Workflow' },
  { value: 'model', label: 'Model' },
  { value: 'slot', label: 'Slot' },
  { value: 'engine', label: 'Engine', description: 'One series an engine: nothing is combined across engines' },
  { value: 'monitor', label: 'Monitor' },
  { value: 'feature', label: 'Feature', description: 'One series a field of the records' },
];

/** The usual numbers; any other can be typed. */
export const TOPS: ComboboxOption[] = ['3', '5', '10', '20', '50'].map((value) => ({ value }));

const FILLINGS: Array<ComboboxOption & { value: Fill }> = [
  { value: 'none', label: 'As reported', description: 'A step without a report is no row' },
  { value: 'null', label: 'No value', description: 'The line is broken' },
  { value: 'zero', label: 'Zero' },
  { value: 'previous', label: 'Previous value', description: 'Carried on, also from before the time range' },
];

/** What may stand where a series has no value; of states 0 is one of them. */
export function fillOptions(metric: ListedMetric | undefined): ComboboxOption[] {
  return FILLINGS.filter(({ value }) => value !== 'zero' || metric?.kind !== 'state');
}

/** What series of a metric can be told apart by. */
export function groupOptions(metric: ListedMetric | undefined): typeof GROUPS {
  const monitored = metric === undefined || isToldByMonitors(metric);
  return GROUPS.filter(
    ({ value }) =>
      (value !== 'slot' || (metric?.slotted ?? true)) && (monitored || (value !== 'monitor' && value !== 'feature'))
  );
}

/** Whether monitors tell a metric; an older ingest backend, which names no areas, has no monitors. */
export function isToldByMonitors({ area }: ListedMetric): boolean {
  return area !== undefined && isMonitored({ area });
}

/** How one engine's reports in a step of time become one value; the default is the metric's own. */
export function overOptions(metric: ListedMetric | undefined): ComboboxOption[] {
  return withDefault(OVER_WORDS, metric?.over, metric?.joins?.over);
}

/** How the engines of a group become one value. Only states have a worst one. */
export function acrossOptions(metric: ListedMetric | undefined): ComboboxOption[] {
  return withDefault(ACROSS_WORDS, metric?.across, metric?.joins?.across).filter(
    ({ value }) => value !== 'worst' || metric === undefined || metric.kind === 'state'
  );
}

/** @param possible where the metric cannot be combined in every way */
function withDefault<K extends string>(
  words: Record<K, string>,
  own: K | undefined,
  possible: readonly string[] | undefined
): ComboboxOption[] {
  const label = own === undefined ? 'As fits the metric' : `As fits the metric (${words[own].toLowerCase()})`;
  return [
    { value: 'default', label },
    ...Object.entries<string>(words)
      .filter(([value]) => possible?.includes(value) ?? true)
      .map(([value, text]) => ({ value, label: text })),
  ];
}
