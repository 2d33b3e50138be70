import React from 'react';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { RadioButtonGroup, Text, type ComboboxOption } from '@grafana/ui';
import { findMetric, metricOptions, unitLabel, type Within } from '../catalogue/options';
import type { CatalogueState } from '../catalogue/useCatalogue';
import { defaultGroups, METRICS } from '@pneumograph/contract';
import { acrossOptions, FORMATS, groupOptions, isToldByMonitors, overOptions } from '../query/choices';
import type { CompleteQuery } from '../query/defaults';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { ChooseOne, ChooseSeveral } from './Choose';
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
        <EditorField label="Metric" htmlFor={fieldId('metric')} invalid={query.metric === ''} error="Choose a metric">
          <ChooseOne
            id={fieldId('metric')}
            value={query.metric}
            options={[...(catalogue ? metricOptions(catalogue, within) : []), ...variables]}
            onChange={(name) => choose({ metric: name })}
            placeholder="Choose a metric"
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
        <EditorField label="Show" htmlFor={fieldId('format')}>
          <RadioButtonGroup
            id={fieldId('format')}
            options={FORMATS}
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
          label="One series per"
          htmlFor={fieldId('by')}
          tooltip="Engines with the same of these are combined into one series"
        >
          <ChooseSeveral
            name="One series per"
            id={fieldId('by')}
            values={by}
            options={groupOptions(metric)}
            onChange={(groups) => onChange({ by: groups as CompleteQuery['by'] })}
            placeholder="Everything in one"
          />
        </EditorField>
        <EditorField
          label="Combine over time"
          htmlFor={fieldId('over')}
          tooltip="How the reports of one engine within a step of time become one value"
        >
          <ChooseOne
            id={fieldId('over')}
            value={query.over}
            options={overOptions(metric)}
            onChange={(over) => onChange({ over: over as CompleteQuery['over'] })}
            placeholder="As fits the metric"
            clearable={false}
          />
        </EditorField>
        {!perEngine && (
          <EditorField
            label="Combine engines"
            htmlFor={fieldId('across')}
            tooltip="How the values of several engines become one"
          >
            <ChooseOne
              id={fieldId('across')}
              value={query.across}
              options={acrossOptions(metric)}
              onChange={(across) => onChange({ across: across as CompleteQuery['across'] })}
              placeholder="As fits the metric"
              clearable={false}
            />
          </EditorField>
        )}
        <AliasField id={fieldId('alias')} query={query} onChange={onChange} />
      </EditorRow>
    </>
  );
}

/** What a metric of sensors cannot be asked by goes with the metric that it was chosen for. */
function withoutMonitors({ by }: CompleteQuery): Partial<WorkflowQuery> {
  return { monitors: [], features: [], by: by?.filter((key) => key !== 'monitor' && key !== 'feature') };
}
