import type { Across, Metric, MetricKind, Over } from './catalogue.js';
import type { GroupKey } from './query.js';

type Join = readonly [over: Over, across: Across];

/** Of which the worst matters, be it of moments, features or models. */
const HIGHEST: Join = ['max', 'max'];
const LOWEST: Join = ['min', 'min'];
const MEAN: Join = ['avg', 'avg'];
/** The mean over time, and of several features, slots or models the worst. */
const WORST_MEAN: Join = ['avg', 'max'];
const TOTAL: Join = ['sum', 'sum'];

function metric(area: Metric['area'], kind: MetricKind) {
  return (name: string, unit: string, [over, across]: Join, help: string): Metric => {
    return { name, unit, kind, slotted: true, over, across, area, help };
  };
}

const data = metric('data', 'gauge');
const performance = metric('model performance', 'gauge');

/**
 * What the built-in monitors tell of the records of a slot, of each of its features where they have one. Queries of these
 * tell models, slots, monitors and features apart unless they say otherwise.
 */
export const MONITOR_METRICS: readonly Metric[] = [
  data('drift.psi', 'none', WORST_MEAN, 'Population stability index between the data and its reference'),
  data('drift.jensen.shannon', 'none', WORST_MEAN, 'Jensen–Shannon distance between the data and its reference'),
  data('drift.ks', 'none', WORST_MEAN, 'Kolmogorov–Smirnov statistic: the largest distance between the distributions'),
  data('drift.ks.pvalue', 'none', LOWEST, 'How likely a Kolmogorov–Smirnov statistic like this is without any drift'),
  data('drift.wasserstein', 'none', WORST_MEAN, 'Wasserstein distance between the data and its reference'),
  data('drift.hellinger', 'none', WORST_MEAN, 'Hellinger distance between the data and its reference'),
  data('drift.chi.square.pvalue', 'none', LOWEST, 'How likely a chi-square statistic like this is without any drift'),
  data('drift.share', 'percentunit', WORST_MEAN, 'Share of the features that have drifted'),
  metric('data', 'count')(
    'drift.detected',
    'short',
    TOTAL,
    'Changes found: by a detector, or windows unlike their reference'
  ),
  data('quality.missing', 'percentunit', WORST_MEAN, 'Share of the records that lack a value'),
  data('quality.mismatch', 'percentunit', WORST_MEAN, 'Share of the values of another type than expected'),
  data('quality.out.of.range', 'percentunit', WORST_MEAN, 'Share of the values outside the expected range'),
  data('quality.unseen', 'percentunit', WORST_MEAN, 'Share of the values of a category that is not known'),
  data('quality.duplicate', 'percentunit', WORST_MEAN, 'Share of the records that came before'),
  data('quality.nan', 'percentunit', WORST_MEAN, 'Share of the values that are not a number'),
  data('quality.bad', 'percentunit', WORST_MEAN, 'Share of the records that cannot be read'),
  data('quality.constant', 'none', HIGHEST, 'Whether all values were the same: 1 or 0'),
  data('noise.snr', 'dB', ['avg', 'min'], 'Signal-to-noise ratio against a smoothed series'),
  data('noise.spread', 'none', WORST_MEAN, 'Standard deviation of what is left over a smoothed series'),
  data('field.mean', 'none', MEAN, 'Mean of a field'),
  data('field.std', 'none', MEAN, 'Standard deviation of a field'),
  data('field.min', 'none', LOWEST, 'Least value of a field'),
  data('field.max', 'none', HIGHEST, 'Greatest value of a field'),
  data('freshness', 's', HIGHEST, 'Age of the newest record of a stream'),
  data('stream.lag', 's', HIGHEST, 'How far reading is behind what is written to a stream'),
  metric('data', 'rate')('record.rate', 'recps', ['avg', 'sum'], 'Records per second of a stream'),
  performance('prediction.mean', 'none', MEAN, 'Mean of the predictions, or share of positive ones'),
  performance('truth.mean', 'none', MEAN, 'Mean of what came true, or share of positives'),
  performance('error.mae', 'none', WORST_MEAN, 'Mean absolute error of predictions'),
  performance('error.rmse', 'none', WORST_MEAN, 'Root mean square error of predictions'),
  performance('error.mape', 'percentunit', WORST_MEAN, 'Mean absolute error of predictions in proportion to the truth'),
  performance('error.bias', 'none', MEAN, 'Mean of predictions minus truth'),
  performance('score.accuracy', 'percentunit', ['avg', 'min'], 'Share of the predictions that were right'),
  performance('score.precision', 'percentunit', ['avg', 'min'], 'Share of the predicted positives that were positive'),
  performance('score.recall', 'percentunit', ['avg', 'min'], 'Share of the positives that were predicted'),
  performance('score.f1', 'percentunit', ['avg', 'min'], 'Harmonic mean of precision and recall'),
  performance('score.auc', 'percentunit', ['avg', 'min'], 'Area under the receiver operating characteristic'),
  performance('truth.coverage', 'percentunit', ['avg', 'min'], 'Share of the predictions whose truth is known'),
  performance('truth.lag', 's', WORST_MEAN, 'Time from a prediction to its truth'),
  metric('model performance', 'count')('truth.unmatched', 'short', TOTAL, 'Predictions or truths without the other'),
  performance('record.latency.p50', 's', WORST_MEAN, 'Median time from an input record to its output'),
  performance('record.latency.p95', 's', HIGHEST, 'Time from an input record to its output that 95 % stay below'),
  performance('record.latency.p99', 's', HIGHEST, 'Time from an input record to its output that 99 % stay below'),
];

/** A metric under a name of a monitor's own: all that is known of it. */
export function ownMetric(name: string, slotted: boolean): Metric {
  const help = 'A metric that a monitor named';
  return { name, unit: 'short', kind: 'gauge', slotted, over: 'avg', across: 'avg', area: 'data', help };
}

/** Whether a metric is told by monitors, so that its series may differ in monitor and feature. */
export function isMonitored({ area }: Pick<Metric, 'area'>): boolean {
  return area === 'data' || area === 'model performance';
}

/** What the series of a metric are told apart by, where a query does not say. */
export function defaultGroups(metric: Pick<Metric, 'area'>): GroupKey[] {
  return isMonitored(metric) ? ['model', 'slot', 'monitor', 'feature'] : ['model', 'slot'];
}
