import { locationService, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import fc from 'fast-check';
import { buildView } from '../model';
import { createTheme } from '@grafana/data';
import { node, nodesFrame } from '../testing/topology';
import { filterBy, filterLinks } from '.';
import { afterClick, chosenOf } from './variables';

function dashboard(variables: object[]): void {
  setTemplateSrv({ getVariables: () => variables } as unknown as TemplateSrv);
}

const [model] = buildView(
  [nodesFrame([node('prices', 'lstm')])],
  [],
  { alerts: { show: true, hideResolved: true } },
  createTheme()
).models;
const value = fc.constantFrom('a', 'b', 'c');

describe('a variable of several values', () => {
  it('has a value after a click that it had not before, and the other way round', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value), value, fc.boolean(), (values, clicked, all) => {
        const chosen = { values, multi: true, all };
        const next = afterClick(chosen, clicked);
        expect(next.includes(clicked)).toBe(!values.includes(clicked));
        const twice = afterClick({ ...chosen, values: next }, clicked);
        expect(twice.filter((one) => one !== '$__all').sort()).toEqual([...values].sort());
      })
    );
  });

  it('leaves all for the clicked value, and stands for all again without any', () => {
    expect(afterClick({ values: ['$__all'], multi: true, all: true }, 'a')).toEqual(['a']);
    expect(afterClick({ values: ['a'], multi: true, all: true }, 'a')).toEqual(['$__all']);
    expect(afterClick({ values: ['a'], multi: true, all: false }, 'a')).toEqual([]);
  });
});

test('a variable of one value holds the clicked one', () => {
  expect(afterClick({ values: ['a'], multi: false, all: false }, 'b')).toEqual(['b']);
  expect(afterClick({ values: ['a'], multi: false, all: false }, 'a')).toEqual(['a']);
  expect(afterClick({ values: ['a'], multi: false, all: true }, 'a')).toEqual(['$__all']);
});

test('variables are read as dashboards keep them', () => {
  dashboard([
    { name: 'model', multi: true, includeAll: true, current: { value: ['lstm', 'reader'] } },
    { name: 'one', multi: false, includeAll: false, current: { value: 'lstm' } },
    { name: 'text', current: {} },
  ]);
  expect(chosenOf('model')).toEqual({ values: ['lstm', 'reader'], multi: true, all: true });
  expect(chosenOf('one')).toEqual({ values: ['lstm'], multi: false, all: false });
  expect(chosenOf('text')).toEqual({ values: [], multi: false, all: false });
  expect(chosenOf('gone')).toEqual({ values: [], multi: false, all: false });
});

test('clicks change the address, which the dashboard follows', () => {
  dashboard([
    { name: 'model', multi: true, includeAll: true, current: { value: ['reader'] } },
    { name: 'workflow', multi: false, includeAll: false, current: { value: 'other' } },
  ]);
  const variables = { model: 'model', workflow: 'workflow' };
  expect(filterLinks(variables, model).map(({ title }) => title)).toEqual([
    'Add lstm to model',
    'Set workflow to prices',
  ]);
  filterBy(variables, model);
  expect(locationService.getSearch().getAll('var-model')).toEqual(['reader', 'lstm']);
  expect(locationService.getSearch().get('var-workflow')).toBe('prices');
  expect(filterLinks({ model: '', workflow: '' }, model)).toEqual([]);
});
