import type { SelectableValue } from '@grafana/data';
import { t } from '@grafana/i18n';
import {
  ALERT_SEVERITIES,
  ALERT_STATES,
  isMonitored,
  MESSAGE_LEVELS,
  WORST_FIRST,
  type Across,
  type AlertsQuery,
  type Fill,
  type Over,
  type QueryKind,
} from '@pneumograph/contract';
import type { ComboboxOption } from '@grafana/ui';
import type { Format, GroupBy, ListedMetric } from '../types';

export const kinds = (): Array<SelectableValue<QueryKind> & { value: QueryKind }> => [
  {
    value: 'metric',
    label: t('choices.kind-metric', 'Metric'),
    description: t('choices.kind-metric-help', 'Numbers of models over time, or the newest ones'),
  },
  {
    value: 'status',
    label: t('choices.kind-status', 'Engine status'),
    description: t('choices.kind-status-help', 'The states of each engine over time, for a state timeline'),
  },
  {
    value: 'topology',
    label: t('choices.kind-topology', 'Topology'),
    description: t('choices.kind-topology-help', 'Models and the links between them, for the Workflow health panel'),
  },
  {
    value: 'alerts',
    label: t('choices.kind-alerts', 'Alerts'),
    description: t('choices.kind-alerts-help', 'What monitors found, for tables, annotations and Workflow health'),
  },
  {
    value: 'profile',
    label: t('choices.kind-profile', 'Distribution'),
    description: t(
      'choices.kind-profile-help',
      'How the values of each feature are distributed, for a heat map, or beside the reference'
    ),
  },
  {
    value: 'messages',
    label: t('choices.kind-messages', 'Messages'),
    description: t('choices.kind-messages-help', 'What engines and their models write, for the Logs panel'),
  },
];

/** What alert rules work on: series and numbers. */
export const alertingKinds = (): ReturnType<typeof kinds> =>
  kinds().filter(({ value }) => value === 'metric' || value === 'status');

/** What becomes annotations: rows with a time. */
export const annotationKinds = (): ReturnType<typeof kinds> => [
  {
    value: 'alerts',
    label: t('choices.kind-alerts', 'Alerts'),
    description: t('choices.annotate-alerts-help', 'What monitors found, from its beginning to its end'),
  },
  {
    value: 'status',
    label: t('choices.annotate-states', 'Engine states'),
    description: t('choices.annotate-states-help', 'What engines went through, and why'),
  },
];

/** The states of engines, worst first. */
export const ENGINE_STATE_OPTIONS: ComboboxOption[] = WORST_FIRST.map((value) => ({ value }));

/** What the placeholders in the name of a series stand for. */
export const placeholders = (): ReadonlyArray<readonly [name: string, meaning: string]> => [
  ['workflow', t('alias.workflow', 'the workflow')],
  ['model', t('alias.model', 'the model')],
  ['slot', t('alias.slot', 'the slot, where the metric has slots')],
  ['engine', t('alias.engine', 'the engine, where each has its own series')],
  ['monitor', t('alias.monitor', 'the monitor that tells it')],
  ['feature', t('alias.feature', 'the field of the records')],
  ['metric', t('alias.metric', 'the metric')],
];

export const formats = (): Array<SelectableValue<Format> & { value: Format }> => [
  {
    value: 'timeseries',
    label: t('choices.over-time', 'Over time'),
    description: t('choices.over-time-help', 'One line a series'),
  },
  {
    value: 'latest',
    label: t('choices.latest', 'Newest value'),
    description: t('choices.latest-help', 'One number a series, for stat, gauge and alerts'),
  },
];

export const stateFormats = (): Array<SelectableValue<Format> & { value: Format }> => [
  {
    value: 'timeseries',
    label: t('choices.over-time', 'Over time'),
    description: t('choices.states-help', 'One series an engine'),
  },
  {
    value: 'table',
    label: t('choices.causes', 'Table with causes'),
    description: t('choices.causes-help', 'One row a state, with why the engine is in it'),
  },
];

export const profileFormats = (): Array<SelectableValue<Format> & { value: Format }> => [
  {
    value: 'shares',
    label: t('choices.shares', 'Shares over time'),
    description: t('choices.shares-help', 'Share of each bin, for a heat map'),
  },
  {
    value: 'counts',
    label: t('choices.counts', 'Counts over time'),
    description: t('choices.counts-help', 'Number of values in each bin, for a heat map'),
  },
  {
    value: 'table',
    label: t('choices.reference', 'Beside the reference'),
    description: t('choices.reference-help', 'Share of each bin in the whole range, for a bar chart'),
  },
];

/** How grave a message is, the worst first. */
export const LEVELS: ComboboxOption[] = MESSAGE_LEVELS.map((value) => ({ value }));

export const SEVERITIES: ComboboxOption[] = ALERT_SEVERITIES.map((value) => ({ value }));
export const ALERT_STATE_OPTIONS: ComboboxOption[] = ALERT_STATES.map((value) => ({ value }));

export const alertRows = (): Array<SelectableValue<AlertsQuery['per']>> => [
  {
    value: 'alert',
    label: t('choices.per-alert', 'Alert'),
    description: t('choices.per-alert-help', 'From its beginning to its end, with the state that it has by now'),
  },
  {
    value: 'step',
    label: t('choices.per-step', 'Step'),
    description: t('choices.per-step-help', 'Each state that it went through, at its moment'),
  },
];

const overWords = (): Record<Over, string> => ({
  avg: t('choices.avg', 'Mean'),
  sum: t('choices.sum', 'Sum'),
  min: t('choices.min', 'Lowest'),
  max: t('choices.max', 'Highest'),
  last: t('choices.last', 'Last'),
  count: t('choices.count', 'Number of reports'),
  p50: t('choices.p50', 'Median (p50)'),
  p95: t('choices.p95', '95th percentile (p95)'),
  p99: t('choices.p99', '99th percentile (p99)'),
});

const acrossWords = (): Record<Across, string> => ({
  sum: t('choices.sum', 'Sum'),
  avg: t('choices.avg', 'Mean'),
  min: t('choices.min', 'Lowest'),
  max: t('choices.max', 'Highest'),
  worst: t('choices.worst', 'Worst state'),
});

const groups = (): Array<ComboboxOption & { value: GroupBy }> => [
  { value: 'workflow', label: t('choices.by-workflow', 'Workflow') },
  { value: 'model', label: t('choices.by-model', 'Model') },
  { value: 'slot', label: t('choices.by-slot', 'Slot') },
  {
    value: 'engine',
    label: t('choices.by-engine', 'Engine'),
    description: t('choices.by-engine-help', 'One series an engine: nothing is combined across engines'),
  },
  { value: 'monitor', label: t('choices.by-monitor', 'Monitor') },
  {
    value: 'feature',
    label: t('choices.by-feature', 'Feature'),
    description: t('choices.by-feature-help', 'One series a field of the records'),
  },
];

/** The usual numbers; any other can be typed. */
export const LIMITS: ComboboxOption[] = ['100', '500', '1000', '5000'].map((value) => ({ value }));
export const TOPS: ComboboxOption[] = ['3', '5', '10', '20', '50'].map((value) => ({ value }));

const fillings = (): Array<ComboboxOption & { value: Fill }> => [
  {
    value: 'none',
    label: t('choices.fill-none', 'As reported'),
    description: t('choices.fill-none-help', 'A step without a report is no row'),
  },
  {
    value: 'null',
    label: t('choices.fill-null', 'No value'),
    description: t('choices.fill-null-help', 'The line is broken'),
  },
  { value: 'zero', label: t('choices.fill-zero', 'Zero') },
  {
    value: 'previous',
    label: t('choices.fill-previous', 'Previous value'),
    description: t('choices.fill-previous-help', 'Carried on, also from before the time range'),
  },
];

/** What may stand where a series has no value; of states 0 is one of them. */
export function fillOptions(metric: ListedMetric | undefined): ComboboxOption[] {
  return fillings().filter(({ value }) => value !== 'zero' || metric?.kind !== 'state');
}

/** What series of a metric can be told apart by. */
export function groupOptions(metric: ListedMetric | undefined): ReturnType<typeof groups> {
  const monitored = metric === undefined || isToldByMonitors(metric);
  return groups().filter(
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
  return withDefault(overWords(), metric?.over, metric?.joins?.over);
}

/** How the engines of a group become one value. Only states have a worst one. */
export function acrossOptions(metric: ListedMetric | undefined): ComboboxOption[] {
  return withDefault(acrossWords(), metric?.across, metric?.joins?.across).filter(
    ({ value }) => value !== 'worst' || metric === undefined || metric.kind === 'state'
  );
}

/** @param possible where the metric cannot be combined in every way */
function withDefault<K extends string>(
  words: Record<K, string>,
  own: K | undefined,
  possible: readonly string[] | undefined
): ComboboxOption[] {
  const label =
    own === undefined
      ? t('choices.default', 'As fits the metric')
      : t('choices.default-is', 'As fits the metric ({{way}})', { way: words[own] });
  return [
    { value: 'default', label },
    ...Object.entries<string>(words)
      .filter(([value]) => possible?.includes(value) ?? true)
      .map(([value, text]) => ({ value, label: text })),
  ];
}
