import { formatTimestamp, type Micros, type Over } from '@pneumograph/contract';
import type { AggregateQuestion } from '../../store/index.js';
import type { Scope } from '../scope.js';
import { axisOf, bucketsUntil, lookBack, type Axis } from './axis.js';
import { countsOf, slotsOn, type ModelCounts } from './counts.js';
import { Curve } from './curve.js';
import { meanOf, quantileOf, staysOf, type Curves, type Passages, type Run } from './fifo.js';
import { Shares, type Derived, type Part } from './parts.js';
import { acceptedBy, expectedAmplification, unitOf } from './passage.js';

/**
 * How long records stay in a model, by when they went out. Some time before the range is looked at too: a moment at
 * which the model was empty may lie there.
 * @param width of the answer's buckets, Infinity for one value
 */
export async function latency(scope: Scope, question: AggregateQuestion, width: Micros): Promise<Derived> {
  const axis = axisOf(scope, question, lookBack(scope));
  const models = await countsOf(scope, question, axis, { together: unitOf(question), rejectsOf: 'out' });
  const base = width === Infinity ? 0 : Math.floor(axis.base / width) * width;
  const parts: Part[] = [];
  const neverEmpty: string[] = [];
  for (const counts of models) {
    const curves = curvesOf(scope, counts, axis);
    const { passages, unanchored } = staysOf(curves, Math.floor((scope.from - axis.base) / axis.width));
    const shownAt = (at: number): number =>
      width === Infinity ? 0 : Math.floor((axis.base + (passages.buckets[at] as number) * axis.width - base) / width);
    const shares = new Shares(passages.length === 0 ? 0 : shownAt(passages.length - 1) + 1);
    for (let from = 0, to = 0; from < passages.length; from = to) {
      const shown = shownAt(from);
      while (to < passages.length && shownAt(to) === shown) {
        to++;
      }
      shares.set(shown, joined(passages, question.over, { from, to }));
    }
    const { workflow, model, engine } = counts;
    parts.push({ workflow, model, slot: undefined, engine, shares });
    if (unanchored) {
      neverEmpty.push(model);
    }
  }
  return {
    buckets: { base, width },
    parts,
    notices: neverEmpty.length === 0 ? [] : [lowerBound([...new Set(neverEmpty)], axis.base)],
    missing: [
      'The times of records in and out are compared: expected record counts of an input and of an output slot, ' +
        'found no model with both in this time.',
    ],
  };
}

function lowerBound(models: readonly string[], since: Micros): string {
  return (
    `${models.slice(0, 5).join(', ')}${models.length > 5 ? ', …' : ''}: never seen idle since ${formatTimestamp(since)}, so that nobody ` +
    'knows how many records were inside: latency is told above its least, which is taken as 0.'
  );
}

function curvesOf(scope: Scope, counts: ModelCounts, axis: Axis): Curves {
  const outputs = slotsOn('out', counts);
  const [into, out] = [
    acceptedBy(counts),
    Curve.sum(outputs.flatMap(([, { passed, rejected }]) => [passed, rejected])),
  ];
  const count = bucketsUntil(axis, counts.until);
  const edges = new Float64Array(count + 1).map((_, n) => Math.min(axis.base + n * axis.width, counts.until) / 1e6);
  const amplification = outputs.reduce((sum, [slot]) => sum + expectedAmplification(scope, counts, slot), 0);
  return { edges, into: into.along(count), out: out.along(count), amplification };
}

function joined(passages: Passages, over: Over, run: Run): number {
  switch (over) {
    case 'p50':
      return quantileOf(passages, 0.5, run);
    case 'p95':
      return quantileOf(passages, 0.95, run);
    case 'p99':
      return quantileOf(passages, 0.99, run);
    case 'min':
      return quantileOf(passages, 0, run);
    case 'max':
      return quantileOf(passages, 1, run);
    default:
      return meanOf(passages, run);
  }
}
