import {
  applyFieldOverrides,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  dateTime,
  type FieldConfigSource,
  type GrafanaTheme2,
  LoadingState,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { PlainFrame, View } from '../../src/host/views';

type Query = { refId: string } & Record<string, unknown>;

export function timeRange(range: View['range']): TimeRange {
  const from = dateTime(range.from);
  const to = dateTime(range.to);
  return { from, to, raw: { from, to } };
}

/** The request that a dashboard of this width and time range would make. */
export function dataRequest(queries: Query[], view: Pick<View, 'range' | 'width'>): DataQueryRequest {
  const intervalMs = Math.max(1, Math.round((view.range.to - view.range.from) / view.width));
  return {
    app: CoreApp.Dashboard,
    requestId: 'host',
    timezone: 'utc',
    interval: `${intervalMs}ms`,
    intervalMs,
    maxDataPoints: view.width,
    range: timeRange(view.range),
    scopedVars: {
      __interval: { text: `${intervalMs}ms`, value: `${intervalMs}ms` },
      __interval_ms: { text: String(intervalMs), value: intervalMs },
    },
    startTime: Date.now(),
    targets: queries,
  };
}

/** Runs queries the way a panel does: what the data source filters out is not sent. */
export async function runQueries(datasource: DataSourceApi, queries: Query[], view: View): Promise<PanelData> {
  const wanted = queries.filter((query) => datasource.filterQuery?.(query) ?? true);
  const request = dataRequest(wanted, view);
  let response: DataQueryResponse = { data: [] };
  if (wanted.length > 0) {
    const answer = datasource.query(request);
    response = await (answer instanceof Promise ? answer : lastValueFrom(answer));
  }
  return {
    state: response.errors?.length || response.error ? LoadingState.Error : LoadingState.Done,
    series: response.data as DataFrame[],
    errors: response.errors,
    error: response.error ?? response.errors?.[0],
    timeRange: request.range,
    request,
    structureRev: 1,
  };
}

/** Frames of a test as the answer of queries. */
export function plainData(frames: PlainFrame[], view: Pick<View, 'range'>): PanelData {
  return {
    state: LoadingState.Done,
    series: frames.map((frame) => toDataFrame(frame)),
    timeRange: timeRange(view.range),
    structureRev: 1,
  };
}

/** Gives every field its display processor, as Grafana does before a panel sees the data. */
export function withOverrides(
  data: PanelData,
  plugin: PanelPlugin,
  fieldConfig: FieldConfigSource,
  theme: GrafanaTheme2
): PanelData {
  const series = applyFieldOverrides({
    data: data.series,
    fieldConfig,
    fieldConfigRegistry: plugin.fieldConfigRegistry,
    replaceVariables: (text, scopedVars, format) => getTemplateSrv().replace(text, scopedVars, format),
    theme,
    timeZone: 'utc',
  });
  return { ...data, series };
}
