import type { FeatureKind } from '../reference/index.js';
import type { Measure } from './compare.js';

export interface Choice {
  readonly measure: Measure;
  /** Drift is told where the p-value is below, or the value above, the threshold. */
  readonly drift: 'pValueBelow' | 'valueAbove';
  readonly threshold: number;
  /** For people, one sentence. */
  readonly reason: string;
}

export interface Facts {
  readonly kind: FeatureKind;
  /** Valid values on either side. */
  readonly reference: number;
  readonly current: number;
  /** How many distinct values the reference has, where known. */
  readonly distinct?: number;
  /** Of a test: the share of comparisons that may alarm although nothing changed; 0.05 by default. */
  readonly level?: number;
}

/** From here on a test finds differences that are too small to matter. */
const MANY = 1000;
/** Of so few distinct values the continuous distribution that Kolmogorov–Smirnov supposes is no image. */
const FEW_DISTINCT = 5;
const LEVEL = 0.05;
const DISTANCE = 0.1;

/**
 * Which comparison fits a feature, by its type and by how much was seen. With few values it is a test, which takes the small
 * number into account; with many it is a distance, as p-values go to 0 with any difference at all: M. Lin, H. C. Lucas,
 * G. Shmueli, "Too Big to Fail: Large Samples and the p-Value Problem", Inf. Syst. Res. 24(4) (2013).
 */
export function chooseTest({ kind, reference, current, distinct, level = LEVEL }: Facts): Choice {
  const few = Math.min(reference, current) <= MANY;
  const size = `${Math.min(reference, current)} values on the smaller side`;
  const cells = kind === 'categorical' || kind === 'boolean' || kind === 'time';
  const discrete = distinct !== undefined && distinct <= FEW_DISTINCT;
  if (cells || discrete) {
    const what = discrete && !cells ? `${kind} values, of which ${distinct} are distinct` : `${kind} values`;
    return few
      ? {
          measure: 'chi-square',
          drift: 'pValueBelow',
          threshold: level,
          reason: `chi-square: ${what} fall into cells, and ${size} (at most ${MANY}) are few enough for a test`,
        }
      : {
          measure: 'jensen-shannon',
          drift: 'valueAbove',
          threshold: DISTANCE,
          reason: `Jensen–Shannon: ${what} fall into cells, and with ${size} (above ${MANY}) a test would find differences that do not matter`,
        };
  }
  return few
    ? {
        measure: 'kolmogorov-smirnov',
        drift: 'pValueBelow',
        threshold: level,
        reason: `Kolmogorov–Smirnov: ${kind} values have an order, and ${size} (at most ${MANY}) are few enough for a test`,
      }
    : {
        measure: 'normalised-wasserstein',
        drift: 'valueAbove',
        threshold: DISTANCE,
        reason: `normalised Wasserstein: ${kind} values have a distance, and with ${size} (above ${MANY}) a test would find differences that do not matter`,
      };
}

/** Whether a comparison's outcome is drift by the choice's threshold. */
export function isDrift({ drift, threshold }: Choice, outcome: { value: number; pValue?: number }): boolean {
  return drift === 'pValueBelow' ? (outcome.pValue ?? 1) < threshold : outcome.value > threshold;
}
