import type { WorkflowQuery } from '../types';
import { withDefaults } from './defaults';

/** The query in one line, as collapsed rows and the list of alert rules show it. */
export function describe(query: WorkflowQuery): string {
  const { kind, metric, workflow, models, slots, engines } = withDefaults(query);
  const subject = kind === 'metric' ? metric || 'no metric chosen' : kind === 'status' ? 'engine status' : 'topology';
  return [
    subject,
    models.length > 0 ? `of ${models.join(', ')}` : 'of all models',
    kind === 'metric' && slots.length > 0 ? `slot ${slots.join(', ')}` : '',
    kind !== 'topology' && engines.length > 0 ? `engine ${engines.join(', ')}` : '',
    workflow !== '' ? `in ${workflow}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
