import { FieldType, toDataFrame } from '@grafana/data';
import type { WorkflowQuery } from '../types';
import { NEW_QUERY } from './defaults';
import { emptied } from './empty';

const frame = (refId: string, values: number[]) =>
  toDataFrame({
    ...{ refId, name: 'rps', meta: { notices: [{ severity: 'info' as const, text: 'No such model.' }] } },
    fields: [
      { name: 'time', type: FieldType.time, values },
      { name: 'rps', type: FieldType.number, values },
    ],
  });
const query = (refId: string, more: object = {}): WorkflowQuery => ({
  ...{ ...NEW_QUERY, refId, kind: 'metric', models: [], slots: [], engines: [] },
  ...more,
});

test('an answer of a metric without a value has no fields, and keeps its notices', () => {
  const [empty, full] = emptied([frame('A', []), frame('B', [1])], [query('A'), query('B')]);
  expect(empty.fields).toEqual([]);
  expect(empty.meta?.notices).toHaveLength(1);
  expect(full.fields).toHaveLength(2);
});

test('an empty series beside others, what is followed live, and other kinds keep their fields', () => {
  const some = [frame('A', []), frame('A', [1]), frame('B', []), frame('C', [])];
  const kept = emptied(some, [query('A'), query('B', { live: true }), query('C', { kind: 'status' })]);
  expect(kept.map(({ fields }) => fields.length)).toEqual([2, 2, 2, 2]);
});

test('a heat map gets no frame of a distribution without a value, since it fails at one', () => {
  const asked = [query('A', { kind: 'profile' })];
  expect(emptied([frame('A', [])], asked, 'timeseries').map(({ fields }) => fields)).toEqual([[]]);
  expect(emptied([frame('A', [])], asked, 'heatmap')).toEqual([]);
  expect(emptied([frame('A', [1])], asked, 'heatmap')).toHaveLength(1);
});
