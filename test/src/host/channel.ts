import { createHash } from 'node:crypto';

/** The channel of Grafana Live on which panels that ask this query are told what is new. */
export function channelOf(query: object, intervalMs: number): { path: string; data: object } {
  const text = JSON.stringify(query);
  const path = `query/${createHash('sha256').update(`${intervalMs} ${text}`).digest('hex')}`;
  return { path, data: { query: text, intervalMs } };
}
