import { defaultGroups, findMetric, isMonitored } from '@pneumograph/contract';
import { unitLabel } from '../catalogue/options';
import type { ListedMetric, WorkflowQuery } from '../types';
import { acrossPhrase, overPhrase } from './choices';
import { profileFormat, withDefaults, type CompleteQuery } from './defaults';

/**
 * The query as a sentence: under its editor, in collapsed rows, in the history of Explore and in lists of alert rules.
 * @param metric as the catalogue tells it, where the metric is not one that is always there
 */
export function describe(query: WorkflowQuery, metric?: ListedMetric): string {
  const complete = withDefaults(query);
  switch (complete.kind) {
    case 'metric':
      return describeMetric(complete, metric ?? findMetric(complete.metric));
    case 'status':
      return `${complete.format === 'table' ? 'States and their causes' : 'States'}${engines(complete) || ' of the engines'}${of(complete)}`;
    case 'topology':
      return `Topology${of(complete)}, with the links between them`;
    case 'alerts':
      return alerts(complete);
    case 'profile':
      return profile(complete);
    default:
      return `A query of a kind that this version does not know (${String(query.kind)})`;
  }
}

const METRIC_WORDS: Readonly<Record<string, string>> = {
  rps: 'throughput',
  'record.count': 'records',
  'record.size': 'size of records',
  'record.rejected.by.schema.count': 'records rejected by schema',
  'record.rejected.by.encoding.count': 'records rejected by encoding',
  'cpu.utilization': 'CPU utilization',
  'engine.status': 'engine status',
};

function describeMetric(query: CompleteQuery, metric: ListedMetric | undefined): string {
  if (query.metric.trim() === '') {
    return 'No metric is chosen yet';
  }
  const subject = METRIC_WORDS[query.metric] ?? query.metric;
  const over = overPhrase(query.over, metric);
  const words = query.format === 'latest' ? `newest ${subject}` : over === '' ? subject : `${over} ${subject}`;
  const unit = metric === undefined || query.over === 'count' ? '' : unitLabel(metric.unit);
  const by = groups(query, metric);
  return capitalized(
    [
      `${words}${unit === '' ? '' : ` (${unit})`}${of(query)}`,
      ...(metric?.slotted === false ? [] : slots(query)),
      ...listed('engine', query.engines),
      ...listed('monitor', query.monitors),
      ...listed('feature', query.features),
      by.length === 0 ? 'all in one series' : `each ${enumerated(by)} its own series`,
      ...(by.includes('engine') || query.across === 'default' ? [] : [acrossPhrase(query.across)]),
      ...shape(query),
    ].join(', ')
  );
}

function groups({ by }: CompleteQuery, metric: ListedMetric | undefined): string[] {
  const monitored = metric?.area !== undefined && isMonitored({ area: metric.area });
  const chosen: readonly string[] = by ?? defaultGroups({ area: monitored ? 'data' : 'throughput' });
  return metric?.slotted === false ? chosen.filter((key) => key !== 'slot') : [...chosen];
}

function alerts(query: CompleteQuery): string {
  const { severities, states } = query;
  const words = [
    ...(states.length > 0 ? [enumerated(states)] : []),
    ...(severities.length > 0 ? [enumerated(severities)] : []),
    'alerts',
  ];
  return capitalized([`${words.join(' ')}${of(query)}`, ...narrowed(query)].join(', '));
}

function profile(query: CompleteQuery): string {
  const { features } = query;
  const what = `Distribution of ${features.length > 0 ? enumerated(features) : 'each feature'}`;
  const shown = {
    shares: 'as shares over time',
    counts: 'as counts over time',
    table: 'beside the reference',
  }[profileFormat(query.format)];
  return [`${what}${of(query)}`, ...slots(query), ...listed('monitor', query.monitors), shown].join(', ');
}

function narrowed(query: CompleteQuery): string[] {
  return [
    ...slots(query),
    ...listed('engine', query.engines),
    ...listed('monitor', query.monitors),
    ...listed('feature', query.features),
  ];
}

function of({ models, workflow }: CompleteQuery): string {
  const whose = models.length > 0 ? ` of ${enumerated(models)}` : ' of all models';
  return workflow === '' ? whose : `${whose} in ${workflow}`;
}

function engines({ engines: chosen }: CompleteQuery): string {
  return chosen.length === 0 ? '' : ` of ${chosen.length === 1 ? 'engine' : 'engines'} ${enumerated(chosen)}`;
}

function slots({ slots: chosen }: CompleteQuery): string[] {
  const even = chosen.every((slot) => Number(slot) % 2 === 0);
  const odd = chosen.every((slot) => Number(slot) % 2 === 1);
  return listed(even ? 'input' : odd ? 'output' : 'slot', chosen.map(String));
}

function listed(noun: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${noun}${names.length > 1 ? 's' : ''} ${enumerated(names)}`];
}

function enumerated(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const FILLS = { null: 'gaps told as empty', zero: 'gaps filled with 0', previous: 'gaps filled with the last value' };

/** Which of the series, and what stands where they have no value. */
function shape({ topN = '', fill, format }: CompleteQuery): string[] {
  const filled = format !== 'latest' && fill in FILLS ? [FILLS[fill as keyof typeof FILLS]] : [];
  return [...(topN === '' ? [] : [`the top ${topN}`]), ...filled];
}
