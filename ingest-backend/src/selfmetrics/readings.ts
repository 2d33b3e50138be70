import { findMetric, SELF_METRICS, type MetricKind } from '@pneumograph/contract';
import type { SelfMetrics } from './metrics.js';

/** What a self-metric is at the moment. */
export interface Reading {
  /** A metric of the catalogue. */
  readonly metric: string;
  readonly kind: MetricKind;
  /** What the value is about. */
  readonly model: string;
  /** Of counts and rates the total since the start of the process. */
  readonly value: number;
}

/** Where the value of a metric stands at `/metrics`, and what it is about: the value of a label, or a part of the backend. */
const FROM: Readonly<Record<string, readonly [name: string, about: { label: string } | string]>> = {
  'self.lag.records': ['source_lag_records', { label: 'partition' }],
  'self.lag.seconds': ['source_lag_seconds', { label: 'partition' }],
  'self.watermark.age': ['watermark_age_seconds', { label: 'log' }],
  'self.accepted.rate': ['messages_accepted_total', { label: 'source' }],
  'self.stored.rate': ['items_stored_total', 'store'],
  'self.rejected.count': ['messages_rejected_total', { label: 'reason' }],
  'self.skipped.count': ['messages_skipped_total', { label: 'type' }],
  'self.late.count': ['reports_late_total', 'derive'],
  'self.duplicate.count': ['reports_duplicate_total', 'derive'],
  'self.unmapped.count': ['reports_unmapped_total', 'derive'],
  'self.abandoned.count': ['bursts_abandoned_total', 'derive'],
  'self.bursts.open': ['bursts_open', 'derive'],
  'self.reports.waiting': ['reports_waiting', 'derive'],
  'self.reports.held': ['reports_held', 'derive'],
  'self.store.failure.count': ['store_failures_total', 'store'],
  'self.sink.waiting': ['sink_waiting_records', { label: 'sink' }],
  'self.sink.dropped.count': ['sink_dropped_records_total', { label: 'sink' }],
  'self.clock.ahead': ['clock_ahead_seconds', 'derive'],
  'self.clock.behind': ['clock_behind_seconds', 'derive'],
};

/** Reads all self-metrics that stand at `/metrics` as they are now. */
export async function readAll({ registry }: SelfMetrics): Promise<Reading[]> {
  const read = SELF_METRICS.map(async ({ name: metric, kind, across }): Promise<Reading[]> => {
    const [name, about] = FROM[metric] ?? [];
    const source = name === undefined ? undefined : registry.getSingleMetric(`pneumograph_${name}`);
    const models = new Map<string, number>();
    for (const { labels, value } of (await source?.get())?.values ?? []) {
      const model = typeof about === 'string' ? about : placeOf(String(labels[about?.label ?? '']));
      const known = models.get(model) ?? 0;
      models.set(model, across === 'max' ? Math.max(known, value) : known + value);
    }
    return [...models].map(([model, value]) => ({ metric, kind, model, value }));
  });
  return (await Promise.all(read)).flat().filter(({ value }) => Number.isFinite(value));
}

/** Files that follow each other in one place, each a partition and a log of its own, are one file to people. */
function placeOf(key: string): string {
  return key.replace(/^(file\/.*)#[^#]*$/s, '$1');
}

/** The mean and the greatest of what came since that was last asked for. */
export class Gathered {
  #count = 0;
  #sum = 0;
  #max = 0;

  /** @param metrics of the catalogue, for the mean and for the greatest */
  constructor(
    private readonly model: string,
    private readonly metrics: readonly [mean: string, max: string]
  ) {}

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  take(): Reading[] {
    const values = [this.#sum / this.#count, this.#max];
    const readings = this.metrics.map((metric, index): Reading => {
      const kind = findMetric(metric)?.kind ?? 'gauge';
      return { metric, kind, model: this.model, value: values[index] as number };
    });
    const any = this.#count > 0;
    this.#count = this.#sum = this.#max = 0;
    return any ? readings : [];
  }
}
