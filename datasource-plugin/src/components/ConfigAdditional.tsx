import React from 'react';
import { t } from '@grafana/i18n';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { ConfigSection } from '@grafana/plugin-ui';
import { InlineSwitch, Input } from '@grafana/ui';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { ChooseOne } from './Choose';
import { LinkSettings } from './LinkSettings';
import { SettingField } from './SettingField';
import { useSavedWorkflows } from './useSavedWorkflows';

type Props = DataSourcePluginOptionsEditorProps<WorkflowOptions, WorkflowSecrets>;

const LONGEST_TIMEOUT = 3600;

/** What has a sensible default: the workflow of new queries, how long to wait, and who is told of to the ingest backend. */
export function ConfigAdditional({ options, onOptionsChange }: Props) {
  const { jsonData, readOnly } = options;
  const workflows = useSavedWorkflows(options);
  const set = (part: Partial<WorkflowOptions>) => onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });

  return (
    <ConfigSection
      title={t('config.additional', 'Additional settings')}
      isCollapsible
      isInitiallyOpen={isAnySet(jsonData)}
    >
      <SettingField
        label={t('config.workflow', 'Default workflow')}
        htmlFor="config-workflow"
        tooltip={t(
          'config.workflow-help',
          'New queries begin with this workflow. Left empty, they begin with all workflows. Once the settings are saved, the workflows of the ingest backend are listed.'
        )}
        disabled={readOnly}
      >
        <ChooseOne
          id="config-workflow"
          width={40}
          value={jsonData.defaultWorkflow ?? ''}
          options={workflows.map((name) => ({ value: name, label: name }))}
          placeholder={t('query.all-workflows', 'All workflows')}
          onChange={(defaultWorkflow) => set({ defaultWorkflow })}
        />
      </SettingField>
      <SettingField
        label={t('config.timeout', 'Timeout')}
        htmlFor="config-timeout"
        tooltip={t('config.timeout-help', 'Seconds to wait for an answer. Left empty, 30.')}
        disabled={readOnly}
        invalid={!isTimeout(jsonData.timeout)}
        error={t('config.timeout-error', 'Enter 1 to {{longest}} seconds, or leave it empty', {
          longest: LONGEST_TIMEOUT,
        })}
      >
        <Input
          id="config-timeout"
          type="number"
          min={1}
          max={LONGEST_TIMEOUT}
          width={40}
          value={jsonData.timeout ?? ''}
          placeholder="30"
          suffix="s"
          onChange={(event) => set({ timeout: numberOf(event.currentTarget.value) })}
        />
      </SettingField>
      <SettingField
        label={t('config.user', 'Tell who asks')}
        htmlFor="config-forward-user"
        tooltip={t(
          'config.user-help',
          'Sends the login of the Grafana user along with each request, for the log of the ingest backend. It gives no rights.'
        )}
        disabled={readOnly}
      >
        <InlineSwitch
          id="config-forward-user"
          value={jsonData.forwardUser ?? true}
          onChange={(event) => set({ forwardUser: event.currentTarget.checked })}
        />
      </SettingField>
      <LinkSettings jsonData={jsonData} disabled={readOnly} onChange={set} />
    </ConfigSection>
  );
}

function isAnySet({
  defaultWorkflow,
  timeout,
  forwardUser,
  dashboardLinks,
  linkedDashboards,
}: WorkflowOptions): boolean {
  const links = dashboardLinks !== undefined || linkedDashboards !== undefined;
  return Boolean(defaultWorkflow) || timeout !== undefined || forwardUser === false || links;
}

function isTimeout(timeout: unknown): boolean {
  return timeout === undefined || (typeof timeout === 'number' && timeout >= 1 && timeout <= LONGEST_TIMEOUT);
}

function numberOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}
