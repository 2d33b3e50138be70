import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { DataSource } from './datasource';
import type { WorkflowOptions, WorkflowQuery, WorkflowSecrets } from './types';

export const plugin = new DataSourcePlugin<DataSource, WorkflowQuery, WorkflowOptions, WorkflowSecrets>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
