import React from 'react';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { RadioButtonGroup, Text, type ComboboxOption } from '@grafana/ui';
import { findMetric, metricOptions, unitLabel, type Within } from '../catalogue/options';
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
import { topNOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { ChooseOne, ChooseSeveral } from './Choose';
import { CompareField } from './CompareField';
import { DottedNameField } from './DottedNameField';
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
        <EditorField
          label={t('query.metric', 'Metric')}
          htmlFor={fieldId('metric')}
          invalid={query.metric === ''}
          error={t('query.choose-metric', 'Choose a metric')}
        >
          <ChooseOne
            id={fieldId('metric')}
            value={query.metric}
            options={[...(catalogue ? metricOptions(catalogue, within) : []), ...variables]}
            onChange={(name) => choose({ metric: name })}
            placeholder={t('query.choose-metric', 'Choose a metric')}
            clearable={false}
            width={36}
          />
        </EditorField>
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
        <EditorField label={t('query.show', 'Show')} htmlFor={fieldId('format')}>
          <RadioButtonGroup
            id={fieldId('format')}
            options={formats()}
            value={query.format}
            onChange={(format) => onChange({ format })}
          />
        </EditorField>
      </EditorRow>
      {metric !== undefined && (
        <Text variant="bodySmall" color="secondary">
          {[metric.name, unitLabel(metric.unit), metric.help].filter(Boolean).join(' · ')}
        </Text>
      )}
      <EditorRow>
        <EditorField
          label={t('query.by', 'One series per')}
          htmlFor={fieldId('by')}
          tooltip={t('query.by-help', 'Engines with the same of these are combined into one series')}
        >
          <ChooseSeveral
            name={t('query.by', 'One series per')}
            id={fieldId('by')}
            values={by}
            options={groupOptions(metric)}
            onChange={(groups) => onChange({ by: groups as CompleteQuery['by'] })}
            placeholder={t('query.by-nothing', 'Everything in one')}
          />
        </EditorField>
        <EditorField
          label={t('query.over', 'Combine over time')}
          htmlFor={fieldId('over')}
          tooltip={t('query.over-help', 'How the reports of one engine within a step of time become one value')}
        >
          <ChooseOne
            id={fieldId('over')}
            value={query.over}
            options={overOptions(metric)}
            onChange={(over) => onChange({ over: over as CompleteQuery['over'] })}
            placeholder={t('choices.default', 'As fits the metric')}
            clearable={false}
          />
        </EditorField>
        {!perEngine && (
          <EditorField
            label={t('query.across', 'Combine engines')}
            htmlFor={fieldId('across')}
            tooltip={t('query.across-help', 'How the values of several engines become one')}
          >
            <ChooseOne
              id={fieldId('across')}
              value={query.across}
              options={acrossOptions(metric)}
              onChange={(across) => onChange({ across: across as CompleteQuery['across'] })}
              placeholder={t('choices.default', 'As fits the metric')}
              clearable={false}
            />
          </EditorField>
        )}
        {(metric?.kind !== 'state' || query.topN !== undefined) && (
          <EditorField
            label={t('query.top', 'Top')}
            htmlFor={fieldId('top')}
            tooltip={t(
              'query.top-help',
              'Only so many series: those with the highest mean over the time range, highest first'
            )}
          >
            <ChooseOne
              id={fieldId('top')}
              value={String(query.topN ?? '')}
              options={[...TOPS, ...variables]}
              onChange={(top) => onChange({ topN: topNOf(top) })}
              placeholder={t('query.all-series', 'All series')}
              width={16}
            />
          </EditorField>
        )}
        {query.format !== 'latest' && (
          <EditorField
            label={t('query.fill', 'Fill')}
            htmlFor={fieldId('fill')}
            tooltip={t('query.fill-help', 'What stands for a step of time in which a series has no report')}
          >
            <ChooseOne
              id={fieldId('fill')}
              value={query.fill}
              options={[...fillOptions(metric), ...variables]}
              onChange={(fill) => onChange({ fill: fill as CompleteQuery['fill'] })}
              placeholder={t('choices.fill-none', 'As reported')}
              clearable={false}
              width={20}
            />
          </EditorField>
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
