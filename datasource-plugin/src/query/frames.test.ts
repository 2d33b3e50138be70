import { createTheme, DataFrameType, FieldType, getDisplayProcessor, LogLevel } from '@grafana/data';
import { MESSAGE_LEVELS } from '@pneumograph/contract';
import { sampleFrames as sample } from '../testing/frames';

test('series carry their labels, unit and name', () => {
  const [first, second] = sample('timeseries-multi');
  const value = first.fields[1];
  expect(first.meta?.type).toBe('timeseries-multi');
  expect(first.fields[0]).toMatchObject({ type: FieldType.time, config: { interval: 1000 } });
  expect(value.labels).toEqual({ workflow: 'prices', model: 'lstm', slot: '0' });
  expect(value.config).toMatchObject({ unit: 'recps', displayNameFromDS: 'lstm.0.rps' });
  expect(second.fields[1].values).toEqual([71.5, null, 68.75]);
});

test('an empty answer keeps its types', () => {
  const [frame] = sample('timeseries-multi-empty');
  expect(frame.length).toBe(0);
  expect(frame.fields.map(({ type }) => type)).toEqual([FieldType.time, FieldType.number]);
});

test('newest values are one number a series', () => {
  const frames = sample('numeric-multi');
  expect(frames.map(({ fields }) => fields[0].labels?.model)).toEqual(['lstm', 'preprocess']);
  expect(frames.every(({ fields, length }) => fields.length === 1 && length === 1)).toBe(true);
});

test('states read as words', () => {
  const [first, second] = sample('status');
  const words = (frame: typeof first) => {
    const field = frame.fields[1];
    const display = getDisplayProcessor({ field, theme: createTheme() });
    return field.values.map((value) => display(value).text);
  };
  expect(words(first)).toEqual(['init', 'running', 'error']);
  expect(words(second)).toEqual(['running', 'unknown']);
});

test('states as a table say why, and are fit for annotations', () => {
  const [frame] = sample('status-table');
  const column = (name: string) => frame.fields.find((field) => field.name === name);
  expect(frame.fields.slice(0, 2).map(({ name, type }) => [name, type])).toEqual([
    ['time', FieldType.time],
    ['timeEnd', FieldType.time],
  ]);
  expect(column('state')?.values).toEqual(['init', 'running', 'unknown']);
  expect(column('text')?.values).toEqual(['INIT', 'Running', '']);
  expect(column('cause')?.values).toEqual(['state message', 'state message', 'silence']);
});

test('a topology is nodes, and edges between them', () => {
  const [nodes, edges] = sample('topology');
  const column = (frame: typeof nodes, name: string) => frame.fields.find((field) => field.name === name)?.values;
  expect(nodes.name).toBe('nodes');
  expect(column(nodes, 'id')).toEqual(expect.arrayContaining([...(column(edges, 'source') ?? [])]));
  expect(column(nodes, 'id')).toEqual(expect.arrayContaining([...(column(edges, 'target') ?? [])]));
});

test('alerts are a table that annotations read', () => {
  const [frame] = sample('alerts');
  const column = (name: string) => frame.fields.find((field) => field.name === name);
  expect(frame.fields.slice(0, 4).map(({ name, type }) => [name, type])).toEqual([
    ['time', FieldType.time],
    ['timeEnd', FieldType.time],
    ['title', FieldType.string],
    ['text', FieldType.string],
  ]);
  expect(column('state')?.values).toEqual(['firing', 'resolved']);
  expect(String(column('tags')?.values[0]).split(',')).toContain('model:lstm');
  expect(JSON.parse(String(column('labels')?.values[1]))).toMatchObject({
    monitor: 'data',
    feature: 'price',
    slot: '0',
  });
});

test('a distribution is a heat map of named bins over time, beside its reference', () => {
  const frames = sample('profile');
  expect(frames.map(({ meta }) => meta?.type)).toEqual([DataFrameType.HeatmapRows, DataFrameType.HeatmapRows]);
  const [price] = frames;
  expect(price.fields.map(({ name, type }) => [name, type])).toEqual([
    ['Time', FieldType.time],
    ['< 10', FieldType.number],
    ['10 – 20', FieldType.number],
    ['≥ 20', FieldType.number],
  ]);
  // Labels would be taken for the names of the bins.
  expect(price.fields.every(({ labels }) => labels === undefined)).toBe(true);
  expect(price.meta?.custom).toMatchObject({ feature: 'price', edges: [null, 10, 20, null], reference: [0.5, 0.5, 0] });
  const [table] = sample('profile-table');
  expect(table.fields.map(({ name }) => name)).toEqual(['bin', 'reference', 'current']);
});

test('messages are log lines as the Logs panel reads them', () => {
  const [frame] = sample('messages');
  expect(frame.meta).toMatchObject({ type: DataFrameType.LogLines, preferredVisualisationType: 'logs' });
  expect(frame.fields.map(({ name, type }) => [name, type])).toEqual([
    ['timestamp', FieldType.time],
    ['body', FieldType.string],
    ['severity', FieldType.string],
    ['id', FieldType.string],
    ['labels', FieldType.other],
  ]);
  const [times, , severities, ids, labels] = frame.fields.map(({ values }) => values);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(new Set(ids).size).toBe(ids.length);
  expect(labels[1]).toMatchObject({ model: 'lstm', engine: 'engine-1', type: 'model-error' });
  expect(severities.map((level: keyof typeof LogLevel) => LogLevel[level])).toEqual([
    'error',
    'error',
    'info',
    'warning',
  ]);
});

test('Grafana knows every level of a message', () => {
  expect(MESSAGE_LEVELS.map((level) => LogLevel[level])).not.toContain(undefined);
});
