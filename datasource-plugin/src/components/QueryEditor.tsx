import React, { useEffect } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { RadioButtonGroup } from '@grafana/ui';
import { askableWorkflowOptions, engineOptions, modelOptions, type Within } from '../catalogue/options';
import { useCatalogue } from '../catalogue/useCatalogue';
import type { DataSource } from '../datasource';
import { kinds, stateFormats } from '../query/choices';
import { withDefaults } from '../query/defaults';
import { expandList, templateOf } from '../query/template';
import type { Format, WorkflowOptions, WorkflowQuery } from '../types';
import { variableOptions } from '../variables/options';
import { AliasField } from './AliasField';
import { CatalogueNotice } from './CatalogueNotice';
import { ChooseOne, ChooseSeveral } from './Choose';
import { MetricFields } from './MetricFields';
import { AlertFields, ProfileFields } from './MonitorFields';

type Props = QueryEditorProps<DataSource, WorkflowQuery, WorkflowOptions>;

/** What a panel or an alert rule asks: of which models, and what. Runs with each choice. */
export function QueryEditor({ datasource, query: saved, onChange, onRunQuery, app }: Props) {
  const state = useCatalogue(datasource.catalogue);
  const query = withDefaults(saved);
  const { catalogue } = state;

  // Grafana opens some editors with a query that holds nothing yet.
  const untouched = saved.kind === undefined && saved.metric === undefined;
  useEffect(() => {
    if (untouched) {
      onChange({ ...datasource.getDefaultQuery(app ?? CoreApp.Unknown), ...saved, kind: 'metric' });
      onRunQuery();
    }
    // Once: what the person does afterwards must stay.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const change = (part: Partial<WorkflowQuery>) => {
    onChange({ ...query, ...part });
    onRunQuery();
  };

  const template = templateOf(getTemplateSrv());
  const within: Within = {
    workflows: expandList([query.workflow], template),
    models: expandList(query.models, template),
  };
  const variables = variableOptions(getTemplateSrv().getVariables());
  const fieldId = (name: string) => `pneumograph-${query.refId}-${name}`;
  const monitored = { query, within, catalogue, variables, fieldId, onChange: change };

  return (
    <>
      <CatalogueNotice state={state} />
      <EditorRows>
        <EditorRow>
          <EditorField label={t('query.kind', 'Kind')} htmlFor={fieldId('kind')}>
            <RadioButtonGroup
              id={fieldId('kind')}
              options={kinds()}
              value={query.kind}
              onChange={(kind) =>
                change({
                  kind,
                  // Each kind has formats of its own.
                  format: kind === 'profile' ? 'shares' : 'timeseries',
                  // What is seen of the records is of no engine.
                  ...(kind === 'profile' ? { engines: [] } : {}),
                  ...(kind === 'metric' && query.metric === '' ? { metric: 'rps' } : {}),
                })
              }
            />
          </EditorField>
          <EditorField label={t('query.workflow', 'Workflow')} htmlFor={fieldId('workflow')}>
            <ChooseOne
              id={fieldId('workflow')}
              value={query.workflow}
              options={[...(catalogue ? askableWorkflowOptions(catalogue) : []), ...variables]}
              onChange={(workflow) => change({ workflow })}
              placeholder={t('query.all-workflows', 'All workflows')}
            />
          </EditorField>
          <EditorField label={t('query.models', 'Models')} htmlFor={fieldId('models')}>
            <ChooseSeveral
              name={t('query.models', 'Models')}
              id={fieldId('models')}
              values={query.models}
              options={[...(catalogue ? modelOptions(catalogue, within) : []), ...variables]}
              onChange={(models) => change({ models })}
              placeholder={t('query.all-models', 'All models')}
            />
          </EditorField>
          {query.kind !== 'topology' && query.kind !== 'profile' && (
            <EditorField label={t('query.engines', 'Engines')} htmlFor={fieldId('engines')}>
              <ChooseSeveral
                name={t('query.engines', 'Engines')}
                id={fieldId('engines')}
                values={query.engines}
                options={[...(catalogue ? engineOptions(catalogue, within) : []), ...variables]}
                onChange={(engines) => change({ engines })}
                placeholder={t('query.all-engines', 'All engines')}
              />
            </EditorField>
          )}
          {query.kind === 'status' && (
            <>
              <EditorField label={t('query.show', 'Show')} htmlFor={fieldId('format')}>
                <RadioButtonGroup<Format>
                  id={fieldId('format')}
                  options={stateFormats()}
                  value={query.format === 'table' ? 'table' : 'timeseries'}
                  onChange={(format) => change({ format })}
                />
              </EditorField>
              <AliasField id={fieldId('alias')} query={query} onChange={change} />
            </>
          )}
        </EditorRow>
        {query.kind === 'alerts' && <AlertFields {...monitored} />}
        {query.kind === 'profile' && <ProfileFields {...monitored} />}
        {query.kind === 'metric' && (
          <MetricFields
            query={query}
            within={within}
            state={state}
            variables={variables}
            fieldId={fieldId}
            onChange={change}
          />
        )}
      </EditorRows>
    </>
  );
}
