import { compareProfiles, type Measure, type Profile } from '../../../statistics/index.js';
import type { StreamAddress } from '../../../streams/index.js';
import type { Speech, Subject } from '../../monitor.js';
import type { Window } from '../../windows.js';
import type { Outcome } from './compare.js';
import { mostMoved, percent, short } from './content.js';

type Span = Pick<Window<unknown>, 'start' | 'end' | 'span' | 'origin'>;

const NAMES: Readonly<Partial<Record<Measure, string>>> = {
  psi: 'the population stability index',
  'jensen-shannon': 'the Jensen–Shannon distance',
  hellinger: 'the Hellinger distance',
  'total-variation': 'the total variation',
  'chi-square': 'the chi-square test',
  'cramers-v': 'Cramér’s V',
  'kolmogorov-smirnov': 'the Kolmogorov–Smirnov test',
  wasserstein: 'the Wasserstein distance',
  'normalised-wasserstein': 'the normalised Wasserstein distance',
};

/** How many records came. */
export function tellRecords(speech: Speech, { start, span, origin }: Span, about: Subject, records: number): void {
  speech.measure({ time: start, span, origin, about, metric: 'record.rate', value: records / span });
}

/** How a feature compares with its reference, by every measure that fits it, and whether it drifted by the one chosen. */
export function tellFeature(speech: Speech, window: Span, stream: StreamAddress, outcome: Outcome): void {
  const { start, end, span, origin } = window;
  const { referenced, profile, reference, examples, choice, comparison, adjusted, drifted } = outcome;
  const { name } = referenced.feature;
  const about = { ...stream, feature: name };
  for (const [metric, value] of metricsOf(profile, reference)) {
    speech.measure({ time: start, span, origin, about, metric, value });
  }
  speech.measure({ time: start, span, origin, about, metric: 'drift.detected', value: drifted ? 1 : 0 });
  const { measure, threshold, reason } = choice;
  const what = NAMES[measure] ?? measure;
  const told =
    adjusted === undefined
      ? `${what} is ${short(comparison.value)}, ${drifted ? 'above' : 'at most'} ${short(threshold)}`
      : `${what} gives p = ${short(adjusted)}, ${drifted ? 'below' : 'at least'} ${short(threshold)}`;
  const moved = mostMoved(referenced, profile, reference);
  speech.condition(drifted, {
    key: JSON.stringify(['drift', name]),
    time: end,
    origin,
    about,
    name: 'Distribution changed',
    text: drifted
      ? `The distribution of ${name} changed: ${told}. Most moved ${moved}.`
      : `The distribution of ${name} is that of its reference: ${told}.`,
    value: adjusted ?? comparison.value,
    offences: drifted ? examples.offences(profile, reference) : [],
    evidence: {
      ...comparison,
      ...(adjusted === undefined ? {} : { adjusted }),
      threshold,
      reason,
      values: profile.tally.valid,
      counts: Array.from(profile.counts),
      reference: Array.from(reference.counts),
      bins: referenced.reference.bins,
    },
  });
}

/** How many of the features drifted. */
export function tellShare(
  speech: Speech,
  { start, end, span, origin }: Span,
  about: Subject,
  outcomes: readonly Outcome[],
  bound: number
): void {
  if (outcomes.length === 0) {
    return;
  }
  const drifted = outcomes.filter((outcome) => outcome.drifted).map(({ referenced }) => referenced.feature.name);
  const value = drifted.length / outcomes.length;
  speech.measure({ time: start, span, origin, about, metric: 'drift.share', value });
  // Of a few features one is a large share, and has an alert of its own.
  speech.condition(outcomes.length > 2 && value > bound, {
    key: 'share',
    time: end,
    origin,
    about,
    name: 'Too many features drifted',
    text: `${percent(value)} of ${outcomes.length} features drifted, more than ${percent(bound)}: ${drifted.slice(0, 20).join(', ')}.`,
    value,
    // Each feature that drifted has records of its own.
    offences: [],
    evidence: { drifted, features: outcomes.length, bound },
  });
}

function metricsOf(profile: Profile, reference: Profile): Array<[metric: string, value: number]> {
  const value = (measure: Measure): number => compareProfiles(reference, profile, measure).value;
  const metrics: Array<[string, number]> = [
    ['drift.psi', value('psi')],
    ['drift.jensen.shannon', value('jensen-shannon')],
    ['drift.hellinger', value('hellinger')],
  ];
  if (profile.kind === 'numeric' && reference.kind === 'numeric') {
    const test = compareProfiles(reference, profile, 'kolmogorov-smirnov');
    const { mean, standardDeviation, min, max } = profile.moments;
    metrics.push(
      ['drift.ks', test.value],
      ['drift.ks.pvalue', test.pValue ?? NaN],
      ['drift.wasserstein', value('wasserstein')],
      ['field.mean', mean],
      ['field.std', standardDeviation],
      ['field.min', min],
      ['field.max', max]
    );
  } else {
    metrics.push(['drift.chi.square.pvalue', compareProfiles(reference, profile, 'chi-square').pValue ?? NaN]);
  }
  return metrics;
}
