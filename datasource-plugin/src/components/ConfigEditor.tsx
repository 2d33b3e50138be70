import React, { useState } from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import {
  Auth,
  AuthMethod,
  ConfigSection,
  ConnectionSettings,
  convertLegacyAuthProps,
  DataSourceDescription,
} from '@grafana/plugin-ui';
import { Divider, InlineField, Input, SecretInput } from '@grafana/ui';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { LinkSettings } from './LinkSettings';

type Props = DataSourcePluginOptionsEditorProps<WorkflowOptions, WorkflowSecrets>;
type Method = Parameters<React.ComponentProps<typeof Auth>['onAuthMethodSelect']>[0];

const TOKEN = 'custom-token';
const DOCS = 'https://github.com/pneumograph/pneumograph/tree/main/datasource-plugin#readme';
const LABEL_WIDTH = 24;

/** Where the ingest backend is, and how it knows Grafana. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { jsonData, secureJsonData, secureJsonFields, readOnly } = options;
  const auth = convertLegacyAuthProps({ config: options, onChange: onOptionsChange });
  const [usesToken, setUsesToken] = useState(secureJsonFields.token || Boolean(secureJsonData?.token));

  const setToken = (token: string) => onOptionsChange({ ...options, secureJsonData: { ...secureJsonData, token } });
  const forgetToken = {
    secureJsonFields: { ...secureJsonFields, token: false },
    secureJsonData: { ...secureJsonData, token: '' },
  };
  const choose = (method: Method) => {
    setUsesToken(method === TOKEN);
    onOptionsChange({
      ...options,
      basicAuth: method === AuthMethod.BasicAuth,
      // A token that is no longer chosen must not go on being sent.
      ...(method === TOKEN ? {} : forgetToken),
    });
  };

  return (
    <>
      <DataSourceDescription dataSourceName="Pneumograph" docsLink={DOCS} hasRequiredFields />
      <Divider />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlLabel="URL"
        urlPlaceholder="http://127.0.0.1:8420"
        urlTooltip="Address of the ingest backend as Grafana's server reaches it: in a container, localhost is the container itself"
        description="The Pneumograph ingest backend that collects the reports of your engines."
      />
      <Divider />
      <Auth
        {...auth}
        selectedMethod={usesToken ? TOKEN : auth.selectedMethod}
        mostCommonMethod={TOKEN}
        visibleMethods={[TOKEN, AuthMethod.BasicAuth, AuthMethod.NoAuth]}
        defaultOptionsOverrides={{
          [AuthMethod.NoAuth]: {
            label: 'No authentication',
            description: 'For an ingest backend that admits anonymous viewers',
          },
          [AuthMethod.BasicAuth]: { description: 'For a reverse proxy that asks for a user name and password' },
        }}
        customMethods={[
          {
            id: TOKEN,
            label: 'Access token',
            description: 'A token with the role viewer, made with "pneumograph token create"',
            component: (
              <InlineField
                label="Access token"
                labelWidth={LABEL_WIDTH}
                htmlFor="config-token"
                grow
                disabled={readOnly}
              >
                <SecretInput
                  id="config-token"
                  isConfigured={Boolean(secureJsonFields.token)}
                  value={secureJsonData?.token ?? ''}
                  placeholder="Paste the token"
                  onChange={(event) => setToken(event.currentTarget.value)}
                  onReset={() => onOptionsChange({ ...options, ...forgetToken })}
                />
              </InlineField>
            ),
          },
        ]}
        onAuthMethodSelect={choose}
      />
      <Divider />
      <ConfigSection title="Additional settings" isCollapsible isInitiallyOpen={hasAdditional(jsonData)}>
        <InlineField
          label="Default workflow"
          labelWidth={LABEL_WIDTH}
          htmlFor="config-workflow"
          tooltip="New queries begin with this workflow. Left empty, they begin with all workflows."
          disabled={readOnly}
        >
          <Input
            id="config-workflow"
            width={40}
            value={jsonData.defaultWorkflow ?? ''}
            placeholder="All workflows"
            onChange={(event) =>
              onOptionsChange({ ...options, jsonData: { ...jsonData, defaultWorkflow: event.currentTarget.value } })
            }
          />
        </InlineField>
        <InlineField
          label="Timeout"
          labelWidth={LABEL_WIDTH}
          htmlFor="config-timeout"
          tooltip="Seconds to wait for an answer. Left empty, Grafana's own limit holds."
          disabled={readOnly}
        >
          <Input
            id="config-timeout"
            type="number"
            min={1}
            width={40}
            value={jsonData.timeout ?? ''}
            placeholder="30"
            suffix="s"
            onChange={(event) =>
              onOptionsChange({ ...options, jsonData: { ...jsonData, timeout: secondsOf(event.currentTarget.value) } })
            }
          />
        </InlineField>
        <LinkSettings
          jsonData={jsonData}
          labelWidth={LABEL_WIDTH}
          disabled={readOnly}
          onChange={(part) => onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } })}
        />
      </ConfigSection>
    </>
  );
}

function hasAdditional({ defaultWorkflow, timeout, dashboardLinks, linkedDashboards }: WorkflowOptions): boolean {
  const links = dashboardLinks !== undefined || linkedDashboards !== undefined;
  return Boolean(defaultWorkflow) || timeout !== undefined || links;
}

function secondsOf(text: string): number | undefined {
  const seconds = Math.floor(Number(text));
  return seconds >= 1 ? seconds : undefined;
}
