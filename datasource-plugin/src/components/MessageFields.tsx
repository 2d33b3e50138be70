import React from 'react';
import { MESSAGES_LIMIT } from '@pneumograph/contract';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Input, type ComboboxOption } from '@grafana/ui';
import { LEVELS, LIMITS } from '../query/choices';
import type { CompleteQuery } from '../query/defaults';
import { numberOf } from '../query/interpolate';
import type { WorkflowQuery } from '../types';
import { OneField, SeveralField } from './Fields';

interface Props {
  query: CompleteQuery;
  variables: ComboboxOption[];
  fieldId: (name: string) => string;
  onChange: (part: Partial<WorkflowQuery>) => void;
}

/** Which of what engines write, and how much of it. */
export function MessageFields({ query, variables, fieldId, onChange }: Props) {
  const { levels = [], search = '', limit = '' } = query;
  const look = (text: string) => text !== search && onChange({ search: text });
  return (
    <EditorRow>
      <SeveralField
        id={fieldId('levels')}
        label={t('query.levels', 'Levels')}
        values={levels}
        options={[...LEVELS, ...variables]}
        onChange={(chosen) => onChange({ levels: chosen as CompleteQuery['levels'] })}
        placeholder={t('query.all-levels', 'All levels')}
      />
      <EditorField
        label={t('query.search', 'Search')}
        htmlFor={fieldId('search')}
        tooltip={t('query.search-help', 'Only messages with this text in them, in either case of letters')}
        optional
      >
        <Input
          // A text that changes elsewhere begins the field anew.
          key={search}
          id={fieldId('search')}
          width={30}
          defaultValue={search}
          onBlur={(event) => look(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && look(event.currentTarget.value)}
        />
      </EditorField>
      <OneField
        id={fieldId('limit')}
        label={t('query.limit', 'Limit')}
        tooltip={t('query.limit-help', 'Only so many messages: the newest')}
        value={String(limit)}
        options={[...LIMITS, ...variables]}
        onChange={(most) => onChange({ limit: numberOf(most) })}
        placeholder={String(MESSAGES_LIMIT)}
        width={16}
      />
    </EditorRow>
  );
}
