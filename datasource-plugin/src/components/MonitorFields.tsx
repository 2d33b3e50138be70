import React from 'react';
import type { Catalogue } from '@pneumograph/contract';
import { t } from '@grafana/i18n';
import { EditorRow } from '@grafana/plugin-ui';
import type { ComboboxOption } from '@grafana/ui';
import { featureOptions, monitorOptions, slotOptions, type Within } from '../catalogue/options';
import { ALERT_STATE_OPTIONS, alertRows, profileFormats, SEVERITIES } from '../query/choices';
import { profileFormat, type CompleteQuery } from '../query/defaults';
import { slotOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { AliasField } from './AliasField';
import { FewField, SeveralField } from './Fields';

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
    <SeveralField
      id={fieldId('slots')}
      label={t('query.slots', 'Slots')}
      tooltip={t('query.slots-help', 'Even slots are inputs of a model, odd slots are outputs')}
      values={query.slots.map(String)}
      options={[...(catalogue ? slotOptions(catalogue, within) : []), ...variables]}
      onChange={(slots) => onChange({ slots: slots.map(slotOf) })}
      placeholder={t('query.all-slots', 'All slots')}
    />
  );
}

/** Which monitors, and which fields of the records. */
export function MonitorFields({ query, within, catalogue, variables, fieldId, onChange }: Props) {
  return (
    <>
      <SeveralField
        id={fieldId('monitors')}
        label={t('query.monitors', 'Monitors')}
        values={query.monitors}
        options={[...(catalogue ? monitorOptions(catalogue, within) : []), ...variables]}
        onChange={(monitors) => onChange({ monitors })}
        placeholder={t('query.all-monitors', 'All monitors')}
      />
      <SeveralField
        id={fieldId('features')}
        label={t('query.features', 'Features')}
        tooltip={t('query.features-help', 'Names of fields of the records')}
        values={query.features}
        options={[...(catalogue ? featureOptions(catalogue, within) : []), ...variables]}
        onChange={(features) => onChange({ features })}
        placeholder={t('query.all-features', 'All features')}
      />
    </>
  );
}

/** What alerts are narrowed by, and what of them is told. */
export function AlertFields(props: Props) {
  const { query, variables, fieldId, onChange } = props;
  return (
    <EditorRow>
      <SlotsField {...props} />
      <MonitorFields {...props} />
      <SeveralField
        id={fieldId('severities')}
        label={t('query.severities', 'Severities')}
        values={query.severities}
        options={[...SEVERITIES, ...variables]}
        onChange={(severities) => onChange({ severities: severities as CompleteQuery['severities'] })}
        placeholder={t('query.all-severities', 'All severities')}
      />
      <SeveralField
        id={fieldId('states')}
        label={t('query.states', 'States')}
        values={query.states}
        options={[...ALERT_STATE_OPTIONS, ...variables]}
        onChange={(states) => onChange({ states: states as CompleteQuery['states'] })}
        placeholder={t('query.all-states', 'Firing and resolved')}
      />
      <FewField
        id={fieldId('per')}
        label={t('query.per', 'One for each')}
        options={alertRows()}
        value={query.per}
        onChange={(per) => onChange({ per })}
      />
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
      <FewField
        id={fieldId('format')}
        label={t('query.show', 'Show')}
        options={profileFormats()}
        value={profileFormat(query.format)}
        onChange={(format) => onChange({ format })}
      />
      <AliasField id={fieldId('alias')} query={query} onChange={onChange} />
    </EditorRow>
  );
}
