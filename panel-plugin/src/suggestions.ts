import { VisualizationSuggestionScore, type DataFrame, type PanelDataSummary } from '@grafana/data';
import { sortFrames } from './model/frames';

/** As much as is used of what Grafana before 12.4 hands to a supplier. */
interface SuggestionsBuilder {
  data?: { series?: DataFrame[] };
  getListAppender(defaults: { name: string; pluginId: string; score: number }): { append(suggestion: object): void };
}

const NAME = 'Workflow health';
const PLUGIN_ID = 'pneumograph-workflowhealth-panel';

/** Offers the panel for topologies. */
export function suggest(summary: PanelDataSummary) {
  return fits(summary.rawFrames ?? []) ? [{ name: NAME, score: VisualizationSuggestionScore.Best }] : [];
}

function fits(frames: DataFrame[]): boolean {
  const { nodes, edges } = sortFrames(frames, []);
  return nodes.length > 0 && edges.length > 0;
}

/** The supplier of suggestions in both of Grafana's shapes: a function, and before 12.4 an object with a method. */
export const supplier = Object.assign(suggest, {
  getSuggestionsForData(builder: SuggestionsBuilder): void {
    if (fits(builder.data?.series ?? [])) {
      builder.getListAppender({ name: NAME, pluginId: PLUGIN_ID, score: VisualizationSuggestionScore.Best }).append({});
    }
  },
});
