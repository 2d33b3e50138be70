import { t } from '@grafana/i18n';
import type { Across, Fill, GroupKey, Over } from '@pneumograph/contract';
import { VERBATIM } from '../verbatim';

/** Phrases of the sentence that a query is told by. */

/** Names of the metrics that people ask for first, as a sentence begins with them. */
export const metricWords = (): Readonly<Record<string, string>> => ({
  rps: t('describe.metric-rps', 'Throughput'),
  'record.count': t('describe.metric-records', 'Records'),
  'record.size': t('describe.metric-size', 'Size of the records'),
  'record.rejected.by.schema.count': t('describe.metric-schema', 'Records rejected by schema'),
  'record.rejected.by.encoding.count': t('describe.metric-encoding', 'Records rejected by encoding'),
  'cpu.utilization': t('describe.metric-cpu', 'CPU utilization'),
  memory: t('describe.metric-memory', 'Memory'),
  'engine.status': t('describe.metric-status', 'Engine status'),
  latency: t('describe.metric-latency', 'Latency'),
  loss: t('describe.metric-loss', 'Loss'),
  backlog: t('describe.metric-backlog', 'Backlog'),
});

export const overPhrases = (): Record<Over, string> => ({
  avg: t('describe.over-avg', 'mean of each step'),
  sum: t('describe.over-sum', 'sum of each step'),
  min: t('describe.over-min', 'lowest value of each step'),
  max: t('describe.over-max', 'highest value of each step'),
  last: t('describe.over-last', 'last value of each step'),
  count: t('describe.over-count', 'number of reports in each step'),
  p50: t('describe.over-p50', 'median of each step'),
  p95: t('describe.over-p95', '95th percentile of each step'),
  p99: t('describe.over-p99', '99th percentile of each step'),
});

export const acrossPhrases = (): Record<Across, string> => ({
  sum: t('describe.across-sum', 'sum of the engines'),
  avg: t('describe.across-avg', 'mean of the engines'),
  min: t('describe.across-min', 'lowest of the engines'),
  max: t('describe.across-max', 'highest of the engines'),
  worst: t('describe.across-worst', 'worst state of the engines'),
});

export const groupWords = (): Record<GroupKey, string> => ({
  workflow: t('describe.by-workflow', 'workflow'),
  model: t('describe.by-model', 'model'),
  slot: t('describe.by-slot', 'slot'),
  engine: t('describe.by-engine', 'engine'),
  monitor: t('describe.by-monitor', 'monitor'),
  feature: t('describe.by-feature', 'feature'),
});

export const fillPhrases = (): Record<Exclude<Fill, 'none'>, string> => ({
  null: t('describe.fill-null', 'gaps left open'),
  zero: t('describe.fill-zero', 'gaps filled with 0'),
  previous: t('describe.fill-previous', 'gaps filled with the last value'),
});

export const profilePhrases = (): Record<'shares' | 'counts' | 'table', string> => ({
  shares: t('describe.shares', 'shares over time'),
  counts: t('describe.counts', 'counts over time'),
  table: t('describe.reference', 'beside the reference'),
});

/** Things with their names, in the form of the noun that their number asks for. */
export function namedThings(chosen: readonly string[]) {
  const count = chosen.length;
  const given = { names: enumerated(chosen), interpolation: VERBATIM };
  return {
    inputs: t('describe.inputs', '', {
      count,
      ...given,
      defaultValue_one: 'input {{names}}',
      defaultValue_other: 'inputs {{names}}',
    }),
    outputs: t('describe.outputs', '', {
      count,
      ...given,
      defaultValue_one: 'output {{names}}',
      defaultValue_other: 'outputs {{names}}',
    }),
    slots: t('describe.slots', '', {
      count,
      ...given,
      defaultValue_one: 'slot {{names}}',
      defaultValue_other: 'slots {{names}}',
    }),
    engines: t('describe.engines', '', {
      count,
      ...given,
      defaultValue_one: 'engine {{names}}',
      defaultValue_other: 'engines {{names}}',
    }),
    monitors: t('describe.monitors', '', {
      count,
      ...given,
      defaultValue_one: 'monitor {{names}}',
      defaultValue_other: 'monitors {{names}}',
    }),
    features: t('describe.features', '', {
      count,
      ...given,
      defaultValue_one: 'feature {{names}}',
      defaultValue_other: 'features {{names}}',
    }),
    severities: t('describe.severities', '', {
      count,
      ...given,
      defaultValue_one: 'severity {{names}}',
      defaultValue_other: 'severities {{names}}',
    }),
    levels: t('describe.levels', '', {
      count,
      ...given,
      defaultValue_one: 'level {{names}}',
      defaultValue_other: 'levels {{names}}',
    }),
    states: t('describe.in-states', '', {
      count,
      ...given,
      defaultValue_one: 'state {{names}}',
      defaultValue_other: 'states {{names}}',
    }),
  };
}

/** Names as a list: a, b and c. */
export function enumerated(names: readonly string[]): string {
  return names.length < 2
    ? names.join('')
    : t('describe.and', '{{first}} and {{last}}', {
        first: names.slice(0, -1).join(', '),
        last: names.at(-1),
        interpolation: VERBATIM,
      });
}
