import type { WorkflowQuery } from '../types';
import { withDefaults } from './defaults';

const SUBJECTS = { status: 'engine status', topology: 'topology', alerts: 'alerts', profile: 'distributions' };

/** The query in one line, as collapsed rows and the list of alert rules show it. */
export function describe(query: WorkflowQuery): string {
  const { kind, metric, workflow, models, slots, engines, monitors, features } = withDefaults(query);
  const subject = kind === 'metric' ? metric || 'no metric chosen' : SUBJECTS[kind];
  const slotted = kind !== 'status' && kind !== 'topology';
  return [
    subject,
    models.length > 0 ? `of ${models.join(', ')}` : 'of all models',
    slotted && slots.length > 0 ? `slot ${slots.join(', ')}` : '',
    kind !== 'topology' && engines.length > 0 ? `engine ${engines.join(', ')}` : '',
    slotted && monitors.length > 0 ? `monitor ${monitors.join(', ')}` : '',
    slotted && features.length > 0 ? `feature ${features.join(', ')}` : '',
    workflow !== '' ? `in ${workflow}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
