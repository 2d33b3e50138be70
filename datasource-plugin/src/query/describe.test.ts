import { METRICS, QUERY_KINDS } from '@pneumograph/contract';
import type { WorkflowQuery } from '../types';
import { describe as inWords } from './describe';

const metric = (part: Partial<WorkflowQuery>): WorkflowQuery => ({
  refId: 'A',
  kind: 'metric',
  metric: 'rps',
  ...part,
});

test('a metric as a sentence', () => {
  expect(inWords(metric({ models: ['lstm'], slots: [0] }))).toBe(
    'Mean throughput (records/s) of lstm, input 0, each model and slot its own series'
  );
  expect(inWords(metric({ over: 'p95', across: 'max', by: [], slots: [1, 3], workflow: 'prices' }))).toBe(
    '95th percentile of throughput (records/s) of all models in prices, outputs 1 and 3, all in one series, ' +
      'the highest of its engines'
  );
  expect(inWords(metric({ metric: 'memory', slots: [0], by: ['model', 'slot', 'engine'], engines: ['e-1'] }))).toBe(
    'Mean memory (bytes) of all models, engine e-1, each model and engine its own series'
  );
  expect(inWords(metric({ metric: 'drift.psi', monitors: ['drift'], features: ['price', 'venue'] }))).toBe(
    'Mean drift.psi of all models, monitor drift, features price and venue, ' +
      'each model, slot, monitor and feature its own series'
  );
  expect(inWords(metric({ metric: 'record.count', format: 'latest' }))).toMatch(/^Newest records \(number\) of/);
  expect(inWords(metric({ metric: 'record.count', over: 'count' }))).toMatch(/^Number of reports of records of all/);
});

test('variables, a name of a series and a metric of a monitor’s own stay as they are', () => {
  expect(inWords(metric({ metric: '$metric', models: ['$model'], slots: ['$slot', 3] }))).toBe(
    '$metric of $model, slots $slot and 3, each model and slot its own series'
  );
  const own = { name: 'my.score', unit: 's', kind: 'gauge', slotted: true, over: 'max', across: 'max' } as const;
  expect(inWords(metric({ metric: 'my.score' }), { ...own, area: 'data' })).toBe(
    'Highest my.score (seconds) of all models, each model, slot, monitor and feature its own series'
  );
});

test('the other kinds as sentences', () => {
  const of = (query: Partial<WorkflowQuery>) => inWords({ refId: 'A', kind: 'status', ...query });
  expect(of({ models: ['lstm'] })).toBe('States of the engines of lstm');
  expect(of({ format: 'table', engines: ['a', 'b'], workflow: 'prices' })).toBe(
    'States and their causes of engines a and b of all models in prices'
  );
  expect(of({ kind: 'topology', workflow: 'prices' })).toBe(
    'Topology of all models in prices, with the links between them'
  );
  expect(of({ kind: 'alerts' })).toBe('Alerts of all models');
  expect(of({ kind: 'alerts', severities: ['critical', 'warning'], states: ['firing'], monitors: ['drift'] })).toBe(
    'Firing critical and warning alerts of all models, monitor drift'
  );
  expect(of({ kind: 'profile', features: ['price'], slots: [0], format: 'table' })).toBe(
    'Distribution of price of all models, input 0, beside the reference'
  );
});

test('nothing that was saved is beyond words', () => {
  expect(inWords({ refId: 'A' } as WorkflowQuery)).toBe('No metric is chosen yet');
  expect(inWords({ refId: 'A', kind: 'messages' as 'status' })).toBe(
    'A query of a kind that this version does not know (messages)'
  );
  for (const kind of QUERY_KINDS) {
    for (const { name } of METRICS) {
      expect(inWords({ refId: 'A', kind, metric: name })).toMatch(/^\S.+\S$/);
    }
  }
});
