import type { AdHocVariableFilter } from '@grafana/data';
import { query as contractQuery } from '@pneumograph/contract';
import { variableService } from '../testing/variables';
import type { WorkflowQuery } from '../types';
import { narrow } from './adhoc';
import { interpolate } from './interpolate';
import { templateOf } from './template';

const template = templateOf(variableService({ model: ['prep', 'lstm'] }));
const is = (key: string, value: string): AdHocVariableFilter => ({ key, operator: '=', value });
const oneOf = (key: string, ...values: string[]): AdHocVariableFilter => ({
  key,
  operator: '=|',
  value: values[0],
  values,
});

/** What is asked of the ingest backend, which must be able to read it. */
function narrowed(part: Partial<WorkflowQuery>, ...filters: AdHocVariableFilter[]) {
  const query = interpolate({ refId: 'A', kind: 'metric', metric: 'rps', ...part }, template);
  return contractQuery.parse(narrow(query, filters, template));
}

test('a filter narrows what the query leaves open', () => {
  expect(narrowed({}, is('workflow', 'prices'), is('model', 'lstm'), oneOf('slot', '0', '1'))).toMatchObject({
    ...{ workflow: 'prices', models: ['lstm'], slots: [0, 1] },
  });
  expect(narrowed({ kind: 'status' }, is('engine', 'e-1'))).toMatchObject({ engines: ['e-1'] });
  expect(narrowed({ kind: 'alerts' }, is('monitor', 'drift'), is('feature', 'price'))).toMatchObject({
    ...{ monitors: ['drift'], features: ['price'] },
  });
});

test('query and filters must both fit, and where they cannot nothing does', () => {
  expect(narrowed({ models: ['a', 'b'] }, oneOf('model', 'b', 'c'))).toMatchObject({ models: ['b'] });
  expect(narrowed({}, oneOf('model', 'a', 'b'), is('model', 'b'))).toMatchObject({ models: ['b'] });
  const none = { models: ['(no model fits the filters)'] };
  expect(narrowed({ models: ['a'] }, is('model', 'c'))).toMatchObject(none);
  expect(narrowed({ slots: [0] }, is('slot', '1'))).toMatchObject({ ...none, slots: [0] });
  expect(narrowed({ workflow: 'prices' }, is('workflow', 'fraud'), is('model', 'a'))).toMatchObject(none);
});

test('a filter leaves alone what tells no such things apart', () => {
  expect(narrowed({ metric: 'rps' }, is('feature', 'price'), is('monitor', 'drift'))).toMatchObject({
    ...{ features: [], monitors: [] },
  });
  expect(narrowed({ metric: 'drift.psi' }, is('feature', 'price'))).toMatchObject({ features: ['price'] });
  expect(narrowed({ metric: 'memory' }, is('slot', '1'), is('engine', 'e'))).toMatchObject({
    slots: [],
    engines: ['e'],
  });
  expect(narrowed({ metric: 'backlog' }, is('engine', 'e'))).toMatchObject({ engines: [] });
  expect(narrowed({ kind: 'topology' }, is('engine', 'e'), is('slot', '1'))).toMatchObject({ engines: [], slots: [] });
  expect(narrowed({ kind: 'messages' }, is('engine', 'e'), is('slot', '1'))).toMatchObject({
    engines: ['e'],
    slots: [],
  });
  expect(narrowed({ kind: 'profile' }, is('engine', 'e'), is('slot', '1'))).toMatchObject({ engines: [], slots: [1] });
});

test('a dotted name is narrowed like the model and slot that it names', () => {
  expect(narrowed({ metric: 'lstm.0.rps' }, oneOf('model', 'lstm', 'prep'))).toMatchObject({
    ...{ metric: 'rps', models: ['lstm'], slots: [0] },
  });
  expect(narrowed({ metric: 'lstm.0.rps' })).toMatchObject({ metric: 'lstm.0.rps', models: [] });
  expect(narrowed({ metric: 'lstm.memory' }, is('model', 'prep'))).toMatchObject({
    ...{ metric: 'memory', models: ['(no model fits the filters)'] },
  });
});

test('filters take variables, and half a filter narrows nothing', () => {
  expect(narrowed({}, is('model', '$model'))).toMatchObject({ models: ['prep', 'lstm'] });
  expect(narrowed({}, is('model', ''), is('', 'x'), { ...oneOf('model', 'a'), values: [] })).toMatchObject({
    models: [],
  });
});

test('what cannot be filtered by is refused in plain words', () => {
  expect(() => narrowed({}, { key: 'model', operator: '!=', value: 'a' })).toThrow(
    'The filter for model uses !=, which Pneumograph does not know. Use = or "One of" (=|) instead.'
  );
  expect(() => narrowed({}, is('host', 'a'))).toThrow(
    'Pneumograph filters by workflow, model, slot, engine, monitor, feature, but the dashboard has a filter for host.'
  );
  expect(() => narrowed({}, oneOf('workflow', 'prices', 'fraud'))).toThrow('names 2 (prices, fraud)');
  expect(narrowed({ workflow: 'fraud' }, oneOf('workflow', 'prices', 'fraud'))).toMatchObject({ workflow: 'fraud' });
});
