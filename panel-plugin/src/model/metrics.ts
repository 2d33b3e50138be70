import { FieldType, type DataFrame, type Field, type GrafanaTheme2 } from '@grafana/data';
import { findMetric } from '@pneumograph/contract';
import { compareText, numberAt, shorten, timeAt, timeOf } from './fields';
import { formatterOf } from './stat';
import type { History, MeasureView, Stat, StatName } from './types';

/** Values kept of a history: a card's curve is some hundred pixels wide. */
const HISTORY_LIMIT = 60;

/** A number field that says by its labels which model it is about. */
interface Series {
  metric: string;
  workflow: string;
  model: string;
  slot: number | undefined;
  monitor: string;
  feature: string;
  /** Where the records come from, as `model:slot`; only of links. */
  from: string;
  field: Field;
  /** By time, the oldest first; without a time the one value there is. */
  points: Array<[time: number, value: number | null]>;
}

/** What the metric frames tell, by model. A series that names no workflow is about the model wherever it runs. */
export type Metrics = ReadonlyMap<string, readonly Series[]>;

export function holdsMetrics(frame: DataFrame): boolean {
  return frame.fields.some(isMetric);
}

function isMetric({ type, labels }: Field): boolean {
  return type === FieldType.number && labels?.model !== undefined;
}

export function readMetrics(frames: readonly DataFrame[]): Metrics {
  const byModel = new Map<string, Series[]>();
  for (const frame of frames) {
    const time = timeOf(frame);
    for (const field of frame.fields.filter(isMetric)) {
      const { __name__, workflow = '', model = '', slot, monitor = '', feature = '', from = '' } = field.labels ?? {};
      const points: Series['points'] = [];
      for (let row = 0; row < frame.length; row++) {
        const at = time === undefined ? row : timeAt(time, row);
        if (at !== undefined) {
          points.push([at, numberAt(field, row) ?? null]);
        }
      }
      points.sort(([a], [b]) => a - b);
      const series: Series = {
        metric: normal(__name__ ?? field.name),
        workflow,
        model,
        slot: slot === undefined || slot === '' ? undefined : Number(slot),
        monitor,
        feature,
        from,
        field,
        points,
      };
      const known = byModel.get(model);
      if (known === undefined) {
        byModel.set(model, [series]);
      } else {
        known.push(series);
      }
    }
  }
  // Sums must not depend on the order of the frames.
  for (const series of byModel.values()) {
    series.sort((a, b) => compareText(sortKey(a), sortKey(b)));
  }
  return byModel;
}

function sortKey({ workflow, metric, slot, monitor, feature, from, points }: Series): string {
  return JSON.stringify([workflow, metric, slot ?? -1, monitor, feature, from, points[points.length - 1] ?? []]);
}

/** Other systems write names of metrics with other signs: `pneumograph_cpu_utilization`. */
function normal(name: string): string {
  return shorten(name)
    .trim()
    .toLowerCase()
    .replace(/[\s_/:-]+/g, '.')
    .replace(/^pneumograph\./, '');
}

interface StatSource {
  unit: string;
  /** Whether it adds up over the time, rather than being what it is now. */
  isTotal?: boolean;
  /** Whether it counts things of which there are no parts, though means of it may have some. */
  isWhole?: boolean;
  takes: (series: Series) => boolean;
}

const REJECTS = ['record.rejected.by.schema.count', 'record.rejected.by.encoding.count'];

const SOURCES: Record<StatName, StatSource> = {
  rpsIn: { unit: 'recps', takes: ({ metric, slot }) => metric === 'rps' && (slot ?? 1) % 2 === 0 },
  rpsOut: { unit: 'recps', takes: ({ metric, slot }) => metric === 'rps' && (slot ?? 0) % 2 === 1 },
  rejected: { unit: 'short', isTotal: true, takes: ({ metric }) => REJECTS.includes(metric) },
  latency: { unit: 's', takes: ({ metric }) => metric === 'latency' },
  backlog: { unit: 'short', isWhole: true, takes: ({ metric }) => metric === 'backlog' },
  cpu: { unit: 'percent', takes: ({ metric }) => metric === 'cpu.utilization' || metric === 'cpu' },
  memory: { unit: 'bytes', takes: ({ metric }) => metric === 'memory' },
};
const PLACES = Object.entries(SOURCES) as Array<[StatName, StatSource]>;

/** The numbers of a model that cards have a place for, from series: engines, slots and links joined as the metric says. */
export function statsOf(
  metrics: Metrics,
  { workflow, name }: { workflow: string; name: string },
  theme: GrafanaTheme2
): Partial<Record<StatName, Stat>> {
  const own = seriesOf(metrics, workflow, name);
  const stats: Partial<Record<StatName, Stat>> = {};
  for (const [stat, source] of own.length === 0 ? [] : PLACES) {
    const made = joined(own.filter(source.takes), source, theme);
    if (made !== undefined) {
      stats[stat] = made;
    }
  }
  return stats;
}

/** The backlog of a link: of the slot that it leads to, and only what comes from its other end where that is told. */
export function backlogOf(
  metrics: Metrics,
  target: { workflow: string; name: string },
  targetSlot: number | undefined,
  from: string,
  theme: GrafanaTheme2
): Stat | undefined {
  const own = seriesOf(metrics, target.workflow, target.name).filter(
    (series) => series.metric === 'backlog' && (series.slot === undefined || series.slot === targetSlot)
  );
  const told = own.filter((series) => series.from === from);
  return joined(told.length > 0 ? told : own.filter((series) => series.from === ''), SOURCES.backlog, theme);
}

/** The other numbers of a model: what monitors tell, and metrics that cards have no place for. */
export function measuresOf(
  metrics: Metrics,
  { workflow, name }: { workflow: string; name: string },
  theme: GrafanaTheme2
): MeasureView[] {
  return seriesOf(metrics, workflow, name)
    .filter((series) => !PLACES.some(([, { takes }]) => takes(series)))
    .flatMap((series) => {
      const { metric, monitor, feature, slot } = series;
      const stat = joined([series], { unit: findMetric(metric)?.unit ?? 'none' }, theme);
      return stat === undefined ? [] : [{ metric, monitor, feature, slot, stat }];
    });
}

function seriesOf(metrics: Metrics, workflow: string, model: string): readonly Series[] {
  return (metrics.get(model) ?? []).filter((series) => series.workflow === '' || series.workflow === workflow);
}

function joined(
  series: readonly Series[],
  { unit, isTotal = false, isWhole = false }: Omit<StatSource, 'takes'>,
  theme: GrafanaTheme2
): Stat | undefined {
  const [first] = series;
  if (first === undefined) {
    return undefined;
  }
  const join = JOINS[findMetric(first.metric)?.across ?? 'avg'] ?? mean;
  const byTime = new Map<number, Array<number | null>>();
  for (const [time, value] of series.flatMap(({ points }) => points)) {
    const known = byTime.get(time);
    if (known === undefined) {
      byTime.set(time, [value]);
    } else {
      known.push(value);
    }
  }
  const over = [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([, values]) => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? null : join(known);
    });
  const known = over.filter((value) => value !== null);
  const value = isTotal ? (known.length === 0 ? undefined : sum(known)) : known[known.length - 1];
  if (value === undefined) {
    return undefined;
  }
  const stat = formatterOf(first.field, unit, theme)(isWhole ? Math.round(value) : value);
  return known.length > 1 ? { ...stat, history: thinned(over) } : stat;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const JOINS: Partial<Record<string, (values: readonly number[]) => number>> = {
  sum,
  avg: mean,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

/** Means of neighbours, so that no more are left than can be drawn. */
function thinned(values: ReadonlyArray<number | null>): History {
  const each = Math.ceil(values.length / HISTORY_LIMIT);
  if (each <= 1) {
    return values;
  }
  // Counted from the end: the newest value stands for as many as the others.
  const groups: Array<number | null> = [];
  for (let end = values.length; end > 0; end -= each) {
    const known = values.slice(Math.max(0, end - each), end).filter((value) => value !== null);
    groups.unshift(known.length === 0 ? null : mean(known));
  }
  return groups;
}
