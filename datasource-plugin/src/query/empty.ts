import type { DataFrame } from '@grafana/data';
import type { WorkflowQuery } from '../types';

/**
 * Answers to metrics in which there is nothing, as panels tell it: of empty frames with fields Grafana's graphs draw axes
 * and a legend, of frames without fields they say "No data". Notices stay. Alert rules do not come by here, and get typed frames.
 */
export function emptied(frames: readonly DataFrame[], queries: readonly WorkflowQuery[]): DataFrame[] {
  const full = new Set(frames.filter(({ length }) => length > 0).map(({ refId }) => refId));
  // What is followed live keeps its columns for what comes.
  const tells = ({ kind, live }: WorkflowQuery) => kind === 'metric' && live !== true;
  const told = new Set(queries.filter((query) => tells(query) && !full.has(query.refId)).map(({ refId }) => refId));
  return frames.map((frame) => (told.has(frame.refId ?? '') ? { ...frame, fields: [] } : frame));
}
