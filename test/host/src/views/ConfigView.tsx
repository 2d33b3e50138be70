import { type DataSourceSettings, DataSourcePluginContextProvider } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button } from '@grafana/ui';
import { useState } from 'react';
import type { HostDataSources } from '../services/datasources';

interface Props {
  settings: DataSourceSettings;
  datasources: HostDataSources;
  onSaved: (settings: DataSourceSettings) => void;
}

interface Health {
  status: string;
  message: string;
}

/** The config editor with the button that Grafana puts below it: save, then ask the plugin whether all is well. */
export function ConfigView({ settings, datasources, onSaved }: Props) {
  const [options, setOptions] = useState(settings);
  const [health, setHealth] = useState<Health>();
  const Editor = datasources.plugin.components.ConfigEditor;
  if (Editor === undefined) {
    throw new Error('the data source plugin has no config editor');
  }
  const change = (changed: DataSourceSettings) => {
    setOptions(changed);
    onSaved(changed);
  };
  const saveAndTest = async () => {
    const url = `/api/datasources/uid/${options.uid}`;
    await getBackendSrv().put(url, options);
    try {
      setHealth(await datasources.instance.testDatasource());
    } catch (error) {
      // A data source tells of a failed test by what it rejects with: an object with a message, or an Error.
      setHealth({ status: 'error', message: (error as Health).message });
    }
  };
  return (
    <DataSourcePluginContextProvider instanceSettings={datasources.getInstanceSettings()}>
      <Editor options={options} onOptionsChange={change} />
      <div style={{ marginTop: 16 }}>
        <Button onClick={() => void saveAndTest()}>Save & test</Button>
      </div>
      {health && (
        <div data-testid="health" style={{ marginTop: 16 }}>
          <Alert severity={health.status === 'success' ? 'success' : 'error'} title={health.message} />
        </div>
      )}
    </DataSourcePluginContextProvider>
  );
}
