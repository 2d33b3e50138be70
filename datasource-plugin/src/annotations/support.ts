import type { AnnotationQuery, AnnotationSupport, DataFrame } from '@grafana/data';
import { isComplete } from '../query/defaults';
import { translated } from '../translations';
import type { WorkflowQuery } from '../types';
import { AnnotationEditor } from './AnnotationEditor';
import { stateEvents } from './events';

// Marks a query whose answer becomes annotations; the plugin's backend does not pass it on.
const ANNOTATION = 'annotation';

/** Annotations from alerts, or from what engines went through: rows with a time, an end, a text and tags. */
export const annotationSupport: AnnotationSupport<WorkflowQuery> = {
  QueryEditor: translated(AnnotationEditor),
  getDefaultQuery: () => ({ kind: 'alerts' }),
  prepareQuery: ({ target }: AnnotationQuery<WorkflowQuery>) => {
    const query: WorkflowQuery = { refId: 'Anno', ...target, kind: target?.kind ?? 'alerts', queryType: ANNOTATION };
    if (!isComplete(query)) {
      return undefined;
    }
    // States over time are series; rows say from when to when, and why.
    return query.kind === 'status' ? { ...query, format: 'table' } : query;
  },
};

/** The frames of an answer, those for annotations as Grafana reads them. */
export function asAnnotations(frames: readonly DataFrame[], queries: readonly WorkflowQuery[]): DataFrame[] {
  const states = queries.find(({ kind, queryType }) => kind === 'status' && queryType === ANNOTATION);
  return frames.map((frame) =>
    states !== undefined && frame.refId === states.refId ? stateEvents(frame, states.engineStates ?? []) : frame
  );
}
