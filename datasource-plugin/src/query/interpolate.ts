import type { WorkflowQuery } from '../types';
import { profileFormat, withDefaults, type CompleteQuery } from './defaults';
import { expandList, expandOne, type Template } from './template';

/**
 * The query as the ingest backend reads it: every variable replaced, lists expanded, slots as numbers.
 * @throws Error in plain words where a field that takes one value would get several.
 */
export function interpolate(query: WorkflowQuery, template: Template): WorkflowQuery {
  const saved = withDefaults(query);
  return {
    ...saved,
    workflow: expandOne('workflow', saved.workflow, template),
    models: expandList(saved.models, template),
    slots: expandList(saved.slots.map(String), template).map(slotOf),
    engines: expandList(saved.engines, template),
    monitors: expandList(saved.monitors, template),
    features: expandList(saved.features, template),
    severities: expandList(saved.severities, template) as CompleteQuery['severities'],
    states: expandList(saved.states, template) as CompleteQuery['states'],
    ...(saved.kind === 'metric' ? interpolateMetric(saved, template) : {}),
    ...(saved.kind === 'messages' ? interpolateMessages(saved, template) : {}),
    ...(saved.kind === 'profile' ? { format: profileFormat(saved.format) } : {}),
    alias: template.fill(saved.alias),
  };
}

function interpolateMessages({ levels, search, limit }: CompleteQuery, template: Template): Partial<WorkflowQuery> {
  return {
    levels: expandList(levels ?? [], template) as CompleteQuery['levels'],
    search: template.fill(search ?? ''),
    limit: numberOf(expandOne('number of messages', String(limit ?? ''), template) ?? ''),
  };
}

function interpolateMetric(saved: CompleteQuery, template: Template): Partial<WorkflowQuery> {
  // The choices below come from lists; a variable in their place is checked by the ingest backend.
  return {
    metric: expandOne('metric', saved.metric, template) ?? '',
    over: template.fill(saved.over) as CompleteQuery['over'],
    across: template.fill(saved.across) as CompleteQuery['across'],
    by: saved.by && (expandList(saved.by, template) as CompleteQuery['by']),
    format: template.fill(saved.format) as CompleteQuery['format'],
    topN: numberOf(expandOne('number of series', String(saved.topN ?? ''), template) ?? ''),
    fill: template.fill(saved.fill) as CompleteQuery['fill'],
    compare: expandOne('time to compare with', saved.compare ?? '', template) || undefined,
  };
}

/** A slot's number; a text that is none stays, for the ingest backend to name in its error. */
export function slotOf(text: string): number | string {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : text;
}

/** How many series or messages, undefined where nobody says; a text that is no number stays, as of slots. */
export function numberOf(text: string): number | string | undefined {
  return text === '' ? undefined : slotOf(text);
}
