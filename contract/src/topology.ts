/**
 * The frames of a `topology` query. They follow the conventions of Grafana's node graph (`id`, `title`, `mainstat`,
 * `arc__*`, `source`, `target`), so that panel draws them too; the further fields are for the workflow-health panel.
 * A reader must do with any subset beyond `id` and, for edges, `source` and `target`.
 */
export const NODE_FIELDS = [
  { name: 'id', type: 'string', help: 'unique: workflow and model, each percent-encoded, joined by "/"' },
  { name: 'title', type: 'string', help: 'the model' },
  { name: 'subtitle', type: 'string', help: 'the workflow' },
  { name: 'mainstat', type: 'number', unit: 'recps', help: 'records per second in' },
  { name: 'secondarystat', type: 'number', unit: 'recps', help: 'records per second out' },
  { name: 'model', type: 'string', help: 'the model' },
  { name: 'workflow', type: 'string', help: 'the workflow' },
  { name: 'status', type: 'string', help: 'state of the worst engine, in words; empty where the model has no engine' },
  { name: 'engines', type: 'number', help: 'number of engines' },
  { name: 'running', type: 'number', help: 'engines in this state; likewise the fields of the other states' },
  { name: 'error', type: 'number' },
  { name: 'paused', type: 'number' },
  { name: 'init', type: 'number' },
  { name: 'finishing', type: 'number' },
  { name: 'finished', type: 'number' },
  { name: 'pigging', type: 'number' },
  { name: 'unknown', type: 'number' },
  { name: 'rps_in', type: 'number', unit: 'recps', help: 'mean over the time range, summed over input slots' },
  { name: 'rps_out', type: 'number', unit: 'recps', help: 'mean over the time range, summed over output slots' },
  {
    name: 'rejected',
    type: 'number',
    unit: 'short',
    help: 'records rejected in the time range, by schema or encoding',
  },
  { name: 'cpu', type: 'number', unit: 'percent', help: 'mean over the time range and the engines' },
  { name: 'memory', type: 'number', unit: 'bytes', help: 'mean over the time range, summed over engines' },
  { name: 'arc__ok', type: 'number', help: 'share of engines running, pigging, finishing or finished' },
  { name: 'arc__waiting', type: 'number', help: 'share of engines in init or paused' },
  { name: 'arc__unknown', type: 'number', help: 'share of silent engines' },
  { name: 'arc__error', type: 'number', help: 'share of engines in error' },
  { name: 'fixedx', type: 'number', help: 'position from the workflow file, null where it gives none' },
  { name: 'fixedy', type: 'number' },
] as const;

export const EDGE_FIELDS = [
  { name: 'id', type: 'string', help: 'unique' },
  { name: 'source', type: 'string', help: 'id of the node that writes' },
  { name: 'target', type: 'string', help: 'id of the node that reads' },
  { name: 'mainstat', type: 'number', unit: 'recps', help: 'records per second out of the source slot' },
  { name: 'source_slot', type: 'number', help: 'output slot' },
  { name: 'target_slot', type: 'number', help: 'input slot' },
] as const;

/** The id of a model's node. */
export function nodeId(workflow: string, model: string): string {
  return `${encodeURIComponent(wellFormed(workflow))}/${encodeURIComponent(wellFormed(model))}`;
}

/** JSON may carry half a surrogate pair, which percent-encoding refuses. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
