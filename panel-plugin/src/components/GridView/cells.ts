import { stateRank, type HealthView, type ModelState, type ModelView } from '../../model';

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
}

export function cellsOf(view: HealthView, kind: 'models' | 'engines'): GridCell[] {
  const byName = new Map(view.models.map((model) => [JSON.stringify([model.workflow, model.name]), model]));
  if (kind === 'models' || view.engines.length === 0) {
    return view.models.map((model) => ({
      id: model.id,
      title: model.name,
      detail: model.workflow,
      state: model.state,
      stateText: model.stateText,
      model,
      alerts: model.alerts.count,
    }));
  }
  return view.engines.map(({ id, name, model, workflow, state, bands }) => ({
    id,
    title: name,
    detail: workflow === '' ? model : `${model} in ${workflow}`,
    state,
    stateText: bands[bands.length - 1]?.text ?? '',
    model: byName.get(JSON.stringify([workflow, model])),
    alerts: 0,
  }));
}

export interface CellSize {
  width: number;
  height: number;
  columns: number;
  /** Whether title and state can be read in a cell. */
  readable: boolean;
}

const GAP = 4;
const LARGE = { width: 150, height: 44 };
const SMALL = { width: 26, height: 26 };

/** Large cells where all fit into sight, small ones where not. Cells of one size, whatever their texts. */
export function cellSize(count: number, width: number, height: number): CellSize {
  const columns = (cell: { width: number }) => Math.max(1, Math.floor((width + GAP) / (cell.width + GAP)));
  const large = columns(LARGE);
  const fits = Math.ceil(count / large) * (LARGE.height + GAP) <= height;
  const size = fits ? LARGE : SMALL;
  const most = columns(size);
  // Large cells share the width that is left.
  const share = fits ? Math.floor((width + GAP) / most) - GAP : size.width;
  return { width: share, height: size.height, columns: most, readable: fits };
}

export const CELL_GAP = GAP;

export function firstIn(cells: readonly GridCell[], state: ModelState): number {
  return cells.findIndex((cell) => stateRank(cell.state) === stateRank(state));
}
