import type { AnnotationQuery } from '@grafana/data';
import { sampleFrames } from '../testing/frames';
import type { WorkflowQuery } from '../types';
import { annotationSupport, asAnnotations } from './support';

const prepared = (target?: Partial<WorkflowQuery>) =>
  annotationSupport.prepareQuery?.({ name: 'x', target } as AnnotationQuery<WorkflowQuery>);
const column = (frame: { fields: Array<{ name: string; values: unknown[] }> }, name: string) =>
  frame.fields.find((field) => field.name === name)?.values;

test('annotations are of alerts unless they say otherwise', () => {
  expect(prepared()).toMatchObject({ kind: 'alerts', queryType: 'annotation' });
  expect(prepared({ refId: 'Anno', kind: 'alerts', models: ['a'] })).toMatchObject({ models: ['a'] });
  expect(prepared({ kind: 'metric', metric: '' })).toBeUndefined();
});

test('engine states are asked for as rows, and read as annotations with text and tags', () => {
  const query = prepared({ refId: 'A', kind: 'status', format: 'timeseries' });
  expect(query?.format).toBe('table');
  const [frame] = asAnnotations(sampleFrames('status-table'), [query as WorkflowQuery]);
  expect(column(frame, 'text')).toEqual([
    'init: INIT (state message)',
    'running: Running (state message)',
    'unknown (silence)',
  ]);
  expect(String(column(frame, 'tags')?.[2])).toMatch(/^workflow:prices,model:\w+,engine:[\w-]+,state:unknown$/);
  expect(column(frame, 'time')).toHaveLength(3);
  expect(column(frame, 'timeEnd')).toHaveLength(3);
  // One of each: Grafana reads annotations by the names of columns.
  expect(frame.fields.filter(({ name }) => name === 'text')).toHaveLength(1);
});

test('only the states that were chosen become annotations', () => {
  const query = prepared({ refId: 'A', kind: 'status', engineStates: ['unknown', 'error'] });
  const [frame] = asAnnotations(sampleFrames('status-table'), [query as WorkflowQuery]);
  expect(frame.length).toBe(1);
  expect(frame.fields.every(({ values }) => values.length === 1)).toBe(true);
  expect(column(frame, 'state')).toEqual(['unknown']);
});

test('panels, and alerts as annotations, keep their frames', () => {
  const states = sampleFrames('status-table');
  expect(asAnnotations(states, [{ refId: 'A', kind: 'status', format: 'table' }])[0]).toBe(states[0]);
  const alerts = sampleFrames('alerts');
  expect(asAnnotations(alerts, [{ ...prepared(), refId: 'A' } as WorkflowQuery])[0]).toBe(alerts[0]);
});
