import type { WorkflowQuery } from '../types';
import { applicability } from './applicability';

const THROUGHPUT: WorkflowQuery = { refId: 'A', kind: 'metric', metric: 'rps' };
const DRIFT: WorkflowQuery = { refId: 'B', kind: 'metric', metric: 'drift.psi' };
const is = (key: string, operator = '=') => ({ key, operator, value: 'x' });

test('a filter applies where one of the queries is told apart by it', () => {
  const filters = [is('model'), is('feature')];
  expect(applicability({ filters, queries: [THROUGHPUT, DRIFT] })).toEqual([
    { key: 'model', applicable: true },
    { key: 'feature', applicable: true },
  ]);
  for (const queries of [[THROUGHPUT], [THROUGHPUT, { ...DRIFT, hide: true }]]) {
    expect(applicability({ filters, queries })).toEqual([
      { key: 'model', applicable: true },
      { key: 'feature', applicable: false, reason: 'Nothing that is asked for here is told apart by feature' },
    ]);
  }
  // Without queries there is nothing against it.
  expect(applicability({ filters: [is('feature')] })).toEqual([{ key: 'feature', applicable: true }]);
});

test('what cannot be filtered by does not apply, and says why', () => {
  const filters = [{ ...is('host'), origin: 'dashboard' }, is('model', '!=')];
  expect(applicability({ filters, groupByKeys: ['model'], queries: [THROUGHPUT] })).toMatchObject([
    { key: 'host', applicable: false, origin: 'dashboard', reason: expect.stringContaining('a filter for host') },
    { key: 'model', applicable: false, reason: expect.stringContaining('uses !=') },
    { key: 'model', applicable: false, reason: expect.stringContaining('Each query says itself') },
  ]);
});

test('nothing is asked about nothing', () => {
  expect(applicability({})).toEqual([]);
});
