import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../golden/golden.js';
import { emptyProfile, profileFrom, referenceOf, type Profile } from '../reference/index.js';
import { adjustPValues, chooseTest, compareProfiles, isDrift, MEASURES, type Correction } from './index.js';

const GOLDEN = golden<Record<'pValues' | Correction, number[]>>('testing');
const PAIRS = golden<{ pairs: { reference: number[]; current: number[] }[] }>('distances').pairs;

describe('adjustPValues', () => {
  it.each(['benjamini-hochberg', 'holm', 'bonferroni', 'none'] as const)('%s is that of scipy', (correction) => {
    adjustPValues(GOLDEN.pValues, correction).forEach((p, index) =>
      expect(p).toBeCloseTo(GOLDEN[correction][index] as number, 12)
    );
  });

  it('never lowers a p-value; Holm lies between Benjamini–Hochberg and Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
        const [bh = [], holm = [], bonferroni = []] = (['benjamini-hochberg', 'holm', 'bonferroni'] as const).map(
          (name) => adjustPValues(pValues, name)
        );
        pValues.forEach((p, i) => {
          const chain = [p, bh[i], holm[i], bonferroni[i], 1] as number[];
          chain.slice(1).forEach((next, j) => expect(next).toBeGreaterThanOrEqual((chain[j] as number) * (1 - 1e-12)));
        });
      })
    );
  });

  it('refuses what is no probability', () => {
    expect(() => adjustPValues([0.5, 2], 'holm')).toThrow('expected from 0 to 1, found 2 at 1');
  });
});

describe('chooseTest', () => {
  it('takes a test where little was seen, a distance where much, by type', () => {
    const measure = (kind: 'numeric' | 'categorical', current: number, distinct?: number): string =>
      chooseTest({ kind, reference: 5000, current, ...(distinct === undefined ? {} : { distinct }) }).measure;
    expect(measure('numeric', 500)).toBe('kolmogorov-smirnov');
    expect(measure('numeric', 5000)).toBe('normalised-wasserstein');
    expect(measure('categorical', 500)).toBe('chi-square');
    expect(measure('categorical', 5000)).toBe('jensen-shannon');
    expect(measure('numeric', 500, 3)).toBe('chi-square');
  });

  it('takes the level of a budget in place of its own', () => {
    const { threshold } = chooseTest({ kind: 'numeric', reference: 500, current: 500, level: 0.001 });
    expect(threshold).toBe(0.001);
    expect(chooseTest({ kind: 'numeric', reference: 5000, current: 5000, level: 0.001 }).threshold).toBe(0.1);
  });

  it('says why', () => {
    expect(chooseTest({ kind: 'numeric', reference: 900, current: 50 }).reason).toBe(
      'Kolmogorov–Smirnov: numeric values have an order, and 50 values on the smaller side (at most 1000) are few enough for a test'
    );
  });
});

describe('compareProfiles', () => {
  const ofPair = (index: number): [Profile, Profile] => {
    const { reference, current } = PAIRS[index] as { reference: number[]; current: number[] };
    const { bins, profile } = referenceOf('numeric', reference);
    const now = emptyProfile(bins);
    current.forEach((value) => (now as Extract<Profile, { kind: 'numeric' }>).add(value));
    return [profileFrom(bins, profile), now];
  };

  it('is 0 for a profile beside itself, by every measure', () => {
    const [reference] = ofPair(0);
    for (const measure of MEASURES) {
      const { value, pValue = 1 } = compareProfiles(reference, reference, measure);
      expect(value, measure).toBeCloseTo(0, 7);
      expect(pValue, measure).toBe(1);
    }
  });

  it('finds the difference of tumours by every measure, and none between halves of one population', () => {
    const [benign, malignant] = ofPair(4);
    const [first, second] = ofPair(0);
    for (const measure of MEASURES) {
      const far = compareProfiles(benign, malignant, measure);
      const near = compareProfiles(first, second, measure);
      expect(far.value, measure).toBeGreaterThan(3 * near.value);
    }
    const choice = chooseTest({ kind: 'numeric', reference: 357, current: 212 });
    expect(isDrift(choice, compareProfiles(benign, malignant, choice.measure))).toBe(true);
    expect(isDrift(choice, compareProfiles(first, second, choice.measure))).toBe(false);
  });

  it('refuses an order where there are categories', () => {
    const empty = emptyProfile({ kind: 'boolean' });
    (empty as Extract<Profile, { kind: 'categorical' }>).add('true');
    expect(() => compareProfiles(empty, empty, 'wasserstein')).toThrow('expected numbers, found a categorical');
    expect(compareProfiles(empty, empty, 'chi-square').pValue).toBe(1);
  });
});
