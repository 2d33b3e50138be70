import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../statistics/index.js';
import { parseDefinition } from '../../definition.js';
import { expectSameAfterRestart, Trial } from '../trial.js';
import { DETECTORS } from './params.js';

/** Normal values, one a second, whose mean moves by `shift` deviations at a place. */
function series(count: number, seed: number, at = Infinity, shift = 0): Array<{ price: number }> {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return { price: 100 + 5 * (normal + (index >= at ? shift : 0)) };
  });
}

function errors(count: number, seed: number, rateAt: (index: number) => number): Array<{ said: string; was: string }> {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => ({ said: 'up', was: random() < rateAt(index) ? 'down' : 'up' }));
}

const definition = (params: string): string => `kind: drift\nparams: { ${params} }\n`;

describe('drift', () => {
  it.each(['adwin', 'page-hinkley', 'kswin'])('%s finds a change soon after it, and none before', (detector) => {
    const trial = new Trial(definition(`field: price, detector: ${detector}, falseAlarms: { most: 1, per: 1d }`));
    trial.values(series(4000, 3, 2000, 2));
    const [first] = trial.points('drift.detected', 'price');
    expect(first?.[0]).toBeGreaterThan(2000);
    expect(first?.[0]).toBeLessThan(2300);
    const [alert] = trial.alerts();
    const { offences } = JSON.parse(alert?.evidence ?? '') as { offences: Array<{ record: { price: number } }> };
    expect(offences[0]?.record.price).toBeGreaterThan(0);
    expect(alert).toMatchObject({ name: 'Drift', feature: 'price', model: 'lstm', slot: 0 });
    expect(alert?.text).toMatch(
      /^price drifted: its mean was (9|10)\S+ over (19|20)\d\d values and is 1[01]\S+ over the last \d+ \(.+\)\.$/
    );
  });

  it('keeps to the budget of false alarms where nothing changes', () => {
    // One false alarm in 2,000 values is borne: of 10 streams of 10,000 that would be 47 after their warm-up.
    const found = Array.from({ length: 10 }, (_, seed) =>
      new Trial(definition('field: price, detector: page-hinkley, falseAlarms: { most: 1, per: 2000s }'))
        .values(series(10_000, seed + 50))
        .points('drift.detected', 'price')
    ).flat();
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(60);
  });

  it('finds errors that become more frequent', () => {
    const params = 'errors: { prediction: said, truth: was }, detector: ddm, warmUp: 200';
    const trial = new Trial(definition(params)).values(errors(3000, 5, (index) => (index < 1500 ? 0.1 : 0.4)));
    const times = trial.points('drift.detected', 'said').map(([at]) => at);
    expect(times[0]).toBeGreaterThan(1500);
    expect(times[0]).toBeLessThan(2000);
    expect(trial.alerts()[0]?.text).toMatch(
      /^The rate of errors \(said\) drifted: its mean was 0\.\d+ over \d+ values and is 0\.\d+ over the last \d+ \(DDM\)\.$/
    );
  });

  it('keeps to the budget where values scatter more from a change on', () => {
    const wide = series(20_000, 8).map(({ price }, index) => ({ price: index < 2000 ? price : 2 * price - 100 }));
    const trial = new Trial(definition('field: price, detector: page-hinkley, falseAlarms: { most: 1, per: 20000s }'));
    const found = trial.values(wide).points('drift.detected', 'price');
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(6);
  });

  it('tells what was before, also with the first values and soon after another change', () => {
    const expert = 'field: price, detector: page-hinkley, expert: { minInstances: 5, threshold: 20 }';
    const trial = new Trial(`resolveAfter: 1s\n${definition(expert)}`);
    trial.values([0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 90, 90, 90, 90, 90, 90].map((price) => ({ price })));
    const texts = trial.alerts().flatMap(({ state, text }) => (state === 'firing' ? [text] : []));
    expect(texts).toEqual([
      'price drifted: its mean was 0 over 5 values and is 50 over the last 1 (Page–Hinkley).',
      'price drifted: its mean was 50 over 5 values and is 90 over the last 1 (Page–Hinkley).',
    ]);
  });

  it('resolves when nothing more is found', () => {
    const trial = new Trial(definition('field: price, detector: page-hinkley'))
      .values(series(4000, 3, 2000, 2))
      .reached(9000);
    expect(trial.alerts().at(-1)?.state).toBe('resolved');
  });

  it('refuses parameters that mean nothing, by field', () => {
    const parse = (text: string) => () => parseDefinition(`name: m\nattach: [{}]\n${definition(text)}`, 'm.yaml');
    expect(parse('detector: eddm')).toThrow('params.detector: expected `expert` parameters beside eddm');
    expect(parse('expert: { lambda: 3 }')).toThrow('params.expert.lambda: expected one of delta, clock');
    expect(parse('expert: { delta: 5 }')).toThrow('params.expert: ADWIN delta: expected 5e-324 to 1, found 5');
    expect(parse('detector: kswin, expert: { windowSize: 1e9 }')).toThrow(
      'params.expert.windowSize: expected at most 4000, found 1000000000'
    );
    expect(parse('detector: kswin, shift: 0.1')).toThrow('params.shift: expected at least 0.25 for kswin');
    expect(parse('field: a, fields: [b]')).toThrow('params: expected one of `field`, `fields` and `errors`');
    expect(parse('falseAlarms: { most: 0 }')).toThrow('params.falseAlarms.most: expected number to be >0, found 0');
  });

  it('bears any rubbish, and says the same after a restart, by any detector', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
      { weight: 1, arbitrary: fc.double() },
      { weight: 1, arbitrary: fc.jsonValue() }
    );
    const expert = {
      adwin: 'delta: 0.5',
      'page-hinkley': 'threshold: 5',
      kswin: 'alpha: 0.1',
      ddm: 'warmStart: 5',
      eddm: 'warmStart: 5',
    };
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 30, maxLength: 300 }),
        fc.nat(300),
        fc.constantFrom(...DETECTORS),
        fc.boolean(),
        (values, at, detector, isExpert) => {
          const more = isExpert || detector === 'eddm' ? `, expert: { ${expert[detector]} }` : '';
          const text = definition(
            `fields: [price, other], warmUp: 30, detector: ${detector}${more}, falseAlarms: { per: 2m }`
          );
          const happenings = values.map((price, index) => ({
            at: index,
            value: { price: index > 150 && typeof price === 'number' ? price + 9 : price, other: index % 7 },
          }));
          expectSameAfterRestart(text, happenings, at);
          expect(new Trial(text).run(happenings).error).toBeUndefined();
        }
      )
    );
  });
});
