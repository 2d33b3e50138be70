import type { WorkflowQuery } from '../types';
import { withDefaults, type CompleteQuery } from './defaults';

const SUBJECTS = { status: 'engine status', topology: 'topology', alerts: 'alerts', profile: 'distributions' };

/** The query in one line, as collapsed rows and the list of alert rules show it. */
export function describe(query: WorkflowQuery): string {
  const { kind, metric, workflow, models, slots, engines, monitors, features, ...rest } = withDefaults(query);
  const subject = kind === 'metric' ? metric || 'no metric chosen' : SUBJECTS[kind];
  const slotted = kind !== 'status' && kind !== 'topology';
  return [
    subject,
    models.length > 0 ? `of ${models.join(', ')}` : 'of all models',
    slotted && slots.length > 0 ? `slot ${slots.join(', ')}` : '',
    kind !== 'topology' && engines.length > 0 ? `engine ${engines.join(', ')}` : '',
    slotted && monitors.length > 0 ? `monitor ${monitors.join(', ')}` : '',
    slotted && features.length > 0 ? `feature ${features.join(', ')}` : '',
    kind === 'metric' ? shape(rest) : '',
    workflow !== '' ? `in ${workflow}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Which of the series, and what stands where they have no value. */
function shape({ topN = '', fill, format }: Pick<CompleteQuery, 'topN' | 'fill' | 'format'>): string {
  const filled = fill !== 'none' && format !== 'latest' ? `fill ${fill}` : '';
  return [topN === '' ? '' : `top ${topN}`, filled].filter((part) => part !== '').join(' ');
}
