import { LiveChannelScope, type LiveChannelAddress } from '@grafana/data';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import type { WorkflowQuery } from '../types';

/** Whether the ingest backend can keep a panel up to date about the query: it tells series over time, and when tables change. */
export function canBeLive({
  kind,
  format,
  topN,
  fill,
  compare,
}: Pick<WorkflowQuery, 'kind' | 'format' | 'topN' | 'fill' | 'compare'>): boolean {
  // The first of all series, and gaps, are told of a whole range alone.
  const plain = topN === undefined && (fill ?? 'none') === 'none' && compare === undefined;
  return kind === 'metric'
    ? plain && (format ?? 'timeseries') === 'timeseries'
    : kind !== 'profile' && kind !== 'messages';
}

/** What belongs to one panel, or to Grafana: two panels that differ in these alone ask the same. */
const OWN = new Set(['refId', 'hide', 'key', 'queryType', 'datasource', 'datasourceId', 'live']);

/**
 * The channel of a query whose variables are replaced. Panels that ask the same at the same width of buckets have the
 * same channel, whatever the order of the fields that they were saved in.
 *
 * @param uid of the data source
 * @param width of a bucket in milliseconds
 */
export function addressOf(uid: string, query: WorkflowQuery, width: number): LiveChannelAddress {
  const fields = Object.entries(query).filter(([name, value]) => !OWN.has(name) && value !== undefined);
  // A format that another kind of query left behind means the usual one.
  const format = query.kind === 'status' && query.format === 'table' ? 'table' : 'timeseries';
  const asked = { ...Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))), format };
  const text = JSON.stringify(asked);
  const address = {
    scope: LiveChannelScope.DataSource,
    stream: uid,
    // Grafana before 13 reads this one, and its types know no other.
    namespace: uid,
    // The plugin's backend checks that the path is the hash of the content.
    path: `query/${bytesToHex(sha256(`${width} ${text}`))}`,
    data: { query: text, intervalMs: width },
  };
  return address;
}
