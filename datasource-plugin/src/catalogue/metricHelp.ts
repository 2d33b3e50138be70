import { t } from '@grafana/i18n';
import type { ListedMetric } from '../types';

/** What each metric is, in one line, in the words of the contract; those of monitors' own have what the catalogue says. */
const helps = (): Readonly<Record<string, string>> => ({
  rps: t('metrics.rps', 'Records per second through a slot'),
  'record.count': t('metrics.record-count', 'Records consumed (input slots) or produced (output slots)'),
  'record.size': t('metrics.record-size', 'Bytes of the records consumed or produced'),
  'record.rejected.by.schema.count': t(
    'metrics.record-rejected-by-schema-count',
    'Records that did not fit the schema of the slot'
  ),
  'record.rejected.by.encoding.count': t(
    'metrics.record-rejected-by-encoding-count',
    'Records that could not be decoded'
  ),
  'cpu.utilization': t(
    'metrics.cpu-utilization',
    'CPU utilization of an engine as its sensor reports it; the mean of a model’s engines'
  ),
  memory: t('metrics.memory', 'Memory in use; the sum of a model’s engines'),
  'engine.status': t('metrics.engine-status', 'State of an engine; the worst of a model’s engines'),
  coverage: t(
    'metrics.coverage',
    'Share of the time that reports of record counts speak for: below 100 %, reports are missing'
  ),
  amplification: t('metrics.amplification', 'Records out of an output slot for each record that the model took in'),
  loss: t('metrics.loss', 'Share of the records expected at an output slot that never came, rejected ones aside'),
  latency: t(
    'metrics.latency',
    'Time from a record’s way into a model to its way out, estimated from the counts on both sides'
  ),
  backlog: t(
    'metrics.backlog',
    'Records written to an input slot by the models before it, and not read yet; the least of the range counts as none'
  ),
  conservation: t(
    'metrics.conservation',
    'Records read at an input slot for each record that the models before it wrote: 100 % where none is lost or doubled'
  ),
  'drift.psi': t('metrics.drift-psi', 'Population stability index between the data and its reference'),
  'drift.jensen.shannon': t(
    'metrics.drift-jensen-shannon',
    'Jensen–Shannon distance between the data and its reference'
  ),
  'drift.ks': t('metrics.drift-ks', 'Kolmogorov–Smirnov statistic: the largest distance between the distributions'),
  'drift.ks.pvalue': t(
    'metrics.drift-ks-pvalue',
    'How likely a Kolmogorov–Smirnov statistic like this is without any drift'
  ),
  'drift.wasserstein': t('metrics.drift-wasserstein', 'Wasserstein distance between the data and its reference'),
  'drift.hellinger': t('metrics.drift-hellinger', 'Hellinger distance between the data and its reference'),
  'drift.chi.square.pvalue': t(
    'metrics.drift-chi-square-pvalue',
    'How likely a chi-square statistic like this is without any drift'
  ),
  'drift.share': t('metrics.drift-share', 'Share of the features that have drifted'),
  'drift.detected': t('metrics.drift-detected', 'Changes found: by a detector, or windows unlike their reference'),
  'quality.missing': t('metrics.quality-missing', 'Share of the records that lack a value'),
  'quality.mismatch': t('metrics.quality-mismatch', 'Share of the values of another type than expected'),
  'quality.out.of.range': t('metrics.quality-out-of-range', 'Share of the values outside the expected range'),
  'quality.unseen': t('metrics.quality-unseen', 'Share of the values of a category that is not known'),
  'quality.duplicate': t('metrics.quality-duplicate', 'Share of the records that came before'),
  'quality.nan': t('metrics.quality-nan', 'Share of the values that are not a number'),
  'quality.bad': t('metrics.quality-bad', 'Share of the records that cannot be read'),
  'quality.constant': t('metrics.quality-constant', 'Whether all values were the same: 1 or 0'),
  'noise.snr': t('metrics.noise-snr', 'Signal-to-noise ratio against a smoothed series'),
  'noise.spread': t('metrics.noise-spread', 'Standard deviation of what is left over a smoothed series'),
  'field.mean': t('metrics.field-mean', 'Mean of a field'),
  'field.std': t('metrics.field-std', 'Standard deviation of a field'),
  'field.min': t('metrics.field-min', 'Least value of a field'),
  'field.max': t('metrics.field-max', 'Greatest value of a field'),
  freshness: t('metrics.freshness', 'Age of the newest record of a stream'),
  'stream.lag': t('metrics.stream-lag', 'How far reading is behind what is written to a stream'),
  'record.rate': t('metrics.record-rate', 'Records per second of a stream'),
  'prediction.mean': t('metrics.prediction-mean', 'Mean of the predictions, or share of positive ones'),
  'truth.mean': t('metrics.truth-mean', 'Mean of what came true, or share of positives'),
  'error.mae': t('metrics.error-mae', 'Mean absolute error of predictions'),
  'error.rmse': t('metrics.error-rmse', 'Root mean square error of predictions'),
  'error.mape': t('metrics.error-mape', 'Mean absolute error of predictions in proportion to the truth'),
  'error.bias': t('metrics.error-bias', 'Mean of predictions minus truth'),
  'score.accuracy': t('metrics.score-accuracy', 'Share of the predictions that were right'),
  'score.precision': t('metrics.score-precision', 'Share of the predicted positives that were positive'),
  'score.recall': t('metrics.score-recall', 'Share of the positives that were predicted'),
  'score.f1': t('metrics.score-f1', 'Harmonic mean of precision and recall'),
  'score.auc': t('metrics.score-auc', 'Area under the receiver operating characteristic'),
  'truth.coverage': t('metrics.truth-coverage', 'Share of the predictions whose truth is known'),
  'truth.lag': t('metrics.truth-lag', 'Time from a prediction to its truth'),
  'truth.unmatched': t('metrics.truth-unmatched', 'Predictions or truths without the other'),
  'record.latency.p50': t('metrics.record-latency-p50', 'Median time from an input record to its output'),
  'record.latency.p95': t('metrics.record-latency-p95', 'Time from an input record to its output that 95 % stay below'),
  'record.latency.p99': t('metrics.record-latency-p99', 'Time from an input record to its output that 99 % stay below'),
  'self.lag.records': t('metrics.self-lag-records', 'Messages of a partition that are still to be read'),
  'self.lag.seconds': t(
    'metrics.self-lag-seconds',
    'Age of the newest message read of a partition, where more are to be read'
  ),
  'self.watermark.age': t(
    'metrics.self-watermark-age',
    'Age of the moment up to which all that came to a log has been taken in order'
  ),
  'self.accepted.rate': t('metrics.self-accepted-rate', 'Messages taken in from a source each second'),
  'self.stored.rate': t('metrics.self-stored-rate', 'Points, states and mappings stored each second'),
  'self.rejected.count': t('metrics.self-rejected-count', 'Messages that could not be used, by reason'),
  'self.skipped.count': t('metrics.self-skipped-count', 'Messages of types nothing is derived from, by type'),
  'self.late.count': t('metrics.self-late-count', 'Reports that came after their time had been closed'),
  'self.duplicate.count': t(
    'metrics.self-duplicate-count',
    'Messages that came twice, and reports of a second sensor at a tap'
  ),
  'self.unmapped.count': t('metrics.self-unmapped-count', 'Reports of engines that no fleet source knows'),
  'self.abandoned.count': t('metrics.self-abandoned-count', 'Bursts that stayed open too long to tell their rate'),
  'self.bursts.open': t('metrics.self-bursts-open', 'Bursts that wait for a report with a delta_time'),
  'self.reports.waiting': t('metrics.self-reports-waiting', 'Reports that wait for earlier ones'),
  'self.reports.held': t('metrics.self-reports-held', 'Reports held because their engine is unknown'),
  'self.batch.items': t('metrics.self-batch-items', 'Items of a batch, the mean of those stored'),
  'self.batch.items.max': t('metrics.self-batch-items-max', 'Items of the largest batch stored'),
  'self.store.latency': t('metrics.self-store-latency', 'Time until a batch was durable, the mean of those stored'),
  'self.store.latency.max': t('metrics.self-store-latency-max', 'Time until a batch was durable, the longest'),
  'self.store.failure.count': t('metrics.self-store-failure-count', 'Writes that the store refused'),
  'self.sink.waiting': t('metrics.self-sink-waiting', 'Records that wait on disk for a sink'),
  'self.sink.dropped.count': t(
    'metrics.self-sink-dropped-count',
    'Records that a sink was never told, because its spool was full or could not be written'
  ),
  'self.clock.ahead': t('metrics.self-clock-ahead', 'How far the most advanced clock of an engine is ahead'),
  'self.clock.behind': t('metrics.self-clock-behind', 'How far the slowest clock of an engine is behind'),
});

/** What a metric is, in one line. */
export function helpReader(): (metric: ListedMetric) => string | undefined {
  const known = helps();
  return ({ name, help }) => known[name] ?? help;
}
