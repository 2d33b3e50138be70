import { CoreApp, rangeUtil, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import type { GrafanaLiveSrv } from '@grafana/runtime';
import { bucketWidth } from '@pneumograph/contract';
import type { Observable } from 'rxjs';
import type { WorkflowQuery } from '../types';
import { follow } from './follow';
import { addressOf, canBeLive } from './topic';

type Request = DataQueryRequest<WorkflowQuery>;

/** The queries that are to be kept up to date: their switch is on, and the panel's range ends now. */
export function liveTargets({ targets, range, app }: Request): WorkflowQuery[] {
  const alerting = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
  return range.raw.to === 'now' && !alerting
    ? targets.filter((query) => query.live === true && !query.hide && canBeLive(query))
    : [];
}

/** What a panel needs of the data source. */
interface Panel {
  readonly uid: string;
  readonly live: GrafanaLiveSrv;
  /** Replaces the variables of a query. */
  readonly interpolate: (query: WorkflowQuery) => WorkflowQuery;
  /** Answers queries once. */
  readonly ask: (request: Request) => Observable<DataQueryResponse>;
}

/** Keeps the queries of a request up to date, all of which can be live. */
export function followPanel(request: Request, { uid, live, interpolate, ask }: Panel): Observable<DataQueryResponse> {
  const { range, maxDataPoints = 1000, intervalMs, timezone } = request;
  const width = bucketWidth(range.from.valueOf(), range.to.valueOf(), maxDataPoints, intervalMs);
  const rangeNow = () => rangeUtil.convertRawToRange(range.raw, timezone);
  const history = () => {
    const now = rangeNow();
    // A range that grows with time keeps the buckets that the stream tells.
    const buckets = Math.ceil((now.to.valueOf() - now.from.valueOf()) / width) + 1;
    // With the panel's own id, Grafana would cancel the panel's other queries.
    const requestId = `${request.requestId}-live`;
    return ask({ ...request, requestId, range: now, intervalMs: width, maxDataPoints: buckets });
  };
  const followed = request.targets.map((query) => ({
    refId: query.refId,
    address: addressOf(uid, interpolate(query), width),
  }));
  return follow(followed, {
    open: (address) => live.getStream(address),
    history,
    start: () => rangeNow().from.valueOf(),
  });
}
