import type { AggregateQuestion } from '../../store/index.js';
import type { Scope } from '../scope.js';
import { axisOf, bucketsUntil } from './axis.js';
import { countsOf, slotsOn, type ModelCounts, type SlotCounts } from './counts.js';
import { Curve } from './curve.js';
import { Shares, type Derived, type Part } from './parts.js';

const MISSING = [
  'What comes in is compared with what goes out: expected record counts of an input and of an output slot, ' +
    'found no model with both in this time.',
];

/** Records out of an output slot for each record that the model took in. */
export async function amplification(scope: Scope, question: AggregateQuestion): Promise<Derived> {
  const axis = axisOf(scope, question);
  const models = await countsOf(scope, question, axis, { together: unitOf(question) });
  const parts = models.flatMap((counts) =>
    outputs(counts, question).flatMap(({ slot, counts: out }): Part[] => {
      const accepted = acceptedBy(counts);
      const shares = new Shares(out.passed.length);
      out.passed.forEach((part, _, index) => shares.set(index, part, accepted.at(index) ?? 0));
      return shares.isEmpty ? [] : [{ ...identityOf(counts), slot, shares }];
    })
  );
  return { buckets: axis, parts, notices: [], missing: MISSING };
}

/**
 * The share of the records expected at an output slot that never came, by when they began to be missing. What has not
 * been missing for as long as engines may be silent is not told yet: it may still be inside.
 */
export async function loss(scope: Scope, question: AggregateQuestion): Promise<Derived> {
  const settling = scope.directory.silentAfter;
  const axis = axisOf({ ...scope, to: scope.to + settling }, question);
  const models = await countsOf(scope, question, axis, { together: unitOf(question), rejectsOf: 'out' });
  const parts = models.flatMap((counts) => {
    const accepted = acceptedBy(counts);
    const count = bucketsUntil(axis, counts.until);
    return slotsOn('out', counts)
      .filter(([slot]) => !accepted.isEmpty && isAsked(question, slot))
      .map(([slot, out]): Part => {
        const factor = expectedAmplification(scope, counts, slot);
        const expected = accepted.dense(count).map((value) => value * factor);
        // A record that was rejected on its way out was made, and is told as rejected.
        const lost = lostOf(expected, Curve.sum([out.passed, out.rejected]).dense(count));
        const settled = Math.min(scope.to, counts.until - settling);
        const shares = new Shares(count);
        expected.forEach((whole, index) => {
          const time = axis.base + index * axis.width;
          if (time < scope.to && Math.min(time + axis.width, scope.to) <= settled) {
            shares.set(index, Math.min(lost[index] as number, whole), whole);
          }
        });
        return { ...identityOf(counts), slot, shares };
      });
  });
  return { buckets: axis, parts, notices: [], missing: MISSING };
}

/**
 * How many records of each bucket are lost: by which the deficit of records out against those expected grows for good.
 * What is made up for later was on its way, so what has been lost by a time is the least deficit from then on.
 * Of each bucket it is between 0 and what the bucket expects.
 */
export function lostOf(expected: ArrayLike<number>, out: ArrayLike<number>): Float64Array {
  const deficits = new Float64Array(expected.length + 1);
  for (let index = 0; index < expected.length; index++) {
    deficits[index + 1] = (deficits[index] as number) + (expected[index] as number) - (out[index] as number);
  }
  const lost = new Float64Array(expected.length);
  let least = deficits.at(-1) as number;
  for (let index = expected.length - 1; index >= 0; index--) {
    const before = Math.min(least, deficits[index] as number);
    lost[index] = least - before;
    least = before;
  }
  return lost;
}

/** Records that the model took in, over all input slots; a bucket that no report speaks for has no entry. */
export function acceptedBy(counts: ModelCounts): Curve {
  return Curve.sum(slotsOn('in', counts).map(([, { passed }]) => passed));
}

/** Records out for each record in that the configuration tells, or one for one. */
export function expectedAmplification(scope: Scope, { workflow, model }: ModelCounts, slot: number): number {
  const told = scope.directory.workflows().find(({ name }) => name === workflow)?.amplification;
  return told?.get(`${model}:${slot}`) ?? 1;
}

/** Output slots that are asked for; added up where slots are not told apart. */
function outputs(
  counts: ModelCounts,
  question: AggregateQuestion
): Array<{ slot: number | undefined; counts: SlotCounts }> {
  const asked = slotsOn('out', counts).filter(([slot]) => isAsked(question, slot));
  if (question.by.includes('slot')) {
    return asked.map(([slot, own]) => ({ slot, counts: own }));
  }
  const total = (of: (slot: SlotCounts) => Curve) => Curve.sum(asked.map(([, own]) => of(own)));
  return [{ slot: undefined, counts: { passed: total((own) => own.passed), rejected: total((own) => own.rejected) } }];
}

/** Records are followed through whole models, or through each engine where engines are told apart. */
export function unitOf({ by }: AggregateQuestion): 'model' | 'engine' {
  return by.includes('engine') ? 'engine' : 'model';
}

function isAsked({ slots }: AggregateQuestion, slot: number): boolean {
  return slots.length === 0 || slots.includes(slot);
}

function identityOf({ workflow, model, engine }: ModelCounts) {
  return { workflow, model, engine };
}
