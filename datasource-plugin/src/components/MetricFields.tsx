import React from 'react';
import { t } from '@grafana/i18n';
import { EditorRow } from '@grafana/plugin-ui';
import { Text, type ComboboxOption } from '@grafana/ui';
import { findMetric, metricOptions, unitLabel, type Within } from '../catalogue/options';
import { helpReader } from '../catalogue/metricHelp';
import type { CatalogueState } from '../catalogue/useCatalogue';
import { defaultGroups, METRICS } from '@pneumograph/contract';
import {
  acrossOptions,
  fillOptions,
  formats,
  groupOptions,
  isToldByMonitors,
  overOptions,
  TOPS,
} from '../query/choices';
import type { CompleteQuery } from '../query/defaults';
import { numberOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { CompareField } from './CompareField';
import { DottedNameField } from './DottedNameField';
import { FewField, OneField, SeveralField } from './Fields';
import { MonitorFields, SlotsField } from './MonitorFields';

interface Props {
  query: CompleteQuery;
  within: Within;
  state: CatalogueState;
  variables: ComboboxOption[];
  fieldId: (name: string) => string;
  onChange: (part: Partial<WorkflowQuery>) => void;
}

/** Which metric, and how reports become the values of a series. */
export function MetricFields({ query, within, state: { catalogue }, variables, fieldId, onChange }: Props) {
  const metric = findMetric(catalogue, query.metric);
  const slotted = metric?.slotted ?? true;
  const by = query.by ?? defaultGroups({ area: metric?.area ?? 'throughput' });
  const perEngine = by.includes('engine');
  const monitored = metric !== undefined && isToldByMonitors(metric);
  const choose = (part: Partial<WorkflowQuery> & { metric: string }) => {
    const chosen = findMetric(catalogue, part.metric);
    const left = chosen === undefined || isToldByMonitors(chosen) ? {} : withoutMonitors(query);
    onChange({ ...part, ...left });
  };
  return (
    <>
      <EditorRow>
        <OneField
          id={fieldId('metric')}
          label={t('query.metric', 'Metric')}
          invalid={query.metric === ''}
          error={t('query.choose-metric', 'Choose a metric')}
          value={query.metric}
          options={[...(catalogue ? metricOptions(catalogue, within) : []), ...variables]}
          onChange={(name) => choose({ metric: name })}
          placeholder={t('query.choose-metric', 'Choose a metric')}
          clearable={false}
          width={36}
        />
        <DottedNameField
          id={fieldId('dotted')}
          query={query}
          metrics={catalogue?.metrics ?? METRICS}
          onChange={choose}
        />
        {slotted && <SlotsField {...{ query, within, catalogue, variables, fieldId, onChange }} />}
        {(monitored || query.monitors.length > 0 || query.features.length > 0) && (
          <MonitorFields {...{ query, within, catalogue, variables, fieldId, onChange }} />
        )}
        <FewField
          id={fieldId('format')}
          label={t('query.show', 'Show')}
          options={formats()}
          value={query.format}
          onChange={(format) => onChange({ format })}
        />
      </EditorRow>
      {metric !== undefined && (
        <Text variant="bodySmall" color="secondary">
          {[metric.name, unitLabel(metric.unit), helpReader()(metric)].filter(Boolean).join(' · ')}
        </Text>
      )}
      <EditorRow>
        <SeveralField
          id={fieldId('by')}
          label={t('query.by', 'One series per')}
          tooltip={t('query.by-help', 'Engines with the same of these are combined into one series')}
          values={by}
          options={groupOptions(metric)}
          onChange={(groups) => onChange({ by: groups as CompleteQuery['by'] })}
          placeholder={t('query.by-nothing', 'Everything in one')}
        />
        <OneField
          id={fieldId('over')}
          label={t('query.over', 'Combine over time')}
          tooltip={t('query.over-help', 'How the reports of one engine within a step of time become one value')}
          value={query.over}
          options={overOptions(metric)}
          onChange={(over) => onChange({ over: over as CompleteQuery['over'] })}
          placeholder={t('choices.default', 'As fits the metric')}
          clearable={false}
        />
        {!perEngine && (
          <OneField
            id={fieldId('across')}
            label={t('query.across', 'Combine engines')}
            tooltip={t('query.across-help', 'How the values of several engines become one')}
            value={query.across}
            options={acrossOptions(metric)}
            onChange={(across) => onChange({ across: across as CompleteQuery['across'] })}
            placeholder={t('choices.default', 'As fits the metric')}
            clearable={false}
          />
        )}
        {(metric?.kind !== 'state' || query.topN !== undefined) && (
          <OneField
            id={fieldId('top')}
            label={t('query.top', 'Top')}
            tooltip={t(
              'query.top-help',
              'Only so many series: those with the highest mean over the time range, highest first'
            )}
            value={String(query.topN ?? '')}
            options={[...TOPS, ...variables]}
            onChange={(top) => onChange({ topN: numberOf(top) })}
            placeholder={t('query.all-series', 'All series')}
            width={16}
          />
        )}
        {query.format !== 'latest' && (
          <OneField
            id={fieldId('fill')}
            label={t('query.fill', 'Fill')}
            tooltip={t('query.fill-help', 'What stands for a step of time in which a series has no report')}
            value={query.fill}
            options={[...fillOptions(metric), ...variables]}
            onChange={(fill) => onChange({ fill: fill as CompleteQuery['fill'] })}
            placeholder={t('choices.fill-none', 'As reported')}
            clearable={false}
            width={20}
          />
        )}
        <AliasField id={fieldId('alias')} query={query} onChange={onChange} />
        <CompareField id={fieldId('compare')} query={query} variables={variables} onChange={onChange} />
      </EditorRow>
    </>
  );
}

/** What a metric of sensors cannot be asked by goes with the metric that it was chosen for. */
function withoutMonitors({ by }: CompleteQuery): Partial<WorkflowQuery> {
  return { monitors: [], features: [], by: by?.filter((key) => key !== 'monitor' && key !== 'feature') };
}
