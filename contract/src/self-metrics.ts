import type { Across, Metric, MetricKind, Over } from './catalogue.js';

/**
 * The workflow that the ingest backend's metrics of itself are in. Reserved: no fleet may use the name, and only who
 * names it is shown what is in it.
 */
export const SELF_WORKFLOW = 'pneumograph';

function self(name: string, unit: string, kind: MetricKind, over: Over, across: Across, help: string): Metric {
  return { name: `self.${name}`, unit, kind, slotted: false, over, across, area: 'self', help };
}

/** A total, as what it grew by. */
const count = (name: string, help: string): Metric => self(name, 'short', 'count', 'sum', 'sum', help);
/** A number of things at hand. */
const level = (name: string, help: string): Metric => self(name, 'short', 'gauge', 'avg', 'sum', help);
/** Of which the worst matters. */
const worst = (name: string, unit: string, help: string): Metric => self(name, unit, 'gauge', 'max', 'max', help);
const mean = (name: string, unit: string, help: string): Metric => self(name, unit, 'gauge', 'avg', 'avg', help);

/**
 * What the ingest backend tells of itself. The engine is the process; the model is what the value is about: a
 * partition, a log, a source, a sink, a reason, a type, or else the part of the backend.
 */
export const SELF_METRICS: readonly Metric[] = [
  level('lag.records', 'Messages of a partition that are still to be read'),
  worst('lag.seconds', 's', 'Age of the newest message read of a partition, where more are to be read'),
  worst('watermark.age', 's', 'Age of the moment up to which all that came to a log has been taken in order'),
  self('accepted.rate', 'mps', 'rate', 'avg', 'sum', 'Messages taken in from a source each second'),
  self('stored.rate', 'cps', 'rate', 'avg', 'sum', 'Points, states and mappings stored each second'),
  count('rejected.count', 'Messages that could not be used, by reason'),
  count('skipped.count', 'Messages of types nothing is derived from, by type'),
  count('late.count', 'Reports that came after their time had been closed'),
  count('duplicate.count', 'Messages that came twice, and reports of a second sensor at a tap'),
  count('unmapped.count', 'Reports of engines that no fleet source knows'),
  count('abandoned.count', 'Bursts that stayed open too long to tell their rate'),
  level('bursts.open', 'Bursts that wait for a report with a delta_time'),
  level('reports.waiting', 'Reports that wait for earlier ones'),
  level('reports.held', 'Reports held because their engine is unknown'),
  mean('batch.items', 'short', 'Items of a batch, the mean of those stored'),
  worst('batch.items.max', 'short', 'Items of the largest batch stored'),
  mean('store.latency', 's', 'Time until a batch was durable, the mean of those stored'),
  worst('store.latency.max', 's', 'Time until a batch was durable, the longest'),
  count('store.failure.count', 'Writes that the store refused'),
  level('sink.waiting', 'Records that wait on disk for a sink'),
  count('sink.dropped.count', 'Records that a sink was never told, because its spool was full or could not be written'),
  worst('clock.ahead', 's', 'How far the most advanced clock of an engine is ahead'),
  worst('clock.behind', 's', 'How far the slowest clock of an engine is behind'),
];
