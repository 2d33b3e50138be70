import {
  Adwin,
  adwinForBudget,
  Ddm,
  ddmForBudget,
  Eddm,
  Kswin,
  kswinForBudget,
  type Moments,
  PageHinkley,
  pageHinkleyForBudget,
  type DriftDetector,
} from '../../../statistics/index.js';
import type { Params } from './params.js';

/** What a budget of false alarms needs to know of the values. */
export interface WarmUp {
  readonly moments: Moments;
  /** Seconds that they took. */
  readonly seconds: number;
}

/** Below so many values between false alarms no detector can tell a change from chance. */
const FEWEST = 100;
const MOST = 1e12;

/** How many values lie between two false alarms that are borne, at the rate at which the first ones came. */
export function valuesBetween({ falseAlarms: { most, per } }: Params, { moments, seconds }: WarmUp): number {
  const rate = (moments.count - 1) / seconds;
  return Math.min(MOST, Math.max(FEWEST, (rate * per) / 1000 / most));
}

/** The parameters of a detector: the expert's, or what the budget makes of the first values. */
export function tune(params: Params, warmUp: WarmUp): Readonly<Record<string, unknown>> {
  if (params.expert !== undefined) {
    return params.expert;
  }
  const values = valuesBetween(params, warmUp);
  const { moments } = warmUp;
  switch (params.detector) {
    case 'adwin':
      return { ...adwinForBudget(values) };
    case 'kswin':
      return { ...kswinForBudget(values, params.shift) };
    case 'page-hinkley':
      // Of values that were all the same any other is a change.
      return moments.standardDeviation > 0
        ? { ...pageHinkleyForBudget(values, moments, params.shift) }
        : { delta: 0, threshold: Number.MIN_VALUE, alpha: 1 };
    case 'ddm': {
      const errorRate = Math.min(0.5, Math.max(0.001, moments.mean));
      return { ...ddmForBudget(Math.min(1e6, Math.max(values, 10 / errorRate + 1, 31)), errorRate) };
    }
    case 'eddm':
      return {};
  }
}

/** @throws RangeError where the parameters are none of the detector's */
export function detectorOf(detector: Params['detector'], tuned: Readonly<Record<string, unknown>>): DriftDetector {
  switch (detector) {
    case 'adwin':
      return new Adwin(tuned);
    case 'page-hinkley':
      return new PageHinkley(tuned);
    case 'kswin':
      return new Kswin(tuned);
    case 'ddm':
      return new Ddm(tuned);
    case 'eddm':
      return new Eddm(tuned);
  }
}

/** Whether a detector follows errors: 1 where there is one, 0 where not. */
export function followsErrors(detector: Params['detector']): boolean {
  return detector === 'ddm' || detector === 'eddm';
}
