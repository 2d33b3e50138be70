import {
  modelFinder,
  noAlerts,
  stateRank,
  summaryOf,
  type EngineView,
  type HealthView,
  type ModelAlerts,
  type ModelState,
  type ModelView,
} from '../../model';
import { alertsText } from '../ModelCard';

/** A cell of the grid: a model, or an engine of one. */
export interface GridCell {
  id: string;
  title: string;
  /** What stands below the title where there is room, and in the tooltip. */
  detail: string;
  state: ModelState;
  stateText: string;
  /** The id of the model whose details a click opens. */
  model: string | undefined;
  alerts: ModelAlerts;
}

const NO_ALERTS = noAlerts();

/** The cells of engines from one update to the next: of thousands of engines it changes few. */
export class CellMemory {
  engines: readonly EngineView[] = [];
  cells: readonly GridCell[] = [];
}

export function cellsOf(view: HealthView, kind: 'models' | 'engines', memory = new CellMemory()): GridCell[] {
  const engines = kind === 'models' ? [] : view.fleet().engines;
  if (engines.length === 0) {
    return view.models.map((model) => ({
      ...{ id: model.id, title: model.name, detail: model.workflow },
      ...{ state: model.state, stateText: model.stateText, model: model.id, alerts: model.alerts },
    }));
  }
  const modelOf = modelFinder(view.models);
  const cells = engines.map((engine, at) => {
    const model = modelOf(engine.workflow, engine.model);
    const alerts = model === undefined ? NO_ALERTS : alertsOf(engine, model);
    const known = memory.engines[at] === engine ? memory.cells[at] : undefined;
    return known?.alerts === alerts && known.model === model?.id ? known : cellOf(engine, model?.id, alerts);
  });
  [memory.engines, memory.cells] = [engines, cells];
  return cells;
}

function cellOf(
  { id, name, model, workflow, state, bands }: EngineView,
  of: string | undefined,
  alerts: ModelAlerts
): GridCell {
  const detail = workflow === '' ? model : `${model} in ${workflow}`;
  return { id, title: name, detail, state, stateText: bands[bands.length - 1]?.text ?? '', model: of, alerts };
}

/** What is of a whole model is of each of its engines. */
function alertsOf({ engine, name }: EngineView, { alerts }: ModelView): ModelAlerts {
  if (alerts.items.every((alert) => alert.engine === '')) {
    return alerts.count === 0 ? NO_ALERTS : alerts;
  }
  const own = alerts.items.filter((alert) => alert.engine === '' || alert.engine === engine || alert.engine === name);
  return own.length === 0 ? NO_ALERTS : summaryOf(own);
}

/** What a screen reader says of a cell, and a tooltip. */
export function labelOf({ title, detail, stateText, alerts }: GridCell): string {
  return [title, detail, stateText, alertsText(alerts)].filter((text) => text !== '').join(', ');
}

export interface CellSize {
  width: number;
  height: number;
  gap: number;
  columns: number;
  /** Lines of text in a cell: none where only the symbol shows. */
  lines: 0 | 1 | 2 | 3;
}

/** Cells with words, the largest first: title, state, and what it belongs to. */
const WORDS = [
  { width: 240, most: 300, height: 66, lines: 3 },
  { width: 150, most: 240, height: 44, lines: 2 },
  { width: 104, most: 240, height: 28, lines: 1 },
] as const;
const GAP = 4;
/** Edges of a cell with its gap, where only the symbol shows. */
const SYMBOLS = [30, 26, 22, 18, 15, 13, 11, 10];
/** Where not even the smallest all fit into sight, cells are of this size and scroll. */
const SCROLLED = 22;

/** Cells of one size, whatever their texts: the largest at which all are in sight. */
export function cellSize(count: number, width: number, height: number): CellSize {
  for (const { most, ...words } of WORDS) {
    const columnsOf = (cell: number) => Math.max(1, Math.floor((width + GAP) / (cell + GAP)));
    const rows = Math.floor(height / (words.height + GAP));
    if (Math.ceil(count / columnsOf(words.width)) <= rows) {
      // As few columns as show all leave most room for names; cells share the width that is left.
      const columns = Math.max(Math.ceil(count / rows), columnsOf(most));
      return { ...words, width: Math.floor((width + GAP) / columns) - GAP, gap: GAP, columns };
    }
  }
  const fits = (pitch: number) => Math.ceil(count / Math.max(1, Math.floor(width / pitch))) * pitch <= height;
  const pitch = SYMBOLS.find(fits) ?? SCROLLED;
  const gap = pitch >= 22 ? 4 : pitch >= 15 ? 2 : 1;
  const edge = pitch - gap;
  return { width: edge, height: edge, gap, columns: Math.max(1, Math.floor(width / pitch)), lines: 0 };
}

export function firstIn(cells: readonly GridCell[], state: ModelState): number {
  return cells.findIndex((cell) => stateRank(cell.state) === stateRank(state));
}

/** Where an arrow key leads from a cell; undefined for other keys. */
export function stepOf(key: string, index: number, count: number, columns: number): number | undefined {
  const to: Record<string, number> = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index + columns,
    ArrowUp: index - columns,
    Home: 0,
    End: count - 1,
  };
  const next = to[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}
