import type { DataFrame } from '@grafana/data';
import type { WorkflowQuery } from '../types';

/**
 * Answers to metrics and distributions in which there is nothing, as panels tell it: of empty frames with fields Grafana's
 * graphs draw axes and a legend, of frames without fields they say "No data". Notices stay, but for heat maps, which fail at
 * a frame without values and say "No data" where there is no frame. Alert rules do not come by here, and get typed frames.
 */
export function emptied(
  frames: readonly DataFrame[],
  queries: readonly WorkflowQuery[],
  panelPluginId?: string
): DataFrame[] {
  const full = new Set(frames.filter(({ length }) => length > 0).map(({ refId }) => refId));
  // What is followed live keeps its columns for what comes.
  const tells = ({ kind, live }: WorkflowQuery) => (kind === 'metric' || kind === 'profile') && live !== true;
  const told = new Set(queries.filter((query) => tells(query) && !full.has(query.refId)).map(({ refId }) => refId));
  return frames.flatMap((frame) => {
    const isEmpty = told.has(frame.refId ?? '');
    return isEmpty && panelPluginId === 'heatmap' ? [] : [isEmpty ? { ...frame, fields: [] } : frame];
  });
}
