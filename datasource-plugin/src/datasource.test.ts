import {
  CoreApp,
  dateTime,
  type AdHocVariableFilter,
  LiveChannelConnectionState,
  LiveChannelEventType,
  LoadingState,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import {
  config,
  DataSourceWithBackend,
  setGrafanaLiveSrv,
  setTemplateSrv,
  type GrafanaLiveSrv,
} from '@grafana/runtime';
import { firstValueFrom, lastValueFrom, of, toArray } from 'rxjs';
import { DataSource } from './datasource';
import { CATALOGUE } from './testing/catalogue';
import { sampleFrames } from './testing/frames';
import { variableService } from './testing/variables';
import type { WorkflowOptions, WorkflowQuery } from './types';

const datasource = (jsonData: WorkflowOptions = {}) =>
  new DataSource({ id: 1, uid: 'p', type: 'x', name: 'P', jsonData } as DataSourceInstanceSettings<WorkflowOptions>);

beforeEach(() => setTemplateSrv(variableService({ model: ['a', 'b'] })));
afterEach(() => {
  jest.restoreAllMocks();
  delete config.publicDashboardAccessToken;
});

test('new queries begin with the throughput of the default workflow', () => {
  const ds = datasource({ defaultWorkflow: 'prices' });
  expect(ds.getDefaultQuery(CoreApp.Dashboard)).toMatchObject({ kind: 'metric', metric: 'rps', workflow: 'prices' });
  expect(ds.filterQuery({ refId: 'A', ...ds.getDefaultQuery(CoreApp.Explore) } as WorkflowQuery)).toBe(true);
});

test('annotations begin with alerts', () => {
  expect(datasource().annotations?.getDefaultQuery?.()).toEqual({ kind: 'alerts' });
});

test('new queries share no lists', () => {
  const ds = datasource();
  ds.getDefaultQuery(CoreApp.Dashboard).models?.push('x');
  expect(ds.getDefaultQuery(CoreApp.Dashboard).models).toEqual([]);
});

test('variables are replaced for panels and for alert rules made of them', () => {
  const query: WorkflowQuery = { refId: 'A', kind: 'status', models: ['$model'] };
  const ds = datasource();
  expect(ds.applyTemplateVariables(query, {}).models).toEqual(['a', 'b']);
  expect(ds.interpolateVariablesInQueries([query], { model: { text: 'c', value: 'c' } })).toMatchObject([
    { models: ['c'], datasource: { uid: 'p', type: 'x' } },
  ]);
});

describe('the filters of a dashboard', () => {
  const filters: AdHocVariableFilter[] = [{ key: 'model', operator: '=', value: 'b' }];
  const query: WorkflowQuery = { refId: 'A', kind: 'status', models: ['$model'] };

  it('narrow panels and the alert rules made of them', () => {
    expect(datasource().applyTemplateVariables(query, {}, filters).models).toEqual(['b']);
    expect(datasource().interpolateVariablesInQueries([query], {}, filters)).toMatchObject([{ models: ['b'] }]);
  });

  it('are asked for where Grafana does not hand them over', () => {
    const asked = jest.fn(() => filters);
    setTemplateSrv(Object.assign(variableService({ model: ['a', 'b'] }), { getAdhocFilters: asked }));
    expect(datasource().applyTemplateVariables(query, {}).models).toEqual(['b']);
    expect(asked).toHaveBeenCalledWith('P', true);
    expect(datasource().applyTemplateVariables(query, {}, []).models).toEqual(['a', 'b']);
  });

  it('are offered with the values of the catalogue, or the reason why not', async () => {
    const ds = datasource();
    const read = jest.spyOn(ds, 'getResource').mockResolvedValueOnce(CATALOGUE);
    expect(await ds.getTagKeys()).toContainEqual({ text: 'model' });
    expect(await ds.getTagValues({ key: 'model', filters: [] })).toContainEqual({ text: 'lstm', value: 'lstm' });
    const other = datasource();
    read.mockRestore();
    jest.spyOn(other, 'getResource').mockRejectedValue({ data: { message: 'Nothing answers' } });
    await expect(other.getTagValues({ key: 'model', filters: [] })).rejects.toThrow(
      'The values of model could not be read. Nothing answers'
    );
  });
});

describe('an answer', () => {
  const range = { from: dateTime(0), to: dateTime(1), raw: { from: 'now-1h', to: 'now' } };
  const request = (part: Partial<WorkflowQuery>, filters?: AdHocVariableFilter[]) =>
    ({ targets: [{ refId: 'A', ...part }], range, filters, scopedVars: {} }) as DataQueryRequest<WorkflowQuery>;
  const answer = (ds: DataSource, sample: string, part: Partial<WorkflowQuery>) => {
    const response: DataQueryResponse = { data: sampleFrames(sample) };
    jest.spyOn(DataSourceWithBackend.prototype, 'query').mockReturnValue(of(response));
    return lastValueFrom(ds.query(request(part)));
  };
  const link = ({ data }: DataQueryResponse) => data[0].fields[1].config.links?.[0].url as string | undefined;

  it('links to dashboards unless that is turned off or the dashboard is public', async () => {
    const metric = { kind: 'metric', metric: 'rps' } as const;
    expect(link(await answer(datasource(), 'timeseries-multi', metric))).toMatch(
      '/d/pneumograph-workflow?var-datasource=p&'
    );
    expect(link(await answer(datasource({ dashboardLinks: false }), 'timeseries-multi', metric))).toBeUndefined();
    config.publicDashboardAccessToken = 'abc';
    expect(link(await answer(datasource(), 'timeseries-multi', metric))).toBeUndefined();
  });

  it('of engine states is read as annotations where it is asked for as such', async () => {
    const query = datasource().annotations?.prepareQuery?.({
      name: 'x',
      enable: true,
      iconColor: 'red',
      target: { refId: 'A', kind: 'status' },
    });
    const { data } = await answer(datasource(), 'status-table', { ...query });
    expect(data[0].fields.map(({ name }: { name: string }) => name)).toContain('tags');
  });

  it('is an error that panels show where a filter means nothing', async () => {
    const asked = request({ kind: 'topology' }, [{ key: 'model', operator: '=~', value: 'a' }]);
    await expect(lastValueFrom(datasource().query(asked))).rejects.toThrow('The filter for model uses =~');
  });
});

test('queries of every kind are told in the history', () => {
  const text = (query: Partial<WorkflowQuery>) =>
    datasource().getQueryDisplayText({ refId: 'A', ...query } as WorkflowQuery);
  expect(text({ kind: 'profile', features: ['price'] })).toBe(
    'Distributions of all models, feature price: shares over time'
  );
  expect(text({})).toBe('No metric is chosen yet');
});

describe('live', () => {
  const NOW = 1_520_272_365_000;
  let asked: jest.SpyInstance<ReturnType<DataSource['query']>, [DataQueryRequest<WorkflowQuery>]>;
  const getStream = jest.fn();

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    asked = jest.spyOn(DataSourceWithBackend.prototype, 'query');
    asked.mockReturnValue(of({ data: [] }));
    getStream
      .mockReset()
      .mockReturnValue(
        of({ type: LiveChannelEventType.Status, id: '', timestamp: 0, state: LiveChannelConnectionState.Connected })
      );
    setGrafanaLiveSrv({ getStream } as unknown as GrafanaLiveSrv);
  });
  afterEach(() => jest.useRealTimers());

  const live: WorkflowQuery = { refId: 'A', kind: 'metric', metric: 'rps', models: ['$model'], live: true };
  const request = (targets: WorkflowQuery[], more: Partial<DataQueryRequest<WorkflowQuery>> = {}, end = 'now') =>
    ({
      requestId: 'Q1',
      app: CoreApp.Dashboard,
      targets,
      intervalMs: 1000,
      maxDataPoints: 60,
      timezone: 'utc',
      range: { from: dateTime(NOW - 300_000), to: dateTime(NOW), raw: { from: 'now-5m', to: end } },
      scopedVars: {},
      ...more,
    }) as DataQueryRequest<WorkflowQuery>;
  const run = (of: DataQueryRequest<WorkflowQuery>): DataQueryResponse[] => {
    const shown: DataQueryResponse[] = [];
    datasource()
      .query(of)
      .subscribe((response) => shown.push(response));
    jest.advanceTimersByTime(100);
    return shown;
  };

  test('a panel that ends now follows the channel of its query, at the width of its history', () => {
    expect(run(request([live]))).toMatchObject([{ state: LoadingState.Streaming, key: 'live' }]);
    const { stream, data } = getStream.mock.calls[0][0];
    expect(stream).toBe('p');
    expect(data.intervalMs).toBe(5000);
    expect(JSON.parse(data.query)).toMatchObject({ metric: 'rps', models: ['a', 'b'] });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked.mock.calls[0]?.[0]).toMatchObject({ intervalMs: 5000, maxDataPoints: 61, targets: [live] });
    expect(asked.mock.calls[0]?.[0].requestId).not.toBe('Q1');
    // As of when it is asked.
    expect(asked.mock.calls[0]?.[0].range.to.valueOf()).toBe(NOW + 100);
  });

  test('the other queries of the panel are asked once', async () => {
    const heatMap: WorkflowQuery = { refId: 'B', kind: 'profile', live: true };
    run(request([live, heatMap]));
    expect(asked.mock.calls.map(([{ targets }]) => targets)).toEqual([[heatMap], [live]]);
  });

  test.each([
    ['the switch is off', request([{ ...live, live: false }])],
    ['the range is past', request([live], {}, 'now-1m')],
    ['the query is hidden', request([{ ...live, hide: true }])],
    ['the query is not complete', request([{ ...live, metric: '' }])],
    ['it is for an alert rule', request([live], { app: CoreApp.UnifiedAlerting })],
  ])('nothing is followed where %s', async (_, plain) => {
    expect(await firstValueFrom(datasource().query(plain).pipe(toArray()))).toEqual([{ data: [] }]);
    expect(getStream).not.toHaveBeenCalled();
    expect(asked).toHaveBeenCalledWith(plain);
  });
});
