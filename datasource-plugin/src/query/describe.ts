import { t } from '@grafana/i18n';
import { defaultGroups, findMetric, isMonitored } from '@pneumograph/contract';
import { unitLabel } from '../catalogue/options';
import type { ListedMetric, WorkflowQuery } from '../types';
import { VERBATIM } from '../verbatim';
import { profileFormat, withDefaults, type CompleteQuery } from './defaults';
import {
  acrossPhrases,
  enumerated,
  fillPhrases,
  groupWords,
  metricWords,
  namedThings,
  overPhrases,
  profilePhrases,
} from './phrases';

/** Characters of a text to search for that a sentence tells. */
const LONGEST_SEARCH = 100;

/**
 * The query as a sentence: under its editor, in collapsed rows, in the history of Explore and in lists of alert rules.
 * What is asked for comes first, then what it is narrowed to, and behind a colon how it is shown: every phrase stands
 * alone, so that each language can have its own grammar.
 * @param metric as the catalogue tells it, where the metric is not one that is always there
 */
export function describe(query: WorkflowQuery, metric?: ListedMetric): string {
  const complete = withDefaults(query);
  switch (complete.kind) {
    case 'metric':
      return describeMetric(complete, metric ?? findMetric(complete.metric));
    case 'status':
      return describeStates(complete);
    case 'topology':
      return sentence([
        of(complete, t('describe.topology', 'Topology')),
        t('describe.links', 'with the links between them'),
      ]);
    case 'alerts':
      return sentence([
        of(
          complete,
          complete.per === 'step' ? t('describe.alert-steps', 'Steps of alerts') : t('describe.alerts', 'Alerts')
        ),
        ...narrowed(complete),
        ...listed('severities', complete.severities),
        ...listed('states', complete.states),
      ]);
    case 'profile':
      return sentence(
        [
          of(complete, t('describe.profiles', 'Distributions')),
          ...slots(complete),
          ...listed('monitors', complete.monitors),
          ...listed('features', complete.features),
        ],
        [profilePhrases()[profileFormat(complete.format)]]
      );
    case 'messages':
      return sentence([of(complete, t('describe.messages', 'Messages')), ...wanted(complete)]);
    default:
      return t('describe.unknown', 'A query of a kind that this version does not know ({{kind}})', {
        kind: String(query.kind),
        interpolation: VERBATIM,
      });
  }
}

function describeMetric(query: CompleteQuery, metric: ListedMetric | undefined): string {
  if (query.metric.trim() === '') {
    return t('describe.nothing', 'No metric is chosen yet');
  }
  const name = metricWords()[query.metric] ?? query.metric;
  const unit = metric === undefined || query.over === 'count' ? '' : unitLabel(metric.unit);
  return sentence(
    [of(query, unit === '' ? name : `${name} (${unit})`), ...narrowed(query, metric?.slotted)],
    [...combined(query, metric), ...shape(query)]
  );
}

function wanted({ engines, levels = [], search = '' }: CompleteQuery): string[] {
  const text = search.length > LONGEST_SEARCH ? `${search.slice(0, LONGEST_SEARCH)}…` : search;
  return [
    ...listed('engines', engines),
    ...listed('levels', levels),
    ...(text === '' ? [] : [t('describe.search', 'with the text “{{text}}”', { text, interpolation: VERBATIM })]),
  ];
}

function describeStates({ engines, engineStates = [], ...query }: CompleteQuery): string {
  return sentence(
    [
      of(query, t('describe.states', 'States of the engines')),
      ...listed('engines', engines),
      ...listed('states', engineStates),
    ],
    query.format === 'table' ? [t('describe.causes', 'with their causes')] : []
  );
}

function sentence(what: readonly string[], how: readonly string[] = []): string {
  return [what, how]
    .filter((part) => part.length > 0)
    .map((part) => part.join(', '))
    .join(': ');
}

function of({ models, workflow }: Pick<CompleteQuery, 'models' | 'workflow'>, what: string): string {
  const whose =
    models.length === 0
      ? t('describe.of-all', '{{what}} of all models', { what, interpolation: VERBATIM })
      : t('describe.of', '{{what}} of {{models}}', { what, models: enumerated(models), interpolation: VERBATIM });
  return workflow === ''
    ? whose
    : t('describe.in', '{{what}} in {{workflow}}', { what: whose, workflow, interpolation: VERBATIM });
}

function narrowed(query: CompleteQuery, slotted = true): string[] {
  return [
    ...(slotted ? slots(query) : []),
    ...listed('engines', query.engines),
    ...listed('monitors', query.monitors),
    ...listed('features', query.features),
  ];
}

function slots({ slots: chosen }: CompleteQuery): string[] {
  const even = chosen.every((slot) => Number(slot) % 2 === 0);
  const odd = chosen.every((slot) => Number(slot) % 2 === 1);
  return listed(even ? 'inputs' : odd ? 'outputs' : 'slots', chosen.map(String));
}

function listed(kind: keyof ReturnType<typeof namedThings>, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [namedThings(names)[kind]];
}

/** How reports and engines become the values of a series, and what has a series of its own. */
function combined({ by, over, across, format }: CompleteQuery, metric: ListedMetric | undefined): string[] {
  const monitored = metric?.area !== undefined && isMonitored({ area: metric.area });
  const chosen: readonly string[] = by ?? defaultGroups({ area: monitored ? 'data' : 'throughput' });
  const groups = metric?.slotted === false ? chosen.filter((key) => key !== 'slot') : chosen;
  const words: Readonly<Record<string, string>> = groupWords();
  const series =
    groups.length === 0
      ? t('describe.one-series', 'all in one series')
      : t('describe.series', 'one series per {{groups}}', {
          groups: enumerated(groups.map((key) => words[key] ?? key)),
          interpolation: VERBATIM,
        });
  const own = over === 'default' ? metric?.over : over;
  // Counts add up by themselves: a sum of records is records.
  const goesWithoutSaying = own === undefined || (own === 'sum' && over === 'default');
  const acrossEngines = groups.includes('engine') || across === 'default' ? [] : [acrossPhrases()[across] ?? across];
  if (format === 'latest') {
    return [t('describe.newest', 'newest value'), series, ...acrossEngines];
  }
  return [...(goesWithoutSaying ? [] : [overPhrases()[own] ?? own]), series, ...acrossEngines];
}

/** Which of the series, and what stands where they have no value. */
function shape({ topN = '', fill, format }: CompleteQuery): string[] {
  const gaps: Readonly<Record<string, string>> = fillPhrases();
  const filled = format === 'latest' ? undefined : gaps[fill];
  return [
    ...(topN === '' ? [] : [t('describe.top', 'only the {{n}} highest', { n: topN, interpolation: VERBATIM })]),
    ...(filled === undefined ? [] : [filled]),
  ];
}
