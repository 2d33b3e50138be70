import React from 'react';
import type { QueryEditorHelpProps } from '@grafana/data';
import { Trans } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { examples } from '../query/examples';
import type { WorkflowQuery } from '../types';

/** Queries to begin with: a click makes one the query. */
export function QueryHelp({ onClickExample, query }: QueryEditorHelpProps<WorkflowQuery>) {
  return (
    <Stack direction="column" gap={2}>
      <Text element="h3">
        <Trans i18nKey="help.title">Queries to begin with</Trans>
      </Text>
      <Text color="secondary">
        <Trans i18nKey="help.how">
          Each asks for all workflows and models. Choose some of them afterwards, or type a variable such as $model.
        </Trans>
      </Text>
      {examples().map(({ title, help, query: example }) => (
        <div key={title}>
          <Button
            fill="text"
            icon="play"
            onClick={() => onClickExample({ ...example, refId: query?.refId ?? 'A', datasource: query?.datasource })}
          >
            {title}
          </Button>
          <Text element="p" variant="bodySmall" color="secondary">
            {help}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
