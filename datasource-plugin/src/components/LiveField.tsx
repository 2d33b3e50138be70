import React from 'react';
import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { InlineSwitch } from '@grafana/ui';
import { canBeLive } from '../live/topic';
import type { WorkflowQuery } from '../types';

interface Props {
  id: string;
  query: WorkflowQuery;
  onChange: (part: Partial<WorkflowQuery>) => void;
}

/** Whether a panel follows what happens; not there for queries that cannot. */
export function LiveField({ id, query, onChange }: Props) {
  if (!canBeLive(query)) {
    return null;
  }
  return (
    <EditorField
      label={t('query.live', 'Live')}
      htmlFor={id}
      tooltip={t('query.live-help', 'Shows new values as they come, without a refresh, where the time range ends now')}
    >
      <InlineSwitch
        id={id}
        value={query.live ?? false}
        onChange={(event) => onChange({ live: event.currentTarget.checked })}
      />
    </EditorField>
  );
}
