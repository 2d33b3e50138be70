import type { Book, Entry } from './book.js';

/** The models that get what a model puts out, and what is made of it; not the model itself. */
export type Downstream = (workflow: string, model: string) => ReadonlySet<string>;

/**
 * Alerts that follow from others: while one that `inhibits: downstream` lasts, those of the models downstream of it, and
 * those of what its own model puts out, are not told.
 */
export class Inhibition {
  constructor(
    private readonly book: Book,
    private readonly downstream: Downstream
  ) {}

  /** The alert that an alert follows from, or undefined. What inhibits is never kept back itself. */
  causeOf({ id, last }: Entry): Entry | undefined {
    if (last.inhibits !== undefined) {
      return undefined;
    }
    for (const entry of this.book.causes()) {
      const cause = entry.last;
      if (entry.id !== id && cause.workflow === last.workflow && this.#follows(cause, last)) {
        return entry;
      }
    }
    return undefined;
  }

  /** The models whose alerts an alert keeps back, by name; empty where it inhibits nothing. */
  keptBackBy({ inhibits, workflow, model }: Entry['last']): string[] {
    return inhibits === undefined ? [] : [...this.downstream(workflow, model)].sort();
  }

  #follows(cause: Entry['last'], alert: Entry['last']): boolean {
    return cause.model === alert.model
      ? alert.slot !== undefined && alert.slot % 2 === 1
      : this.downstream(cause.workflow, cause.model).has(alert.model);
  }
}

/** Models within reach along links, one way. */
export function downstreamAlong(
  links: ReadonlyArray<{ readonly from: string; readonly to: string }>,
  model: string
): Set<string> {
  const reached = new Set<string>();
  const next = [model];
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    for (const { from, to } of links) {
      if (from === one && !reached.has(to)) {
        reached.add(to);
        next.push(to);
      }
    }
  }
  reached.delete(model);
  return reached;
}
