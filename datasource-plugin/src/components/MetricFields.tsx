import React from 'react';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { RadioButtonGroup, Text, type ComboboxOption } from '@grafana/ui';
import { findMetric, metricOptions, slotOptions, unitLabel, type Within } from '../catalogue/options';
import type { CatalogueState } from '../catalogue/useCatalogue';
import { acrossOptions, FORMATS, GROUPS, overOptions } from '../query/choices';
import type { CompleteQuery } from '../query/defaults';
import { slotOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { ChooseOne, ChooseSeveral } from './Choose';

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
  const perEngine = query.by.includes('engine');
  return (
    <>
      <EditorRow>
        <EditorField label="Metric" htmlFor={fieldId('metric')} invalid={query.metric === ''} error="Choose a metric">
          <ChooseOne
            id={fieldId('metric')}
            value={query.metric}
            options={[...(catalogue ? metricOptions(catalogue, within) : []), ...variables]}
            onChange={(name) => onChange({ metric: name })}
            placeholder="Choose a metric"
            clearable={false}
            width={36}
          />
        </EditorField>
        {slotted && (
          <EditorField
            label="Slots"
            htmlFor={fieldId('slots')}
            tooltip="Even slots are inputs of a model, odd slots are outputs"
          >
            <ChooseSeveral
              name="Slots"
              id={fieldId('slots')}
              values={query.slots.map(String)}
              options={[...(catalogue ? slotOptions(catalogue, within) : []), ...variables]}
              onChange={(slots) => onChange({ slots: slots.map(slotOf) })}
              placeholder="All slots"
            />
          </EditorField>
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
            values={query.by}
            options={slotted ? GROUPS : GROUPS.filter(({ value }) => value !== 'slot')}
            onChange={(by) => onChange({ by: by as CompleteQuery['by'] })}
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
