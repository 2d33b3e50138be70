import {
  alertsInWords,
  stateRank,
  type AlertRank,
  type HealthView,
  type ModelState,
  type ModelView,
} from '../../model';

/** A cell of the grid: a model, or an engine of one. */
export interface GridCell {
  id: string;
  title: string;
  /** What stands below the title where there is room, and in the tooltip. */
  detail: string;
  state: ModelState;
  stateText: string;
  /** The model whose details a click opens. */
  model: ModelView | undefined;
  alerts: number;
  worst: AlertRank | undefined;
}

export function cellsOf(view: HealthView, kind: 'models' | 'engines'): GridCell[] {
  if (kind === 'models' || view.engines.length === 0) {
    return view.models.map((model) => ({
      id: model.id,
      title: model.name,
      detail: model.workflow,
      state: model.state,
      stateText: model.stateText,
      model,
      alerts: model.alerts.count,
      worst: model.alerts.worst,
    }));
  }
  const byName = new Map<string, Map<string, ModelView>>();
  for (const model of view.models) {
    byName.set(model.workflow, (byName.get(model.workflow) ?? new Map()).set(model.name, model));
  }
  return view.engines.map(({ id, name, model, workflow, state, bands }) => ({
    id,
    title: name,
    detail: workflow === '' ? model : `${model} in ${workflow}`,
    state,
    stateText: bands[bands.length - 1]?.text ?? '',
    model: byName.get(workflow)?.get(model),
    alerts: 0,
    worst: undefined,
  }));
}

/** What a screen reader says of a cell, and a tooltip. */
export function labelOf({ title, detail, stateText, alerts }: GridCell): string {
  return [title, detail, stateText, alerts > 0 ? alertsInWords(alerts) : ''].filter((text) => text !== '').join(', ');
}

export interface CellSize {
  width: number;
  height: number;
  gap: number;
  columns: number;
  /** Whether title and state can be read in a cell. */
  readable: boolean;
}

const LARGE = { width: 150, height: 44, gap: 4 };
/** Edges of a cell with its gap, where only the symbol shows. */
const SMALL = [30, 26, 22, 18, 15, 13, 11];
/** Where not even the smallest all fit into sight, cells are of this size and scroll. */
const SCROLLED = 22;

/** Cells of one size, whatever their texts: the largest at which all are in sight. */
export function cellSize(count: number, width: number, height: number): CellSize {
  const columns = Math.max(1, Math.floor((width + LARGE.gap) / (LARGE.width + LARGE.gap)));
  if (Math.ceil(count / columns) * (LARGE.height + LARGE.gap) <= height) {
    // Large cells share the width that is left.
    const share = Math.floor((width + LARGE.gap) / columns) - LARGE.gap;
    return { ...LARGE, width: share, columns, readable: true };
  }
  const fits = (pitch: number) => Math.ceil(count / Math.max(1, Math.floor(width / pitch))) * pitch <= height;
  const pitch = SMALL.find(fits) ?? SCROLLED;
  const gap = pitch >= 22 ? 4 : pitch >= 15 ? 2 : 1;
  const edge = pitch - gap;
  return { width: edge, height: edge, gap, columns: Math.max(1, Math.floor(width / pitch)), readable: false };
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
