import React from 'react';
import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import { placeholders } from '../query/choices';
import type { CompleteQuery } from '../query/defaults';
import type { WorkflowQuery } from '../types';

interface Props {
  id: string;
  query: CompleteQuery;
  onChange: (part: Partial<WorkflowQuery>) => void;
}

const EXAMPLE = '{{model}} {{slot}}';

/** The name of a series; takes effect on leaving the field, so that half a placeholder never runs. */
export function AliasField({ id, query, onChange }: Props) {
  const apply = (alias: string) => {
    if (alias !== query.alias) {
      onChange({ alias });
    }
  };
  return (
    <EditorField label={t('alias.label', 'Series name')} optional htmlFor={id} tooltip={<PlaceholderHelp />}>
      <Input
        // A name that changes elsewhere begins the field anew.
        key={query.alias}
        id={id}
        width={30}
        defaultValue={query.alias}
        placeholder={EXAMPLE}
        onBlur={(event) => apply(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && apply(event.currentTarget.value)}
      />
    </EditorField>
  );
}

/** What can stand in the name of a series. */
export function PlaceholderHelp() {
  return (
    <>
      {t('alias.help', 'Left empty, a series is named like lstm.0.rps. Placeholders:')}
      <ul>
        {placeholders().map(([name, meaning]) => (
          <li key={name}>
            <code>{`{{${name}}}`}</code> {meaning}
          </li>
        ))}
      </ul>
    </>
  );
}
