import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { QueryHelp } from './components/QueryHelp';
import { DataSource } from './datasource';
import { translated } from './translations';
import type { WorkflowOptions, WorkflowQuery, WorkflowSecrets } from './types';

export const plugin = new DataSourcePlugin<DataSource, WorkflowQuery, WorkflowOptions, WorkflowSecrets>(DataSource)
  .setConfigEditor(translated(ConfigEditor))
  .setQueryEditor(translated(QueryEditor))
  .setQueryEditorHelp(translated(QueryHelp));
