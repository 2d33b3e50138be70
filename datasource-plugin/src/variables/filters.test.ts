import { CATALOGUE } from '../testing/catalogue';
import { filterKeys, filterValues } from './filters';

const values = (...args: Parameters<typeof filterValues>) => filterValues(...args).map(({ value }) => value);

test('every key has values of the catalogue', () => {
  const first = filterKeys().map(({ text }) => [text, values(CATALOGUE, text, [])[0]]);
  expect(first).toEqual([
    ['workflow', 'prices'],
    ['model', 'prep'],
    ['slot', '0'],
    ['engine', 'src-1'],
    ['monitor', 'drift'],
    ['feature', 'price'],
  ]);
  expect(values(CATALOGUE, 'host', [])).toEqual([]);
});

test('values fit the other filters, and words stand for numbers and ids', () => {
  const prices = { key: 'workflow', operator: '=', value: 'prices' };
  expect(values(CATALOGUE, 'model', [prices])).toEqual(['prep', 'lstm']);
  const lstm = { key: 'model', operator: '=|', value: 'lstm', values: ['lstm'] };
  expect(filterValues(CATALOGUE, 'slot', [prices, lstm])[2]).toEqual({ text: '3 · output', value: '3' });
  expect(filterValues(CATALOGUE, 'engine', [lstm])).toContainEqual({ text: 'engine-2', value: 'src-2' });
  expect(values(CATALOGUE, 'model', [{ ...prices, operator: '!=' }])).toEqual(['prep', 'lstm', 'alone']);
});
