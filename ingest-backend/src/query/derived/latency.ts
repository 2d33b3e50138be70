import { formatTimestamp, type Micros, type Over } from '@pneumograph/contract';
import type { AggregateQuestion } from '../../store/index.js';
import type { Scope } from '../scope.js';
import { axisOf, bucketsUntil, lookBack, type Axis } from './axis.js';
import { countsOf, slotsOn, type ModelCounts } from './counts.js';
import { Curve } from './curve.js';
import { meanOf, quantileOf, staysOf, type Curves, type Passage } from './fifo.js';
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
    const shown: Passage[][] = [];
    for (const passage of passages) {
      const time = axis.base + passage.bucket * axis.width;
      (shown[width === Infinity ? 0 : Math.floor((time - base) / width)] ??= []).push(passage);
    }
    const shares = new Shares(shown.length);
    shown.forEach((all, index) => shares.set(index, joined(all, question.over)));
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

function joined(passages: readonly Passage[], over: Over): number {
  switch (over) {
    case 'p50':
      return quantileOf(passages, 0.5);
    case 'p95':
      return quantileOf(passages, 0.95);
    case 'p99':
      return quantileOf(passages, 0.99);
    case 'min':
      return quantileOf(passages, 0);
    case 'max':
      return quantileOf(passages, 1);
    default:
      return meanOf(passages);
  }
}
