import React from 'react';
import type { Catalogue } from '@pneumograph/contract';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { RadioButtonGroup, type ComboboxOption } from '@grafana/ui';
import { featureOptions, monitorOptions, slotOptions, type Within } from '../catalogue/options';
import { ALERT_STATE_OPTIONS, profileFormats, SEVERITIES } from '../query/choices';
import { profileFormat, type CompleteQuery } from '../query/defaults';
import { slotOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { ChooseSeveral } from './Choose';

interface Props {
  query: CompleteQuery;
  within: Within;
  catalogue: Catalogue | undefined;
  variables: ComboboxOption[];
  fieldId: (name: string) => string;
  onChange: (part: Partial<WorkflowQuery>) => void;
}

/** Which slots of the models. */
export function SlotsField({ query, within, catalogue, variables, fieldId, onChange }: Props) {
  return (
    <EditorField
      label={t('query.slots', 'Slots')}
      htmlFor={fieldId('slots')}
      tooltip={t('query.slots-help', 'Even slots are inputs of a model, odd slots are outputs')}
    >
      <ChooseSeveral
        name={t('query.slots', 'Slots')}
        id={fieldId('slots')}
        values={query.slots.map(String)}
        options={[...(catalogue ? slotOptions(catalogue, within) : []), ...variables]}
        onChange={(slots) => onChange({ slots: slots.map(slotOf) })}
        placeholder={t('query.all-slots', 'All slots')}
      />
    </EditorField>
  );
}

/** Which monitors, and which fields of the records. */
export function MonitorFields({ query, within, catalogue, variables, fieldId, onChange }: Props) {
  return (
    <>
      <EditorField label={t('query.monitors', 'Monitors')} htmlFor={fieldId('monitors')}>
        <ChooseSeveral
          name={t('query.monitors', 'Monitors')}
          id={fieldId('monitors')}
          values={query.monitors}
          options={[...(catalogue ? monitorOptions(catalogue, within) : []), ...variables]}
          onChange={(monitors) => onChange({ monitors })}
          placeholder={t('query.all-monitors', 'All monitors')}
        />
      </EditorField>
      <EditorField
        label={t('query.features', 'Features')}
        htmlFor={fieldId('features')}
        tooltip={t('query.features-help', 'Names of fields of the records')}
      >
        <ChooseSeveral
          name={t('query.features', 'Features')}
          id={fieldId('features')}
          values={query.features}
          options={[...(catalogue ? featureOptions(catalogue, within) : []), ...variables]}
          onChange={(features) => onChange({ features })}
          placeholder={t('query.all-features', 'All features')}
        />
      </EditorField>
    </>
  );
}

/** What alerts are narrowed by. */
export function AlertFields(props: Props) {
  const { query, variables, fieldId, onChange } = props;
  return (
    <EditorRow>
      <SlotsField {...props} />
      <MonitorFields {...props} />
      <EditorField label={t('query.severities', 'Severities')} htmlFor={fieldId('severities')}>
        <ChooseSeveral
          name={t('query.severities', 'Severities')}
          id={fieldId('severities')}
          values={query.severities}
          options={[...SEVERITIES, ...variables]}
          onChange={(severities) => onChange({ severities: severities as CompleteQuery['severities'] })}
          placeholder={t('query.all-severities', 'All severities')}
        />
      </EditorField>
      <EditorField label={t('query.states', 'States')} htmlFor={fieldId('states')}>
        <ChooseSeveral
          name={t('query.states', 'States')}
          id={fieldId('states')}
          values={query.states}
          options={[...ALERT_STATE_OPTIONS, ...variables]}
          onChange={(states) => onChange({ states: states as CompleteQuery['states'] })}
          placeholder={t('query.all-states', 'Firing and resolved')}
        />
      </EditorField>
    </EditorRow>
  );
}

/** Which distributions, and as what. */
export function ProfileFields(props: Props) {
  const { query, fieldId, onChange } = props;
  return (
    <EditorRow>
      <SlotsField {...props} />
      <MonitorFields {...props} />
      <EditorField label={t('query.show', 'Show')} htmlFor={fieldId('format')}>
        <RadioButtonGroup
          id={fieldId('format')}
          options={profileFormats()}
          value={profileFormat(query.format)}
          onChange={(format) => onChange({ format })}
        />
      </EditorField>
      <AliasField id={fieldId('alias')} query={query} onChange={onChange} />
    </EditorRow>
  );
}
