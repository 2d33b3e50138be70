import React from 'react';
import { t } from '@grafana/i18n';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Input } from '@grafana/ui';
import type { WorkflowOptions, WorkflowSecrets } from '../types';
import { SettingField } from './SettingField';

type Props = DataSourcePluginOptionsEditorProps<WorkflowOptions, WorkflowSecrets>;

/** What Grafana's own TLS settings lack: a server name without a client certificate, and what unchecked TLS means. */
export function ConfigTlsNotes({ options, onOptionsChange }: Props) {
  const { jsonData, readOnly, url } = options;
  // With a client certificate, Grafana's own settings have the field.
  const asksServerName = !jsonData.tlsAuth && (jsonData.tlsAuthWithCACert || Boolean(jsonData.serverName));
  return (
    <>
      {asksServerName && (
        <SettingField
          label={t('config.server-name', 'Server name')}
          htmlFor="config-server-name"
          tooltip={t(
            'config.server-name-help',
            'Name that the certificate of the ingest backend is for. Left empty, the host of the URL.'
          )}
          disabled={readOnly}
        >
          <Input
            id="config-server-name"
            width={40}
            value={jsonData.serverName ?? ''}
            placeholder="backend.example.com"
            onChange={(event) =>
              onOptionsChange({ ...options, jsonData: { ...jsonData, serverName: event.currentTarget.value } })
            }
          />
        </SettingField>
      )}
      {jsonData.tlsSkipVerify && (
        <Alert severity="warning" title={t('config.unchecked', 'The certificate of the ingest backend is not checked')}>
          {t(
            'config.unchecked-help',
            'Whoever is between Grafana and the ingest backend can read the access token and change the answers. Add the certificate of your own authority instead, and turn this off.'
          )}
        </Alert>
      )}
      {usesTls(jsonData) && url.trim().toLowerCase().startsWith('http://') && (
        <Alert severity="warning" title={t('config.no-tls', 'The TLS settings have no effect')}>
          {t(
            'config.no-tls-help',
            'The URL begins with http://. Begin it with https:// where the ingest backend speaks TLS.'
          )}
        </Alert>
      )}
    </>
  );
}

function usesTls({ tlsAuth, tlsAuthWithCACert, tlsSkipVerify, serverName }: WorkflowOptions): boolean {
  return Boolean(tlsAuth || tlsAuthWithCACert || tlsSkipVerify || serverName);
}
