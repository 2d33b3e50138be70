import type { StreamAddress } from '../../../streams/index.js';
import type { Offence, Speech } from '../../monitor.js';
import type { BoundedMetric, Params } from './params.js';
import type { PairWindow, Sample } from './window.js';

/** What provisional values are told under: the feature that they have in place of none. */
const PROVISIONAL = 'provisional';

const WORDS: Readonly<Record<BoundedMetric, string>> = {
  'error.mae': 'mean absolute error',
  'error.rmse': 'root mean square error',
  'error.mape': 'mean absolute error in proportion to the truth',
  'error.bias': 'bias',
  'score.accuracy': 'accuracy',
  'score.precision': 'precision',
  'score.recall': 'recall',
  'score.f1': 'F1 score',
  'score.auc': 'area under the curve',
  'truth.coverage': 'share of predictions whose truth is known',
  'truth.lag': 'time from a prediction to its truth',
  'truth.unmatched': 'number of predictions and truths without the other',
};

/** What is known at the end of a window, from the truths that came within it. */
export function tellProvisional(speech: Speech, params: Params, about: StreamAddress, window: PairWindow): void {
  const { early } = window;
  if (window.predictions === 0) {
    return;
  }
  const metrics: Array<readonly [string, number]> = early.pairs < params.minimum ? [] : [...early.metrics()];
  metrics.push(['truth.coverage', early.pairs / window.predictions]);
  tell(speech, params, about, window, metrics, PROVISIONAL, early.pairs);
}

/** What is known once the horizon has passed: it changes no more. */
export function tellFinal(speech: Speech, params: Params, about: StreamAddress, window: PairWindow): void {
  const { all, predictions, unmatchedTruths } = window;
  if (predictions + unmatchedTruths === 0) {
    return;
  }
  const metrics: Array<readonly [string, number]> = all.pairs < params.minimum ? [] : [...all.metrics()];
  metrics.push(
    ['truth.coverage', all.pairs / predictions],
    ['truth.lag', window.lag],
    ['truth.unmatched', predictions - all.pairs + unmatchedTruths]
  );
  tell(speech, params, about, window, metrics, undefined, all.pairs);
}

function tell(
  speech: Speech,
  params: Params,
  stream: StreamAddress,
  window: PairWindow,
  metrics: ReadonlyArray<readonly [string, number]>,
  feature: string | undefined,
  pairs: number
): void {
  const { start: time, origin, predictions } = window;
  const span = params.window / 1000;
  const alerts = (feature === undefined) === (params.alertOn === 'final');
  for (const [metric, value] of metrics) {
    if (!Number.isFinite(value)) {
      continue;
    }
    speech.measure({ time, span, origin, about: { ...stream, feature }, metric, value });
    const bound = params.bounds[metric as BoundedMetric];
    if (bound === undefined || !alerts) {
      continue;
    }
    const { above = Infinity, below = -Infinity } = bound;
    const wrong = value > above || value < below;
    const compared = value > above ? `above ${above}` : value < below ? `below ${below}` : 'within its bounds';
    const isProvisional = feature === undefined ? '' : ' by what is known yet';
    speech.condition(wrong, {
      key: metric,
      time: time + params.window * 1000 + (feature === undefined ? params.horizon * 1000 : 0),
      origin,
      about: stream,
      name: 'Predictions diverge from the truth',
      text: `The ${WORDS[metric as BoundedMetric]} of ${pairs} predictions is ${short(value)}${isProvisional}, ${compared}.`,
      value,
      evidence: { metric, value, ...bound, pairs, predictions },
      offences: metric.startsWith('truth.') ? [] : window.worst.map(offenceOf),
    });
  }
}

function offenceOf({ time, partition, offset, ...record }: Sample): Offence {
  return { time, partition, offset, value: record.prediction, record };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
