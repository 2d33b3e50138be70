import { kolmogorovSmirnovSignificance } from '../distance/index.js';
import { normalCdf } from '../special/index.js';
import type { AdwinOptions } from './adwin.js';
import type { DdmOptions } from './ddm.js';
import { checkRange } from './detector.js';
import type { KswinOptions } from './kswin.js';
import { pageHinkleyThreshold, type Shape } from './cusum-run-length.js';
import type { PageHinkleyOptions } from './page-hinkley.js';

/** In terms of people: a false alarm is bearable so often, where values come so fast. */
export interface FalseAlarmBudget {
  /** Seconds between false alarms, on average, at least. */
  readonly meanTime: number;
  /** Values a second. */
  readonly rate: number;
}

const ADWIN_CLOCK = 32;
const ADWIN_MIN_WINDOW = 30;
const KSWIN_STAT_SIZE = 30;
/** Errors that are expected before DDM may judge: with fewer, its normal approximation is none. */
const DDM_ERRORS = 10;

/** How many values a false alarm may come after, on average: what the other functions take. */
export function valuesBetweenFalseAlarms({ meanTime, rate }: FalseAlarmBudget): number {
  const values = meanTime * rate;
  if (!(values >= 100 && values < Infinity)) {
    throw new RangeError(
      `false-alarm budget: expected at least 100 values between false alarms, found ${meanTime} s · ${rate}/s = ${values}`
    );
  }
  return values;
}

/**
 * ADWIN: δ bounds the chance of a false cut at each look (Bifet and Gavaldà 2007, theorem 3.1), and it looks every 32 values, so that
 * δ = 32/N. Either side of a cut has at least 30 values, as in shorter ones a single value of a skewed distribution weighs too much.
 * The bound is wide: in simulation false alarms come at least 5 times as seldom as asked for.
 *
 * @param values N, between false alarms
 */
export function adwinForBudget(values: number): AdwinOptions {
  return { delta: Math.min(1, ADWIN_CLOCK / values), clock: ADWIN_CLOCK, minWindow: ADWIN_MIN_WINDOW };
}

/**
 * Page–Hinkley: half of the shift to be found is let pass, and the threshold follows from the mean run length of a two-sided CUSUM (see
 * `pageHinkleyThreshold`). Nothing fades: with fading, the sum comes to rest away from its extreme, and the rate of false alarms has a
 * floor that no threshold of use gets below. In simulation false alarms come 0.85 to 5.5 times as seldom as asked for.
 *
 * @param values N, between false alarms
 * @param shape of the values while all is well, such as the reference's `Moments`
 * @param shift the smallest that shall be found soon, in standard deviations
 */
export function pageHinkleyForBudget(values: number, shape: Shape, shift = 0.5): PageHinkleyOptions {
  checkRange('Page–Hinkley shift', shift, 0.01, 100);
  checkRange('Page–Hinkley standard deviation', shape.standardDeviation, Number.MIN_VALUE, Number.MAX_VALUE);
  const delta = (shift / 2) * shape.standardDeviation;
  return { delta, threshold: pageHinkleyThreshold(values, shape, shift / 2), alpha: 1 };
}

/**
 * KSWIN: a test of level α is made with each value, so that α = 1/N. Tests that follow each other mostly see the same values, and false
 * alarms come 1.5 to 4 times as seldom. The windows are as long as the shift needs to be significant at that level: for normal values
 * it moves the distribution function by D = 2Φ(shift/2) − 1, which n values tell where n ≥ ln(2/α)/D², by Smirnov's asymptotic formula.
 *
 * @param values N, between false alarms
 * @param shift the smallest that shall be found soon, in standard deviations
 */
export function kswinForBudget(values: number, shift = 1): KswinOptions {
  checkRange('KSWIN shift', shift, 0.01, 100);
  const alpha = 1 / values;
  const difference = 2 * normalCdf(shift / 2) - 1;
  let statSize = Math.max(KSWIN_STAT_SIZE, Math.ceil(Math.log(2 / alpha) / difference ** 2));
  while (kolmogorovSmirnovSignificance(1, statSize, statSize).pValue > alpha) {
    statSize *= 2;
  }
  return { alpha, statSize, windowSize: Math.ceil((statSize * 10) / 3) };
}

/**
 * DDM: its false alarms come soon after a start, while the lowest rate is still one of few values, and hardly later; there is no rate of
 * them to set. With a start of at least 10 expected errors and 3 standard deviations, simulation finds 0.1 to 0.5 false alarms
 * between a start and 10⁶ values later, for error rates from 0.02 to 0.5: at most one within any budget up to there.
 *
 * @param values N, between false alarms
 * @param errorRate while all is well, from 0.001 to 0.5
 */
export function ddmForBudget(values: number, errorRate: number): DdmOptions {
  checkRange('DDM error rate', errorRate, 0.001, 0.5);
  const warmStart = Math.max(30, Math.ceil(DDM_ERRORS / errorRate));
  checkRange('DDM values between false alarms', values, warmStart, 1e6);
  return { warmStart, warningThreshold: 2, driftThreshold: 3 };
}
