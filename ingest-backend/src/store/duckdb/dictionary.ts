import type { Series } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { Selection, SeriesInfo } from '../store.js';

/** A series with the number it goes by in the tables. */
export interface SeriesRow extends SeriesInfo {
  readonly id: number;
}

/** All series of a store, in memory: a point is written under its number, a question is resolved to numbers. */
export class Dictionary {
  readonly #rows: SeriesRow[] = [];
  readonly #byKey = new Map<string, SeriesRow>();
  readonly #byMetric = new Map<string, SeriesRow[]>();
  /** Series are interned by who makes them, so most look-ups end here; the key is for the first of each. */
  readonly #byIdentity = new WeakMap<Series, SeriesRow>();
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

  all(): readonly SeriesRow[] {
    return this.#rows;
  }

  /** The series of a metric that a selection takes. */
  select(selection: Selection, metric: string): SeriesRow[] {
    const rows = this.#byMetric.get(wellFormed(metric)) ?? [];
    const workflow = selection.workflow === undefined ? undefined : wellFormed(selection.workflow);
    const models = new Set(selection.models.map(wellFormed));
    const slots = new Set(selection.slots);
    const engines = new Set(selection.engines.map(wellFormed));
    return rows.filter(
      (row) =>
        (workflow === undefined || row.workflow === workflow) &&
        (models.size === 0 || models.has(row.model)) &&
        (slots.size === 0 || row.slot === undefined || slots.has(row.slot)) &&
        (engines.size === 0 || engines.has(row.engine))
    );
  }
}

function keyOf({ workflow, model, slot, engine, metric }: SeriesInfo): string {
  return JSON.stringify([workflow, model, slot ?? null, engine, metric]);
}

/** By workflow, model, slot and engine, in the order of code units: the same on every machine. */
export function compareSeries(a: PartialIdentity, b: PartialIdentity): number {
  return (
    compareText(a.workflow, b.workflow) ||
    compareText(a.model, b.model) ||
    (a.slot ?? -1) - (b.slot ?? -1) ||
    compareText(a.engine, b.engine)
  );
}

interface PartialIdentity {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
