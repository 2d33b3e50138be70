import type { Series } from '../../archive/index.js';
import { takesSeries } from '../joins.js';
import { wellFormed } from '../names.js';
import type { Selection, SeriesInfo } from '../store.js';

/** A series with the number it goes by in the tables. */
export interface SeriesRow extends SeriesInfo {
  readonly id: number;
}

export interface Adoption {
  readonly renamed: SeriesRow[];
  /** Numbers of series: what is under the first is now under the second. */
  readonly joined: Array<readonly [from: number, to: number]>;
}

/** All series of a store, in memory: a point is written under its number, a question is resolved to numbers. */
export class Dictionary {
  #rows: SeriesRow[] = [];
  readonly #byKey = new Map<string, SeriesRow>();
  readonly #byMetric = new Map<string, SeriesRow[]>();
  /** Series are interned by who makes them, so most look-ups end here; the key is for the first of each. */
  #byIdentity = new WeakMap<Series, SeriesRow>();
  #next = 0;

  /** Takes in a row that is in the table. */
  restore(row: SeriesRow): void {
    this.#rows.push(row);
    this.#byKey.set(keyOf(row), row);
    const rows = this.#byMetric.get(row.metric);
    if (rows === undefined) {
      this.#byMetric.set(row.metric, [row]);
    } else {
      rows.push(row);
    }
    this.#next = Math.max(this.#next, row.id + 1);
  }

  /**
   * The row of a series.
   * @param created takes the row where it is new and still has to be written
   */
  resolve(series: Series, created: SeriesRow[]): SeriesRow {
    let row = this.#byIdentity.get(series);
    if (row === undefined) {
      const clean = {
        workflow: wellFormed(series.workflow),
        model: wellFormed(series.model),
        slot: series.slot,
        engine: wellFormed(series.engine),
        metric: wellFormed(series.metric),
        monitor: series.monitor === undefined ? undefined : wellFormed(series.monitor),
        feature: series.feature === undefined ? undefined : wellFormed(series.feature),
      };
      row = this.#byKey.get(keyOf(clean));
      if (row === undefined) {
        row = { id: this.#next, ...clean };
        this.restore(row);
        created.push(row);
      }
      this.#byIdentity.set(series, row);
    }
    return row;
  }

  /**
   * Lets the series of an engine that was shown under one of its own names be the model's.
   * @returns the rows with their new names, and those that became part of a series that was there already
   */
  adopt(names: readonly string[], to: Pick<SeriesInfo, 'workflow' | 'model' | 'engine'>): Adoption {
    const adoption: Adoption = { renamed: [], joined: [] };
    const own = this.#rows.filter(
      ({ workflow, model, engine }) => workflow === '' && model === engine && names.includes(engine)
    );
    if (own.length === 0) {
      return adoption;
    }
    const rest = this.#rows.filter((row) => !own.includes(row));
    this.#rows = [];
    this.#byKey.clear();
    this.#byMetric.clear();
    this.#byIdentity = new WeakMap();
    rest.forEach((row) => this.restore(row));
    for (const row of own) {
      const renamed = { ...row, ...to };
      const known = this.#byKey.get(keyOf(renamed));
      if (known === undefined) {
        this.restore(renamed);
        adoption.renamed.push(renamed);
      } else {
        adoption.joined.push([row.id, known.id]);
      }
    }
    return adoption;
  }

  all(): readonly SeriesRow[] {
    return this.#rows;
  }

  /** The series of a metric that a selection takes. */
  select(selection: Selection, metric: string): SeriesRow[] {
    return (this.#byMetric.get(wellFormed(metric)) ?? []).filter(takesSeries(selection));
  }
}

function keyOf({ workflow, model, slot, engine, metric, monitor, feature }: SeriesInfo): string {
  return JSON.stringify([workflow, model, slot ?? null, engine, metric, monitor ?? null, feature ?? null]);
}

/** By workflow, model, slot, engine, monitor and feature, in the order of code units: the same on every machine. */
export function compareSeries(a: PartialIdentity, b: PartialIdentity): number {
  return (
    compareText(a.workflow, b.workflow) ||
    compareText(a.model, b.model) ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    compareText(a.engine, b.engine) ||
    compareText(a.monitor, b.monitor) ||
    compareText(a.feature, b.feature)
  );
}

interface PartialIdentity {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
  readonly monitor?: string | undefined;
  readonly feature?: string | undefined;
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
