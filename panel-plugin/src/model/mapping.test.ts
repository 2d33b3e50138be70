import { createTheme, toDataFrame } from '@grafana/data';
import { nodesFrame, node } from '../testing/topology';
import { buildView, type FieldMapping } from '.';
import { mapFields } from './mapping';

const view = (series: Parameters<typeof buildView>[0], fields: FieldMapping) =>
  buildView(series, [], { alerts: { show: true, hideResolved: true }, fields }, createTheme());

const services = toDataFrame({
  fields: [
    { name: 'when', type: 'time', values: [1000, 2000] },
    { name: 'service', values: ['api', 'api'] },
    { name: 'condition', values: ['Running', 'Error'] },
  ],
});

test('fields of any name are used where the user says what they hold', () => {
  const { models, fleet } = view([services], { model: 'service', status: 'condition' });
  expect(models.map(({ name, stateText }) => [name, stateText])).toEqual([['api', 'Error']]);
  expect(fleet().engines[0].bands.map(({ from, to, state }) => [from, to, state])).toEqual([
    [1000, 2000, 'running'],
    [2000, undefined, 'error'],
  ]);
  expect(view([services], {}).missing).toHaveLength(1);
});

test('edges and alerts of other names are found too', () => {
  const edges = toDataFrame({
    fields: [
      { name: 'caller', values: ['w/a'] },
      { name: 'callee', values: ['w/b'] },
    ],
  });
  const alerts = toDataFrame({
    fields: [
      { name: 'at', type: 'time', values: [1] },
      { name: 'what', values: ['a'] },
      { name: 'level', values: ['critical'] },
      { name: 'summary', values: ['Too slow'] },
    ],
  });
  const { links, models } = view([nodesFrame([node('w', 'a'), node('w', 'b')]), edges, alerts], {
    source: 'caller',
    target: 'callee',
    model: 'what',
    severity: 'level',
    text: 'summary',
  });
  expect(links).toMatchObject([{ source: 'w/a', target: 'w/b' }]);
  expect(models[0].alerts).toMatchObject({ count: 1, worst: 'critical', first: { text: 'Too slow' } });
});

test('a chosen field wins over one that has the name by convention', () => {
  const frame = toDataFrame({
    name: 'nodes',
    fields: [
      { name: 'id', values: ['1'] },
      { name: 'model', values: ['short'] },
      { name: 'long name', values: ['Long'] },
    ],
  });
  expect(view([frame], { model: 'long name' }).models[0].name).toBe('Long');
});

test('a field may be chosen by the name that it is shown under', () => {
  const frame = toDataFrame({
    name: 'nodes',
    fields: [
      { name: 'id', values: ['1'] },
      { name: 'm', config: { displayName: 'Modell' }, values: ['shown'] },
    ],
  });
  expect(view([frame], { model: 'Modell' }).models[0].name).toBe('shown');
});

test('frames without a chosen field are the same as before', () => {
  const frames = [services];
  expect(mapFields(frames, {})).toBe(frames);
  expect(mapFields(frames, { model: 'nowhere', status: '' })[0]).toBe(services);
});
