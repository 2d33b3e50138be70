import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../statistics/index.js';
import { evidenceOf, expectSameAfterRestart, Trial } from '../trial.js';

const DEFINITION = 'kind: noise\nparams: { window: 100s, fields: [price], reference: 2 }\n';

/** A sine of amplitude 10 with normal noise, one value a second. */
function series(count: number, deviationAt: (index: number) => number): Array<{ price: number }> {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return { price: 10 * Math.sin(index / 20) + deviationAt(index) * normal };
  });
}

describe('noise', () => {
  it('tells the deviation of the noise and its ratio to the signal', () => {
    const trial = new Trial(DEFINITION).values(series(1000, () => 1)).reached(1000);
    const spreads = trial.points('noise.spread', 'price').map(([, value]) => value);
    const ratios = trial.points('noise.snr', 'price').map(([, value]) => value);
    expect(spreads).toHaveLength(10);
    // A sine of amplitude 10 has a variance of 50, 17 dB above noise of 1.
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(spreads)).toBeCloseTo(1, 0);
    expect(mean(ratios)).toBeGreaterThan(14);
    expect(mean(ratios)).toBeLessThan(20);
    expect(trial.alerts()).toEqual([]);
  });

  it('alerts where values scatter much more than they did, until they do so no more', () => {
    const noisy = (index: number): number => (index >= 400 && index < 600 ? 5 : 1);
    const trial = new Trial(DEFINITION).values(series(800, noisy)).reached(800);
    expect(trial.texts()).toEqual([
      expect.stringMatching(
        /^firing 500: price is noisy: it scatters by [345]\S*, more than 2 times the usual (0\.|1)\S*\.$/
      ),
      expect.stringMatching(/^resolved 700: /),
    ]);
  });

  it('shows the values that are furthest from what is smooth', () => {
    const quiet = series(300, () => 0.01).map(({ price }, index) => ({ price: price + (index === 250 ? 500 : 0) }));
    const definition = 'kind: noise\nparams: { window: 100s, fields: [price], bounds: { spread: 0.001 } }\n';
    const trial = new Trial(definition).values(quiet).reached(300);
    expect(evidenceOf(trial.alerts()[0]).offences).toHaveLength(20);
    const last = new Trial(definition).values(quiet.slice(200), 200).reached(300).alerts()[0];
    const [first] = evidenceOf(last).offences;
    expect([first?.offset, first?.value]).toEqual([50, quiet[250]?.price]);
  });

  it('goes by bounds that are said, and finds the fields that hold numbers', () => {
    const definition = 'kind: noise\nparams: { window: 200s, bounds: { snr: 40, spread: 0.5, times: 100 } }\n';
    const values = series(400, () => 1).map((record) => ({ ...record, venue: 'a', quote: { bid: record.price } }));
    const trial = new Trial(definition).values(values).reached(400);
    expect(trial.alerts().map(({ feature }) => feature)).toEqual(['price', 'quote.bid']);
    expect(trial.alerts()[0]?.text).toMatch(
      /its signal-to-noise ratio is \S+ dB, below 40 dB, and it scatters by \S+, above 0\.5\.$/
    );
  });

  it('passes over what is no number, and says the same after a restart with any smoother', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.jsonValue());
    const smoother = fc.constantFrom('neighbours', 'exponential', 'median', 'savitzky-golay');
    const fields = fc.constantFrom('', 'fields: [price], ');
    fc.assert(
      fc.property(fc.array(value, { maxLength: 150 }), fc.nat(150), smoother, fields, (values, at, by, which) => {
        const definition = `kind: noise\nparams: { window: 20s, minimum: 5, ${which}reference: 1, smoother: { by: ${by} } }\n`;
        const happenings = values.map((price, index) => ({ at: index, value: { price } }));
        expectSameAfterRestart(definition, happenings, at);
      })
    );
  });
});
