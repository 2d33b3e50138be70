import {
  applyFieldOverrides,
  createTheme,
  dateTime,
  FieldType,
  getFieldDisplayValuesProxy,
  standardFieldConfigEditorRegistry,
  toDataFrame,
  type DataFrame,
  type InterpolateFunction,
  type TimeRange,
} from '@grafana/data';
import { get } from 'lodash';
import { sampleFrames } from '../testing/frames';
import { addLinks, linkContext } from './links';

const HOUR: TimeRange = {
  from: dateTime(1520272000000),
  to: dateTime(1520275600000),
  raw: { from: 'now-1h', to: 'now' },
};
const FIXED: TimeRange = { ...HOUR, raw: { from: HOUR.from, to: HOUR.to } };

/** Fills in what Grafana fills into links: the fields of the row, by Grafana's own proxy, and the value. */
const replaceVariables: InterpolateFunction = (text, scopedVars) =>
  text.replace(
    /\$\{__(data\.fields\.(\w+)|value)\.(\w+)\}/g,
    (variable, _all, column: string | undefined, part: string) => {
      const { frame, field, rowIndex } = { ...scopedVars?.__dataContext?.value } as {
        frame: DataFrame;
        field: { name: string };
        rowIndex: number;
      };
      const proxy = getFieldDisplayValuesProxy({ frame, rowIndex });
      const value = get(proxy, [column ?? field.name, part]) as unknown;
      return value === undefined ? variable : String(value);
    }
  );

/** The links of a cell, as a panel has them. */
function linksOf(frame: DataFrame, column: string, row = 0) {
  const [shown] = applyFieldOverrides({
    data: [frame],
    fieldConfig: { defaults: {}, overrides: [] },
    fieldConfigRegistry: standardFieldConfigEditorRegistry,
    replaceVariables,
    theme: createTheme(),
    timeZone: 'utc',
  });
  const field = shown.fields.find(({ name }) => name === column);
  return (
    field?.getLinks?.({ valueRowIndex: row }).map(({ title, href }) => ({ title, url: new URL(href, 'http://g') })) ??
    []
  );
}

const params = (url: URL) => Object.fromEntries(url.searchParams);

function linked(frames: DataFrame[], range = HOUR, options = {}) {
  addLinks(frames, linkContext('ds-uid', options, range));
  return frames;
}

test('a series links to the dashboard of its model, and the time range goes on moving', () => {
  const [frame] = linked(sampleFrames('timeseries-multi'));
  const [{ title, url }, ...others] = linksOf(frame, 'rps');
  expect(others).toEqual([]);
  expect(title).toBe('Dashboard of lstm');
  expect(url.pathname).toBe('/d/pneumograph-workflow');
  expect(params(url)).toEqual({
    ...{ 'var-datasource': 'ds-uid', 'var-workflow': 'prices', 'var-model': 'lstm', from: 'now-1h', to: 'now' },
  });
  expect(linksOf(frame, 'Time')).toEqual([]);
});

test('a fixed time range stays as it is, newest values and states are linked too, topologies are not', () => {
  for (const name of ['numeric-multi', 'status']) {
    const frame = linked(sampleFrames(name), FIXED)[0];
    const value = frame.fields.find(({ labels }) => labels !== undefined);
    const [{ url }] = linksOf(frame, value?.name ?? '');
    expect(params(url)).toMatchObject({ 'var-model': 'lstm', from: '1520272000000', to: '1520275600000' });
  }
  const plain = sampleFrames('topology');
  expect(linked(sampleFrames('topology'))).toEqual(plain);
});

test('names of any spelling survive', () => {
  const model = 'a&b=${x} "ü"/$model';
  const labels = { workflow: 'w 1', model };
  const frame = toDataFrame({ fields: [{ name: 'rps', type: FieldType.number, values: [1], labels }] });
  const [{ url }] = linksOf(linked([frame])[0], 'rps');
  expect(params(url)).toMatchObject({ 'var-workflow': 'w 1', 'var-model': model });
});

test('what is on no workflow’s dashboard has no link', () => {
  for (const labels of [{ workflow: '', model: 'a' }, { workflow: 'pneumograph', model: 'store' }, { workflow: 'w' }]) {
    const frame = toDataFrame({ fields: [{ name: 'rps', type: FieldType.number, values: [1], labels }] });
    expect(linksOf(linked([frame])[0], 'rps')).toEqual([]);
  }
});

test('an alert links to what was seen at its time, and at its model to the dashboard', () => {
  const [frame] = linked(sampleFrames('alerts'));
  const [data, performance, workflow] = linksOf(frame, 'text', 1);
  expect([data, performance, workflow].map(({ title, url }) => [title, url.pathname])).toEqual([
    ['Its data at that time', '/d/pneumograph-data'],
    ['Its performance at that time', '/d/pneumograph-performance'],
    ['The model at that time', '/d/pneumograph-workflow'],
  ]);
  // From 17:52:00 to 17:55:00, and ten minutes around.
  const time = { from: '1520271720000', to: '1520273100000' };
  const model = { 'var-datasource': 'ds-uid', 'var-workflow': 'prices', 'var-model': 'lstm' };
  expect(params(data.url)).toEqual({ ...model, 'var-feature': 'price', ...time });
  expect(params(performance.url)).toEqual({ ...model, ...time });
  // The first one is about no feature.
  expect(params(linksOf(frame, 'title', 0)[0].url)).not.toHaveProperty('var-feature');
  const [own] = linksOf(frame, 'model', 1);
  expect(own.title).toBe('Dashboard of lstm');
  expect(params(own.url)).toEqual({ ...model, from: 'now-1h', to: 'now' });
});

test('a table that lost columns in a transformation still links', () => {
  const [frame] = linked(sampleFrames('alerts'));
  const left = { ...frame, fields: frame.fields.filter(({ name }) => name === 'text' || name === 'model') };
  const [data] = linksOf(left, 'text', 1);
  expect(params(data.url)).toEqual({ 'var-datasource': 'ds-uid', 'var-model': 'lstm', from: 'now-1h', to: 'now' });
});

test('states in a table link at the model alone', () => {
  const [frame] = linked(sampleFrames('status-table'));
  expect(linksOf(frame, 'model')[0].url.pathname).toBe('/d/pneumograph-workflow');
  expect(linksOf(frame, 'text')).toEqual([]);
});

test('dashboards of one’s own, and links of others that stay', () => {
  const [frame] = sampleFrames('timeseries-multi');
  frame.fields[1].config.links = [{ title: 'Mine', url: '/x' }];
  const options = { linkedDashboards: { workflow: 'my dash', data: ' ' } };
  // A stream hands over the same field again.
  linked(linked([frame], HOUR, options), HOUR, options);
  expect(linksOf(frame, 'rps').map(({ url }) => url.pathname)).toEqual(['/d/my%20dash', '/x']);
});
