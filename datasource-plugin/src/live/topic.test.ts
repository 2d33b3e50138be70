import type { WorkflowQuery } from '../types';
import { addressOf, canBeLive } from './topic';

const QUERY: WorkflowQuery = { refId: 'A', kind: 'metric', metric: 'rps', models: ['Lüfter'], format: 'timeseries' };

test('series over time can be live, and tables and graphs that are told anew', () => {
  expect(canBeLive({ kind: 'metric' })).toBe(true);
  expect(canBeLive({ kind: 'metric', format: 'latest' })).toBe(false);
  expect(canBeLive({ kind: 'metric', compare: '1w' })).toBe(false);
  // Left over from a metric, it means a series over time.
  expect(canBeLive({ kind: 'status', format: 'latest' })).toBe(true);
  expect(canBeLive({ kind: 'status', format: 'table' })).toBe(true);
  expect(canBeLive({ kind: 'topology' })).toBe(true);
  expect(canBeLive({ kind: 'alerts' })).toBe(true);
  expect(canBeLive({ kind: 'messages' })).toBe(false);
  expect(canBeLive({ kind: 'profile', format: 'timeseries' })).toBe(false);
});

// The same text is in the test of the plugin's backend: both sides have to agree on the path.
test('the path is the hash of what is asked', () => {
  const { path, data, stream, namespace } = addressOf('p', QUERY, 1000);
  expect(data).toEqual({
    query: '{"format":"timeseries","kind":"metric","metric":"rps","models":["Lüfter"]}',
    intervalMs: 1000,
  });
  expect(path).toBe('query/d16ed27f98e2b3adff5af6a1b1b864baa19709e4ebcdb5c4f8f511ec699d9f69');
  expect([stream, namespace]).toEqual(['p', 'p']);
});

test('a table of states is another stream than their series', () => {
  const states: WorkflowQuery = { refId: 'A', kind: 'status', format: 'table' };
  const asked = (query: WorkflowQuery) => (addressOf('p', query, 1000).data as { query: string }).query;
  expect(asked(states)).toBe('{"format":"table","kind":"status"}');
  expect(asked({ ...states, kind: 'alerts' })).toBe('{"format":"timeseries","kind":"alerts"}');
});

test('panels that ask the same share a channel, whatever else differs', () => {
  const { path } = addressOf('p', QUERY, 1000);
  const elsewhere = { ...QUERY, refId: 'B', live: true, key: 'x', datasource: { uid: 'p' }, alias: undefined };
  expect(addressOf('p', elsewhere, 1000).path).toBe(path);
  expect(addressOf('p', Object.fromEntries(Object.entries(QUERY).reverse()) as never, 1000).path).toBe(path);
  expect(addressOf('p', QUERY, 2000).path).not.toBe(path);
  expect(addressOf('p', { ...QUERY, alias: '{{model}}' }, 1000).path).not.toBe(path);
});

test('a channel keeps to what Grafana allows, however long the query is', () => {
  const models = Array.from({ length: 1000 }, (_, index) => `model "${index}" {é}`);
  const { path } = addressOf('p', { ...QUERY, models }, 1000);
  expect(path).toMatch(/^[A-Za-z0-9_\-/=.]{1,100}$/);
});
