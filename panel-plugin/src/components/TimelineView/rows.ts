import {
  type modelFinder,
  stateRank,
  worstBands,
  type AlertView,
  type EngineBand,
  type EngineView,
  type ModelState,
  type ModelView,
} from '../../model';

/** A row of the timeline: an engine, or a model by its worst engine. */
export interface TimelineRow {
  id: string;
  title: string;
  detail: string;
  /** By now. */
  state: ModelState;
  /** One, or those of the model. */
  engines: EngineView[];
  /** Whether it stands for all engines of its model. */
  isModel: boolean;
}

/** The rows of engines from one update to the next: engines that it does not change are the same objects, and so are their rows. */
export class TimelineMemory {
  engines: readonly EngineView[] = [];
  rows: readonly TimelineRow[] = [];
}

function engineRow(engine: EngineView): TimelineRow {
  const { id, name, model, state } = engine;
  return { id, title: name, detail: model, state, engines: [engine], isModel: false };
}

export function rowsOf(
  engines: readonly EngineView[],
  kind: 'models' | 'engines',
  memory = new TimelineMemory()
): TimelineRow[] {
  if (kind === 'engines') {
    const rows = engines.map(
      (engine, at) => (memory.engines[at] === engine ? memory.rows[at] : undefined) ?? engineRow(engine)
    );
    [memory.engines, memory.rows] = [engines, rows];
    return rows;
  }
  const rows: TimelineRow[] = [];
  // Engines come by workflow and model.
  for (const engine of engines) {
    const last = rows[rows.length - 1];
    if (last !== undefined && last.title === engine.model && last.detail === engine.workflow) {
      last.engines.push(engine);
      last.state = stateRank(engine.state) < stateRank(last.state) ? engine.state : last.state;
    } else {
      rows.push({
        ...{ id: JSON.stringify([engine.workflow, engine.model]), title: engine.model, detail: engine.workflow },
        ...{ state: engine.state, engines: [engine], isModel: true },
      });
    }
  }
  return rows;
}

/** The model that a row is of, where it is known. */
export function rowModel(
  { engines: [engine] }: Pick<TimelineRow, 'engines'>,
  modelOf: ReturnType<typeof modelFinder>
): ModelView | undefined {
  return engine && modelOf(engine.workflow, engine.model);
}

/** The states of a row. Worked out only for rows that are drawn. */
export function bandsOf({ engines }: Pick<TimelineRow, 'engines'>): EngineBand[] {
  return engines.length === 1 ? (engines[0]?.bands ?? []) : worstBands(engines);
}

/** Alerts by the name of their model. */
export function byModel(alerts: readonly AlertView[]): ReadonlyMap<string, AlertView[]> {
  const found = new Map<string, AlertView[]>();
  for (const alert of alerts) {
    const known = found.get(alert.model);
    if (known === undefined) {
      found.set(alert.model, [alert]);
    } else {
      known.push(alert);
    }
  }
  return found;
}

/** Always the same, so that rows without alerts need not be drawn anew. */
const NO_ALERTS: AlertView[] = [];

/** The alerts of a row: what is of a whole model is of each of its engines. */
export function alertsOf(
  { engines: [engine], isModel }: Pick<TimelineRow, 'engines' | 'isModel'>,
  alerts: ReturnType<typeof byModel>
): AlertView[] {
  const own = (alerts.get(engine?.model ?? '') ?? NO_ALERTS).filter(
    (alert) =>
      (alert.workflow === '' || alert.workflow === engine?.workflow) &&
      (isModel || alert.engine === '' || alert.engine === engine?.engine || alert.engine === engine?.name)
  );
  return own.length === 0 ? NO_ALERTS : own;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1000, 2000, 5000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((days) => days * DAY),
];

/** Moments to write at a time axis, at whole multiples of a step that leaves room for each, and how to write them. */
export function ticksOf(from: number, to: number, width: number): { times: number[]; format: string } {
  const most = Math.max(1, Math.floor(width / 90));
  const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS[STEPS.length - 1];
  const times: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    times.push(time);
  }
  const format = step >= DAY ? 'MM-DD' : step >= MINUTE ? (to - from > DAY ? 'MM-DD HH:mm' : 'HH:mm') : 'HH:mm:ss';
  return { times, format };
}
