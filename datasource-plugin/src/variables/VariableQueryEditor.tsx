import React from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { Combobox, Text, type ComboboxOption } from '@grafana/ui';
import { askableWorkflowOptions, modelOptions } from '../catalogue/options';
import { useCatalogue } from '../catalogue/useCatalogue';
import { CatalogueNotice } from '../components/CatalogueNotice';
import { OneField, Rows, SeveralField } from '../components/Fields';
import type { DataSource } from '../datasource';
import { expandList, templateOf } from '../query/template';
import {
  VARIABLE_LISTS,
  type VariableList,
  type WorkflowOptions,
  type WorkflowQuery,
  type WorkflowVariableQuery,
} from '../types';
import { completeVariableQuery, listNames, LISTS, listValues } from './lists';
import { VERBATIM } from '../verbatim';
import { variableOptions } from './options';

type Props = QueryEditorProps<DataSource, WorkflowQuery, WorkflowOptions, WorkflowVariableQuery>;

const SHOWN = 8;

/** Which list of the catalogue a dashboard variable offers, and what narrows it. */
export function VariableQueryEditor({ datasource, query: saved, onChange }: Props) {
  const state = useCatalogue(datasource.catalogue);
  const { catalogue } = state;
  const query = completeVariableQuery(saved);
  const { narrowedBy } = LISTS[query.list];
  const names = listNames();
  const lists: Array<ComboboxOption<VariableList>> = VARIABLE_LISTS.map((value) => ({ value, label: names[value] }));

  const template = templateOf(getTemplateSrv());
  const within = { workflows: expandList([query.workflow], template), models: expandList(query.models, template) };
  const variables = variableOptions(getTemplateSrv().getVariables());
  const change = (part: Partial<WorkflowVariableQuery>) => onChange({ ...query, ...part });

  return (
    <>
      <CatalogueNotice state={state} />
      <Rows>
        <EditorRow>
          <EditorField label={t('variable.list', 'List')} htmlFor="pneumograph-variable-list">
            <Combobox
              id="pneumograph-variable-list"
              options={lists}
              value={query.list}
              width={26}
              // Whoever types fast enough chooses what the list has left behind: nothing.
              onChange={(option?: ComboboxOption<VariableList>) => option && change({ list: option.value })}
            />
          </EditorField>
          {narrowedBy !== 'nothing' && (
            <OneField
              id="pneumograph-variable-workflow"
              label={t('variable.workflow', 'Of workflow')}
              value={query.workflow}
              options={[...(catalogue ? askableWorkflowOptions(catalogue) : []), ...variables]}
              onChange={(workflow) => change({ workflow })}
              placeholder={t('query.all-workflows', 'All workflows')}
            />
          )}
          {narrowedBy === 'model' && (
            <SeveralField
              id="pneumograph-variable-models"
              label={t('variable.models', 'Of models')}
              values={query.models}
              options={[...(catalogue ? modelOptions(catalogue, within) : []), ...variables]}
              onChange={(models) => change({ models })}
              placeholder={t('query.all-models', 'All models')}
            />
          )}
        </EditorRow>
      </Rows>
      {catalogue && (
        <Text variant="bodySmall" color="secondary">
          {preview(listValues(catalogue, query.list, within).map(({ text }) => text))}
        </Text>
      )}
    </>
  );
}

function preview(texts: string[]): string {
  if (texts.length === 0) {
    return t('variable.nothing', 'Nothing is in this list now.');
  }
  const values = { values: texts.slice(0, SHOWN).join(', '), interpolation: VERBATIM };
  return texts.length > SHOWN
    ? t('variable.preview-more', 'In this list now: {{values}} and {{more}} more', {
        ...values,
        more: texts.length - SHOWN,
      })
    : t('variable.preview', 'In this list now: {{values}}', values);
}
