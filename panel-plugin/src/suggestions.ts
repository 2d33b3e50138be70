import { VisualizationSuggestionScore, type DataFrame, type PanelDataSummary } from '@grafana/data';
import { sortFrames } from './model/frames';

/** Offers the panel for topologies. Grafana before 12.4 keeps the supplier but asks only its own panels. */
export function suggest(summary: PanelDataSummary) {
  const frames: DataFrame[] = summary.rawFrames ?? [];
  const { nodes, edges } = sortFrames(frames, []);
  return nodes.length > 0 && edges.length > 0
    ? [{ name: 'Workflow health', score: VisualizationSuggestionScore.Best }]
    : [];
}
