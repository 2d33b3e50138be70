import { WORST_FIRST } from '@pneumograph/contract';
import { inOrder } from './bands';
import { compareText, shorten } from './fields';
import { nested } from './nested';
import { RowMemory } from './rowMemory';
import { stateWord } from './states';
import type { EngineBand, EngineView, ModelState } from './types';

/** Bands of an engine that are kept; a panel is some thousand pixels wide. */
const BAND_LIMIT = 5000;
/** Texts of states that are kept from one reading to the next. */
const STATE_LIMIT = 100;

/** What is known of one engine. */
interface Known {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  name: string;
  /** As the rows tell them, in their order. */
  told: EngineBand[];
  contradicts: boolean;
  /** Undefined where it has to be made anew. */
  view: EngineView | undefined;
  /** The reading that met it last, and how many rows it had there so far. */
  reading: number;
  rows: number;
  /** Which of all rows of that reading was its first: that one tells its name. */
  first: number;
}

/**
 * Engines and their states from one reading of the frames to the next. A fleet of ten thousand engines has tens of thousands of
 * rows, of which an update changes few: objects are made only for those. What comes out does not depend on what was read before.
 */
export class EngineMemory {
  private reading = 0;
  private known = new Map<string, Map<string, Map<string, Known>>>();
  /** The engines of the rows of the last reading: those of the next are mostly the same. */
  private readonly ofRow: Array<Known | undefined> = [];
  /** What those rows tell; undefined of a row that tells nothing. */
  private readonly bandOfRow: Array<EngineBand | undefined> = [];
  private row = 0;
  private readonly tables: RowMemory[] = [];
  private table = 0;
  private met: Known[] = [];
  private before: readonly Known[] = [];
  /** The places of those in their order. */
  private order: number[] = [];
  private sorted: EngineView[] = [];
  private isRenamed = false;
  private readonly states = new Map<string, Pick<EngineBand, 'state' | 'text'>>();
  /** The state looked up last: most engines run. */
  private last: { said: string; shown: Pick<EngineBand, 'state' | 'text'> } | undefined;

  begin(): void {
    this.reading++;
    this.row = 0;
    this.table = 0;
    this.met = [];
    this.isRenamed = false;
    if (this.states.size > STATE_LIMIT) {
      this.states.clear();
    }
    this.last = undefined;
  }

  /**
   * The next table of a reading, of whose rows each is then told by `add`, `addAgain` or `addNothing`.
   * @returns for each row 1 where it is as it was in the reading before
   */
  nextTable(columns: ReadonlyArray<readonly unknown[] | undefined>, rows: number): Uint8Array {
    return (this.tables[this.table++] ??= new RowMemory()).compare(columns, rows, this.row);
  }

  /** A row that tells nothing. */
  addNothing(): void {
    this.ofRow[this.row] = undefined;
    this.bandOfRow[this.row++] = undefined;
  }

  /** A row that is as it was. @returns false where it has to be added anew all the same */
  addAgain(): boolean {
    const { row } = this;
    const [known, band] = [this.ofRow[row], this.bandOfRow[row]];
    if (known === undefined || band === undefined || (known.reading !== this.reading && known.first !== row)) {
      return false;
    }
    if (known.reading !== this.reading) {
      this.meet(known);
    }
    const at = known.rows++;
    if (known.told[at] !== band) {
      known.told[at] = band;
      known.view = undefined;
    }
    this.row++;
    return true;
  }

  private meet(known: Known): void {
    known.reading = this.reading;
    known.rows = 0;
    known.first = this.row;
    this.met.push(known);
  }

  /** @param name undefined where the engine has none but its id */
  add(
    workflow: string,
    model: string,
    engine: string,
    name: string | undefined,
    from: number,
    to: number | undefined,
    state: string,
    said: string,
    cause: string
  ): void {
    const known = this.find(workflow, model, engine);
    if (known.reading !== this.reading) {
      this.meet(known);
      const shown = shortName(name ?? shorten(engine), model);
      if (shown !== known.name) {
        known.name = shown;
        known.view = undefined;
        this.isRenamed = true;
      }
    }
    const shown = this.shown(state);
    const at = known.rows++;
    const old = known.told[at];
    if (
      old === undefined ||
      old.from !== from ||
      old.to !== to ||
      old.text !== shown.text ||
      old.state !== shown.state ||
      old.said !== said ||
      old.cause !== cause
    ) {
      known.told[at] = { from, to, state: shown.state, text: shown.text, said, cause };
      known.view = undefined;
    }
    this.ofRow[this.row] = known;
    this.bandOfRow[this.row++] = known.told[at];
  }

  /** All engines by workflow, model and name: the same list and the same objects as before where nothing changed. */
  end(): { engines: EngineView[]; contradictory: string[] } {
    this.ofRow.length = this.row;
    this.bandOfRow.length = this.row;
    this.tables.length = this.table;
    let isChanged = false;
    const contradictory: string[] = [];
    for (const known of this.met) {
      if (known.rows < known.told.length) {
        known.told.length = known.rows;
        known.view = undefined;
      }
      if (known.view === undefined) {
        known.view = viewOf(known);
        isChanged = true;
      }
      if (known.contradicts) {
        contradictory.push(known.name);
      }
    }
    const { met, before } = this;
    if (this.isRenamed || met.length !== before.length || met.some((known, at) => known !== before[at])) {
      this.before = met;
      this.order = met.map((_, at) => at).sort((a, b) => compareEngines(met[a], met[b]));
      this.forget();
      isChanged = true;
    }
    if (isChanged) {
      const sorted: EngineView[] = [];
      for (const at of this.order) {
        const view = met[at]?.view;
        if (view !== undefined) {
          sorted.push(view);
        }
      }
      this.sorted = sorted;
    }
    return { engines: this.sorted, contradictory };
  }

  /** Drops engines that are gone. */
  private forget(): void {
    for (const [workflow, models] of this.known) {
      for (const [model, engines] of models) {
        for (const [engine, { reading }] of engines) {
          if (reading !== this.reading) {
            engines.delete(engine);
          }
        }
        if (engines.size === 0) {
          models.delete(model);
        }
      }
      if (models.size === 0) {
        this.known.delete(workflow);
      }
    }
  }

  private find(workflow: string, model: string, engine: string): Known {
    const guess = this.ofRow[this.row];
    if (guess !== undefined && guess.engine === engine && guess.model === model && guess.workflow === workflow) {
      return guess;
    }
    // Keys one in another: joining them to one text would cost more than all the rest.
    const ofModel = nested(nested(this.known, workflow), model);
    let known = ofModel.get(engine);
    if (known === undefined) {
      const nothing = { name: '', told: [], contradicts: false, view: undefined, reading: 0, rows: 0, first: 0 };
      known = { workflow, model, engine, ...nothing };
      ofModel.set(engine, known);
    }
    return known;
  }

  private shown(state: string): Pick<EngineBand, 'state' | 'text'> {
    if (this.last?.said === state) {
      return this.last.shown;
    }
    let shown = this.states.get(state);
    if (shown === undefined) {
      const named = WORST_FIRST.find((name) => name === state.trim().toLowerCase());
      const is: ModelState = named ?? (state === '' ? 'unknown' : 'other');
      shown = { state: is, text: is === 'other' ? state : stateWord(is) };
      this.states.set(state, shown);
    }
    this.last = { said: state, shown };
    return shown;
  }
}

function viewOf(known: Known): EngineView {
  const { workflow, model, engine, name, told } = known;
  const { bands, contradicts } = inOrder(told);
  known.contradicts = contradicts;
  return {
    id: JSON.stringify([workflow, model, engine]),
    ...{ engine, name, model, workflow },
    state: bands[bands.length - 1]?.state ?? 'unknown',
    bands: bands.slice(-BAND_LIMIT),
  };
}

type Names = Pick<Known, 'workflow' | 'model' | 'name' | 'engine'>;

function compareEngines(a: Names | undefined, b: Names | undefined): number {
  if (a === undefined || b === undefined) {
    return 0;
  }
  return (
    compareText(a.workflow, b.workflow) ||
    compareText(a.model, b.model) ||
    compareText(a.name, b.name) ||
    compareText(a.engine, b.engine)
  );
}

/** Names of engines come with their model before them, which stands beside them here. */
function shortName(name: string, model: string): string {
  if (name === '') {
    return model;
  }
  return model !== '' && name.startsWith(`${model} `) ? name.slice(model.length + 1) : name;
}
