import type { DataQueryRequest, DataSourceInstanceSettings } from '@grafana/data';
import { setTemplateSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { DataSource } from '../datasource';
import { CATALOGUE } from '../testing/catalogue';
import { variableService } from '../testing/variables';
import type { WorkflowOptions, WorkflowVariableQuery } from '../types';
import { completeVariableQuery } from './lists';
import { WorkflowVariableSupport } from './support';

function datasource(answer: () => Promise<unknown>): DataSource {
  const ds = new DataSource({
    id: 1,
    uid: 'p',
    type: 'x',
    name: 'P',
    jsonData: {},
  } as DataSourceInstanceSettings<WorkflowOptions>);
  jest.spyOn(ds, 'getResource').mockImplementation(answer);
  return ds;
}

async function valuesOf(query: Partial<WorkflowVariableQuery>, ds = datasource(async () => CATALOGUE)) {
  const request = { targets: [query], scopedVars: {} } as unknown as DataQueryRequest<WorkflowVariableQuery>;
  const { data } = await lastValueFrom(new WorkflowVariableSupport(ds).query(request));
  const [text, value] = data[0].fields as Array<{ values: string[] }>;
  return text.values.map((shown, row) => [shown, value.values[row]]);
}

beforeEach(() => setTemplateSrv(variableService({ workflow: 'prices', model: ['lstm'], all: ['prices', 'fraud'] })));

test('each list, alone', async () => {
  expect(await valuesOf({ list: 'workflows' })).toEqual([
    ['prices', 'prices'],
    ['fraud', 'fraud'],
  ]);
  expect((await valuesOf({ list: 'models' })).map(([, value]) => value)).toEqual(['prep', 'lstm', 'alone']);
  expect(await valuesOf({ list: 'features', models: ['lstm'] })).toEqual([
    ['price', 'price'],
    ['venue', 'venue'],
  ]);
  expect(await valuesOf({ list: 'monitors', models: ['lstm'] })).toEqual([
    ['drift', 'drift'],
    ['fleet', 'fleet'],
  ]);
  expect((await valuesOf({ list: 'metrics' })).map(([, value]) => value)).toContain('cpu.utilization');
});

test('what Pneumograph tells of itself is listed where its workflow is named', async () => {
  const all = await Promise.all((['models', 'engines', 'metrics'] as const).map((list) => valuesOf({ list })));
  expect(JSON.stringify(all)).not.toMatch(/host:8420|"store"|self\./);
  expect(await valuesOf({ list: 'engines', workflow: 'pneumograph' })).toEqual([['host:8420', 'host:8420']]);
});

test('lists narrowed by other variables', async () => {
  expect((await valuesOf({ list: 'models', workflow: '$workflow' })).map(([text]) => text)).toEqual(['prep', 'lstm']);
  expect((await valuesOf({ list: 'models', workflow: '$all' })).map(([text]) => text)).toEqual(['prep', 'lstm']);
  expect(await valuesOf({ list: 'slots', workflow: '$workflow', models: ['$model'] })).toEqual([
    ['0 · input', '0'],
    ['1 · output', '1'],
    ['3 · output', '3'],
  ]);
  expect(await valuesOf({ list: 'engines', models: ['$model'] })).toEqual([
    ['engine-2', 'src-2'],
    ['engine-3', 'src-3'],
  ]);
});

test('a field that is hidden for a list does not narrow it', async () => {
  expect(await valuesOf({ list: 'workflows', workflow: 'fraud', models: ['lstm'] })).toHaveLength(2);
});

test('a list that cannot be read says why', async () => {
  const ds = datasource(async () => Promise.reject({ data: { message: 'Nothing answers at http://x' } }));
  await expect(valuesOf({ list: 'slots' }, ds)).rejects.toThrow(
    'The list of slots could not be read. Nothing answers at http://x'
  );
});

test('an empty query lists the models', () => {
  expect(completeVariableQuery(undefined)).toMatchObject({ list: 'models', workflow: '', models: [] });
  expect(completeVariableQuery({ list: 'bogus' as 'slots' }).list).toBe('models');
});

test('what the editor shows at first is saved, for Grafana to run it', () => {
  const support = new WorkflowVariableSupport(datasource(async () => CATALOGUE));
  expect(support.getDefaultQuery()).toMatchObject({ refId: expect.stringMatching(/./), list: 'models' });
});
