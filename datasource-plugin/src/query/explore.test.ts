import { AbstractLabelOperator } from '@grafana/data';
import * as fc from 'fast-check';
import type { WorkflowQuery } from '../types';
import { fromLabels, narrowTo, toLabels } from './explore';

const QUERY: WorkflowQuery = { refId: 'A', kind: 'metric', metric: 'rps', models: ['a', 'b'] };
const click = (key: string, value: string, type = 'ADD_FILTER') => ({ type, options: { key, value } });

test('a click on a value asks for it alone', () => {
  expect(narrowTo(QUERY, click('model', 'b')).models).toEqual(['b']);
  expect(narrowTo(QUERY, click('workflow', 'prices')).workflow).toBe('prices');
  expect(narrowTo(QUERY, click('slot', '1')).slots).toEqual([1]);
  expect(narrowTo({ ...QUERY, kind: 'alerts' }, click('monitor', 'drift')).monitors).toEqual(['drift']);
});

test('a click on what a query does not tell apart changes nothing', () => {
  for (const action of [click('feature', 'x'), click('host', 'x'), click('model', ''), click('model', 'b', 'OTHER')]) {
    expect(narrowTo(QUERY, action)).toBe(QUERY);
  }
});

test('labels of another data source become what is asked for', () => {
  const labelMatchers = [
    { name: '__name__', value: 'memory', operator: AbstractLabelOperator.Equal },
    { name: 'model', value: 'lstm|prep\\.1', operator: AbstractLabelOperator.EqualRegEx },
    { name: 'slot', value: '0', operator: AbstractLabelOperator.Equal },
    { name: 'engine', value: 'e.*', operator: AbstractLabelOperator.EqualRegEx },
    { name: 'workflow', value: 'prices', operator: AbstractLabelOperator.NotEqual },
    { name: 'job', value: 'x', operator: AbstractLabelOperator.Equal },
  ];
  expect(fromLabels({ refId: 'B', labelMatchers }, { metric: 'rps', workflow: 'fraud' })).toEqual({
    ...{ refId: 'B', kind: 'metric', metric: 'memory', models: ['lstm', 'prep.1'], slots: [0], workflow: 'fraud' },
  });
});

test('what is asked comes back from its labels, whatever the names are', () => {
  const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.includes('|'));
  const names = fc.uniqueArray(name, { maxLength: 3 });
  fc.assert(
    fc.property(names, names, name, (models, engines, workflow) => {
      const query = { ...QUERY, models, engines, workflow, slots: [0, 1] };
      const back = fromLabels(toLabels(query), { metric: 'rps' });
      expect({ models: [], engines: [], ...back }).toEqual(query);
    })
  );
});
