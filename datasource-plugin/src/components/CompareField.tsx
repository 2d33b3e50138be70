import React from 'react';
import { t } from '@grafana/i18n';
import type { ComboboxOption } from '@grafana/ui';
import type { WorkflowQuery } from '../types';
import { OneField } from './Fields';

interface Props {
  id: string;
  query: WorkflowQuery;
  variables: ComboboxOption[];
  onChange: (part: Partial<WorkflowQuery>) => void;
}

/** What the ingest backend takes beside these: any number of seconds, minutes, hours, days or weeks. */
const SHIFTS = ['1h', '1d', '1w', '4w'].map((value) => ({ value, label: value }));

/** The same series of an earlier time, shown beside those of the time range. */
export function CompareField({ id, query, variables, onChange }: Props) {
  return (
    <OneField
      id={id}
      label={t('query.compare', 'Compare with')}
      tooltip={t(
        'query.compare-help',
        'Shows the same series of so much earlier as well, shifted into the time range: 30m, 1d or 1w, for example'
      )}
      value={query.compare ?? ''}
      options={[...SHIFTS, ...variables]}
      onChange={(compare) => onChange({ compare: compare === '' ? undefined : compare })}
      placeholder={t('query.compare-nothing', 'Nothing')}
      width={16}
    />
  );
}
