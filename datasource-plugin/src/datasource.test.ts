import { CoreApp, type DataSourceInstanceSettings } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { DataSource } from './datasource';
import { variableService } from './testing/variables';
import type { WorkflowOptions, WorkflowQuery } from './types';

const datasource = (jsonData: WorkflowOptions = {}) =>
  new DataSource({ id: 1, uid: 'p', type: 'x', name: 'P', jsonData } as DataSourceInstanceSettings<WorkflowOptions>);

beforeEach(() => setTemplateSrv(variableService({ model: ['a', 'b'] })));

test('new queries begin with the throughput of the default workflow', () => {
  const ds = datasource({ defaultWorkflow: 'prices' });
  expect(ds.getDefaultQuery(CoreApp.Dashboard)).toMatchObject({ kind: 'metric', metric: 'rps', workflow: 'prices' });
  expect(ds.filterQuery({ refId: 'A', ...ds.getDefaultQuery(CoreApp.Explore) } as WorkflowQuery)).toBe(true);
});

test('annotations begin with alerts', () => {
  expect(datasource().annotations?.getDefaultQuery?.()).toEqual({ kind: 'alerts' });
});

test('new queries share no lists', () => {
  const ds = datasource();
  ds.getDefaultQuery(CoreApp.Dashboard).models?.push('x');
  expect(ds.getDefaultQuery(CoreApp.Dashboard).models).toEqual([]);
});

test('variables are replaced for panels and for alert rules made of them', () => {
  const query: WorkflowQuery = { refId: 'A', kind: 'status', models: ['$model'] };
  const ds = datasource();
  expect(ds.applyTemplateVariables(query, {}).models).toEqual(['a', 'b']);
  expect(ds.interpolateVariablesInQueries([query], { model: { text: 'c', value: 'c' } })).toMatchObject([
    { models: ['c'], datasource: { uid: 'p', type: 'x' } },
  ]);
});
