import { findMetric, METRICS, type Metric } from './catalogue.js';
import { isMonitored } from './monitor-metrics.js';

/**
 * The tutorial's dotted name of a series: `{model}.{slot}.{metric}` for slotted metrics, else `{model}.{metric}`.
 * For people and old dashboards only: names of models hold dots, so it is never parsed without the list of models.
 */
export function dottedName(model: string, slot: number | undefined, metric: string): string {
  return slot === undefined ? `${model}.${metric}` : `${model}.${slot}.${metric}`;
}

export interface DottedName {
  model: string;
  /** Undefined where the metric has no slot. */
  slot?: number;
  metric: Metric;
}

/**
 * Reads a dotted name from its end, where metric and slot are known words, so that dots in the model's name do no
 * harm. Returns undefined where the text does not end with a metric's name, or names no model.
 * @param own metrics that are known beside those of the catalogue
 */
export function parseDottedName(text: string, own: readonly Metric[] = []): DottedName | undefined {
  if (findMetric(text) !== undefined) {
    return undefined;
  }
  // Longest first: `record.count` must not win over a longer metric name that ends with it.
  for (const metric of [...METRICS, ...own].sort((a, b) => b.name.length - a.name.length)) {
    if (!text.endsWith('.' + metric.name)) {
      continue;
    }
    const head = text.slice(0, -metric.name.length - 1);
    if (!metric.slotted) {
      return head === '' ? undefined : { model: head, metric };
    }
    const match = /^(.+)\.(\d{1,6})$/s.exec(head);
    if (match?.[1] !== undefined) {
      return { model: match[1], slot: Number(match[2]), metric };
    }
    // A monitor may be about a model as a whole.
    if (isMonitored(metric) && head !== '') {
      return { model: head, metric };
    }
  }
  return undefined;
}
