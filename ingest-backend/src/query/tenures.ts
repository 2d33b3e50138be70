import type { Micros } from '@pneumograph/contract';
import type { Directory } from './directory.js';

/** A time in which an engine ran a model, half open. */
export interface Tenure {
  readonly from: Micros;
  readonly until: Micros;
}

/**
 * The times in which an engine ran a model, oldest first. One that the directory does not know runs for ever what it
 * reported for; one that reported before the directory knew it did so until then.
 */
export function tenures(directory: Directory, engine: string, workflow: string, model: string): Tenure[] {
  const assignments = directory.assignments(engine);
  const found: Array<{ from: Micros; until: Micros }> = [];
  assignments.forEach((assignment, index) => {
    if (assignment.workflow !== workflow || assignment.model !== model) {
      return;
    }
    // What came before the first assignment counts to the first.
    const from = index === 0 ? -Infinity : assignment.from;
    const until = assignments[index + 1]?.from ?? Infinity;
    const before = found.at(-1);
    // Another asset under the same model is no other model.
    if (before?.until === from) {
      before.until = until;
    } else {
      found.push({ from, until });
    }
  });
  return found.length > 0 ? found : [{ from: -Infinity, until: assignments[0]?.from ?? Infinity }];
}
