import React, { useState } from 'react';
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import type { DataSourcePluginOptionsEditorProps, GrafanaTheme2 } from '@grafana/data';
import {
  Auth,
  AuthMethod,
  ConnectionSettings,
  convertLegacyAuthProps,
  DataSourceDescription,
} from '@grafana/plugin-ui';
import { Divider, SecretInput, useStyles2 } from '@grafana/ui';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { ConfigAdditional } from './ConfigAdditional';
import { ConfigTlsNotes } from './ConfigTlsNotes';
import { withOwnValues } from './headers';
import { SettingField } from './SettingField';

type Props = DataSourcePluginOptionsEditorProps<WorkflowOptions, WorkflowSecrets>;
type Method = Parameters<React.ComponentProps<typeof Auth>['onAuthMethodSelect']>[0];

const TOKEN = 'custom-token';
const DOCS = 'https://github.com/pneumograph/pneumograph/tree/main/datasource-plugin#readme';

/** Where the ingest backend is, and how it knows Grafana. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { narrow } = useStyles2(getStyles);
  const { secureJsonData, secureJsonFields, readOnly } = options;
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
    <div className={narrow}>
      <DataSourceDescription dataSourceName="Pneumograph" docsLink={DOCS} hasRequiredFields />
      <Divider />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlLabel="URL"
        urlPlaceholder="http://127.0.0.1:8420"
        urlTooltip={t(
          'config.url-help',
          "Address of the ingest backend as Grafana's server reaches it: in a container, localhost is the container itself"
        )}
        description={t(
          'config.connection',
          'The Pneumograph ingest backend that collects the reports of your engines.'
        )}
      />
      <Divider />
      <Auth
        {...auth}
        customHeaders={auth.customHeaders && withOwnValues(auth.customHeaders)}
        selectedMethod={usesToken ? TOKEN : auth.selectedMethod}
        mostCommonMethod={TOKEN}
        visibleMethods={[TOKEN, AuthMethod.BasicAuth, AuthMethod.NoAuth]}
        defaultOptionsOverrides={{
          [AuthMethod.NoAuth]: {
            label: t('config.no-auth', 'No authentication'),
            description: t('config.no-auth-help', 'For an ingest backend that admits anonymous viewers'),
          },
          [AuthMethod.BasicAuth]: {
            description: t('config.basic-auth-help', 'For a reverse proxy that asks for a user name and password'),
          },
        }}
        customMethods={[
          {
            id: TOKEN,
            label: t('config.token', 'Access token'),
            description: t('config.token-help', 'A token with the role viewer, made with "pneumograph token create"'),
            component: (
              <SettingField label={t('config.token', 'Access token')} htmlFor="config-token" grow disabled={readOnly}>
                <SecretInput
                  id="config-token"
                  isConfigured={Boolean(secureJsonFields.token)}
                  value={secureJsonData?.token ?? ''}
                  placeholder={t('config.token-paste', 'Paste the token')}
                  onChange={(event) => setToken(event.currentTarget.value)}
                  onReset={() => onOptionsChange({ ...options, ...forgetToken })}
                />
              </SettingField>
            ),
          },
        ]}
        onAuthMethodSelect={choose}
      />
      <ConfigTlsNotes options={options} onOptionsChange={onOptionsChange} />
      <Divider />
      <ConfigAdditional options={options} onOptionsChange={onOptionsChange} />
    </div>
  );
}

/** Where names and fields do not fit beside each other, as on a phone, fields stand below their names. */
const getStyles = (theme: GrafanaTheme2) => ({
  narrow: css({
    [theme.breakpoints.down('sm')]: {
      '*:has(> label + div)': { flexWrap: 'wrap' },
      'label + div': { flex: '1 1 100%', minWidth: 0 },
      'label + div > *': { maxWidth: '100%' },
    },
  }),
});
