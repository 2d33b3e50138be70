import React, { useEffect, useRef } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorRow } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { Text } from '@grafana/ui';
import { askableWorkflowOptions, engineOptions, findMetric, modelOptions, type Within } from '../catalogue/options';
import { useCatalogue } from '../catalogue/useCatalogue';
import type { DataSource } from '../datasource';
import { alertingKinds, annotationKinds, ENGINE_STATE_OPTIONS, kinds, stateFormats } from '../query/choices';
import { isComplete, withDefaults } from '../query/defaults';
import { describe } from '../query/describe';
import { expandList, templateOf } from '../query/template';
import type { Format, WorkflowOptions, WorkflowQuery } from '../types';
import { variableOptions } from '../variables/options';
import { AliasField } from './AliasField';
import { CatalogueNotice } from './CatalogueNotice';
import { FewField, OneField, Rows, SeveralField } from './Fields';
import { LiveField } from './LiveField';
import { MessageFields } from './MessageFields';
import { MetricFields } from './MetricFields';
import { AlertFields, ProfileFields } from './MonitorFields';
import { RunControls, useRunMode } from './RunControls';

interface Props extends QueryEditorProps<DataSource, WorkflowQuery, WorkflowOptions> {
  /** Annotations tell fewer kinds, and always rows. */
  purpose?: 'panel' | 'annotation';
}

/** What a panel, an alert rule or annotations ask: of which models, and what. */
export function QueryEditor({ datasource, query: saved, onChange, onRunQuery, app, purpose = 'panel' }: Props) {
  const state = useCatalogue(datasource.catalogue);
  const query = withDefaults(saved);
  const { catalogue } = state;
  const complete = isComplete(query);
  const mode = useRunMode(complete, onRunQuery);
  const forAnnotations = purpose === 'annotation';
  const forAlerts = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;

  // Grafana opens some editors with a query that holds nothing yet.
  const untouched = saved.kind === undefined && saved.metric === undefined;
  useEffect(() => {
    if (untouched) {
      onChange({ ...datasource.getDefaultQuery(app ?? CoreApp.Unknown), ...saved, kind: 'metric' });
      mode.changed(true);
    }
    // Once: what the person does afterwards must stay.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  // Of two changes in a row the second may come before Grafana hands the first one back.
  const newest = useRef(query);
  useEffect(() => {
    newest.current = withDefaults(saved);
  }, [saved]);
  const change = (part: Partial<WorkflowQuery>) => {
    const next = { ...newest.current, ...part };
    newest.current = next;
    onChange(next);
    mode.changed(isComplete(next));
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
      <RunControls mode={mode} complete={complete} />
      <Rows>
        <EditorRow>
          <FewField
            id={fieldId('kind')}
            label={t('query.kind', 'Kind')}
            options={forAnnotations ? annotationKinds() : forAlerts ? alertingKinds() : kinds()}
            value={query.kind}
            onChange={(kind) =>
              change({
                kind,
                // Each kind has formats of its own.
                format: kind === 'profile' ? 'shares' : 'timeseries',
                // What is seen of the records is of no engine.
                ...(kind === 'profile' ? { engines: [] } : {}),
                ...(kind === 'metric' && query.metric === '' ? { metric: 'rps' } : {}),
                // Engines that run would cover every graph.
                ...(kind === 'status' && forAnnotations ? { engineStates: ['error', 'unknown'] } : {}),
              })
            }
          />
          <OneField
            id={fieldId('workflow')}
            label={t('query.workflow', 'Workflow')}
            value={query.workflow}
            options={[...(catalogue ? askableWorkflowOptions(catalogue) : []), ...variables]}
            onChange={(workflow) => change({ workflow })}
            placeholder={t('query.all-workflows', 'All workflows')}
          />
          <SeveralField
            id={fieldId('models')}
            label={t('query.models', 'Models')}
            values={query.models}
            options={[...(catalogue ? modelOptions(catalogue, within) : []), ...variables]}
            onChange={(models) => change({ models })}
            placeholder={t('query.all-models', 'All models')}
          />
          {query.kind !== 'topology' && query.kind !== 'profile' && (
            <SeveralField
              id={fieldId('engines')}
              label={t('query.engines', 'Engines')}
              values={query.engines}
              options={[...(catalogue ? engineOptions(catalogue, within) : []), ...variables]}
              onChange={(engines) => change({ engines })}
              placeholder={t('query.all-engines', 'All engines')}
            />
          )}
          {query.kind === 'status' && forAnnotations && (
            <SeveralField
              id={fieldId('engineStates')}
              label={t('query.states', 'States')}
              values={query.engineStates ?? []}
              options={ENGINE_STATE_OPTIONS}
              onChange={(states) => change({ engineStates: states as WorkflowQuery['engineStates'] })}
              placeholder={t('query.all-engine-states', 'All states')}
            />
          )}
          {query.kind === 'status' && !forAnnotations && !forAlerts && (
            <>
              <FewField<Format>
                id={fieldId('format')}
                label={t('query.show', 'Show')}
                options={stateFormats()}
                value={query.format === 'table' ? 'table' : 'timeseries'}
                onChange={(format) => change({ format })}
              />
              <AliasField id={fieldId('alias')} query={query} onChange={change} />
            </>
          )}
          {!forAlerts && !forAnnotations && <LiveField id={fieldId('live')} query={query} onChange={change} />}
        </EditorRow>
        {query.kind === 'alerts' && <AlertFields {...monitored} />}
        {query.kind === 'profile' && <ProfileFields {...monitored} />}
        {query.kind === 'messages' && <MessageFields {...{ query, variables, fieldId, onChange: change }} />}
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
      </Rows>
      <Text variant="bodySmall" color="secondary">
        {describe(query, findMetric(catalogue, query.metric))}
      </Text>
    </>
  );
}
