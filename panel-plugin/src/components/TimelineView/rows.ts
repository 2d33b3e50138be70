import {
  worstBands,
  type AlertView,
  type EngineBand,
  type EngineView,
  type HealthView,
  type ModelView,
} from '../../model';

/** A row of the timeline: an engine, or a model by its worst engine. */
export interface TimelineRow {
  id: string;
  title: string;
  detail: string;
  bands: EngineBand[];
  alerts: AlertView[];
  model: ModelView | undefined;
}

export function rowsOf({ engines, alerts, models }: HealthView, kind: 'models' | 'engines'): TimelineRow[] {
  const of = (workflow: string, model: string) => JSON.stringify([workflow, model]);
  const byModel = new Map(models.map((model) => [of(model.workflow, model.name), model]));
  const alertsOf = (workflow: string, model: string, fits: (alert: AlertView) => boolean) =>
    alerts.filter(
      (alert) => alert.model === model && (alert.workflow === '' || alert.workflow === workflow) && fits(alert)
    );
  if (kind === 'engines') {
    return engines.map((engine) => ({
      id: engine.id,
      title: engine.name,
      detail: engine.model,
      bands: engine.bands,
      // What is of a whole model is of each of its engines.
      alerts: alertsOf(
        engine.workflow,
        engine.model,
        (alert) => alert.engine === '' || alert.engine === engine.engine || alert.engine === engine.name
      ),
      model: byModel.get(of(engine.workflow, engine.model)),
    }));
  }
  const groups = new Map<string, EngineView[]>();
  for (const engine of engines) {
    const key = of(engine.workflow, engine.model);
    groups.set(key, [...(groups.get(key) ?? []), engine]);
  }
  return [...groups].map(([key, own]) => {
    const [{ workflow, model }] = own;
    return {
      id: key,
      title: model,
      detail: workflow,
      bands: worstBands(own),
      alerts: alertsOf(workflow, model, () => true),
      model: byModel.get(key),
    };
  });
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

/** A length of time in words: `45 s`, `3 min`, `2.5 h`, `4 d`. */
export function lengthOf(millis: number): string {
  const [unit, size] =
    millis < MINUTE ? ['s', 1000] : millis < HOUR ? ['min', MINUTE] : millis < 2 * DAY ? ['h', HOUR] : ['d', DAY];
  return `${Number((millis / (size as number)).toPrecision(2))} ${unit}`;
}
