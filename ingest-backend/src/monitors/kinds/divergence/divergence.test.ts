import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../definition.js';
import { evidenceOf, expectSameAfterRestart, Trial, type Happening } from '../trial.js';

const definition = (params: string, type = 'regression'): string => `kind: divergence
params:
  predictions: { model: lstm, slot: 1, key: id, value: price, score: score }
  truth: { model: truth, slot: 1, key: id, value: price }
  type: ${type}
  window: 10s
  horizon: 30s
  minimum: 1
${params}`;

const said = (at: number, id: number | string, price: unknown, score?: number): Happening => ({
  at,
  slot: 1,
  model: 'lstm',
  value: { id, price, ...(score === undefined ? {} : { score }) },
});
const was = (at: number, id: number | string, price: unknown): Happening => ({
  at,
  slot: 1,
  model: 'truth',
  value: { id, price },
});
const passed = (at: number): Happening[] => [
  { at, reached: true, slot: 1, model: 'lstm' },
  { at, reached: true, slot: 1, model: 'truth' },
];

describe('divergence', () => {
  it('tells errors of numbers: provisional ones at the end of a window, final ones when the horizon has passed', () => {
    const happenings = [said(0, 1, 10), said(1, 2, 20), said(2, 3, 30), was(3, 1, 12), was(15, 2, 16), was(70, 3, 31)];
    const trial = new Trial(definition('')).run(happenings.sort((a, b) => a.at - b.at)).run(passed(120));
    expect(trial.error).toBeUndefined();
    expect(trial.points('error.mae', 'provisional')).toEqual([[0, 2]]);
    expect(trial.points('truth.coverage', 'provisional')).toEqual([[0, expect.closeTo(1 / 3, 10)]]);
    expect(trial.points('error.mae')).toEqual([[0, 3]]);
    expect(trial.points('error.rmse')).toEqual([[0, expect.closeTo(Math.sqrt(10), 10)]]);
    expect(trial.points('error.bias')).toEqual([[0, 1]]);
    expect(trial.points('prediction.mean')).toEqual([[0, 15]]);
    expect(trial.points('truth.mean')).toEqual([[0, 14]]);
    expect(trial.points('error.mape')).toEqual([[0, expect.closeTo((2 / 12 + 4 / 16) / 2, 10)]]);
    expect(trial.points('truth.coverage')).toEqual([[0, expect.closeTo(2 / 3, 10)]]);
    expect(trial.points('truth.lag')).toEqual([[0, (3 + 14) / 2]]);
    // Of the prediction whose truth came too late, and of that truth.
    expect(trial.points('truth.unmatched')).toEqual([
      [0, 1],
      [70, 1],
    ]);
  });

  it('waits for the slower stream', () => {
    const trial = new Trial(definition('')).run([said(0, 1, 10), said(100, 2, 10)]);
    expect(trial.said).toEqual([]);
    trial.run([was(5, 1, 11), was(100, 9, 1)]);
    expect(trial.points('error.mae')).toEqual([[0, 1]]);
  });

  it('tells scores of two classes, and of several', () => {
    // Two true positives, one false positive, one false negative, one true negative.
    const pairs = [
      [true, true, 0.9],
      [true, 1, 0.8],
      [true, false, 0.7],
      [false, true, 0.4],
      [0, 0, 0.1],
    ] as const;
    const happenings = pairs.flatMap(([prediction, truth, score], id) => [
      said(id, id, prediction, score),
      was(id + 0.5, id, truth),
    ]);
    const trial = new Trial(definition('', 'binary')).run(happenings).run(passed(100));
    const score = (name: string) => trial.points(`score.${name}`)[0]?.[1];
    expect(score('accuracy')).toBeCloseTo(3 / 5);
    expect(trial.points('prediction.mean')).toEqual([[0, 3 / 5]]);
    expect(trial.points('truth.mean')).toEqual([[0, 3 / 5]]);
    expect(score('precision')).toBeCloseTo(2 / 3);
    expect(score('recall')).toBeCloseTo(2 / 3);
    expect(score('f1')).toBeCloseTo(2 / 3);
    expect(score('auc')).toBeCloseTo(5 / 6);
    const labels = [said(0, 1, 'a'), said(1, 2, 'b'), said(2, 3, 'c'), was(3, 1, 'a'), was(4, 2, 'c'), was(5, 3, 'c')];
    const several = new Trial(definition('', 'multiclass')).run(labels).run(passed(100));
    expect(several.points('score.accuracy')).toEqual([[0, expect.closeTo(2 / 3, 10)]]);
    expect(several.points('score.auc')).toEqual([]);
  });

  it('alerts over a bound, with the pairs that are furthest apart', () => {
    const bounds = '  bounds: { error.mae: { above: 3 }, truth.coverage: { below: 0.5 } }\n';
    const happenings = [
      ...[0, 1, 2, 3].flatMap((id) => [said(id, id, 10), was(id + 0.5, id, 10 + 4 * id)]),
      ...[4, 5, 6].map((id) => said(10 + id, id, 10)),
      was(17, 4, 10),
    ];
    const trial = new Trial(definition(bounds)).run(happenings).run(passed(100));
    expect(trial.texts()).toEqual([
      'firing 40: The mean absolute error of 4 predictions is 6, above 3.',
      'resolved 50: The mean absolute error of 4 predictions is 6, above 3.',
      'firing 50: The share of predictions whose truth is known of 1 predictions is 0.3333, below 0.5.',
    ]);
    expect(evidenceOf(trial.alerts()[0]).offences.map(({ offset, record }) => ({ offset, record }))).toEqual([
      { offset: 6, record: { key: '3', prediction: 10, truth: 22 } },
      { offset: 4, record: { key: '2', prediction: 10, truth: 18 } },
      { offset: 2, record: { key: '1', prediction: 10, truth: 14 } },
    ]);
    expect(evidenceOf(trial.alerts()[2]).offences).toBeUndefined();
    const early = new Trial(definition(`${bounds}  alertOn: provisional\n`)).run(happenings).run(passed(100));
    expect(early.texts()[0]).toBe(
      'firing 10: The mean absolute error of 4 predictions is 6 by what is known yet, above 3.'
    );
  });

  it('says what of the truth is known, without pairs as well', () => {
    const trial = new Trial(definition('')).run([said(0, 1, 10), said(1, 'x', NaN), said(2, '', 1)]).run(passed(100));
    expect(trial.points('truth.coverage')).toEqual([[0, 0]]);
    expect(trial.points('truth.unmatched')).toEqual([[0, 3]]);
    expect(trial.points('error.mae')).toEqual([]);
  });

  it('says the same however the streams are interleaved, and after a restart', () => {
    const id = fc.integer({ min: 0, max: 12 });
    const price = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) },
      { weight: 1, arbitrary: fc.jsonValue() }
    );
    const record = fc.tuple(fc.integer({ min: 0, max: 90 }), id, price);
    const records = fc.array(record, { maxLength: 25 });
    const type = fc.constantFrom('regression', 'binary', 'multiclass');
    const order = fc.infiniteStream(fc.boolean());
    const bySecond = (list: Array<[number, number, unknown]>, make: typeof was): Happening[] =>
      list.sort(([a], [b]) => a - b).map(([at, key, value]) => make(at, key, value));
    fc.assert(
      fc.property(records, records, type, order, fc.nat(50), (predictions, truths, kind, first, at) => {
        const text = definition('  bounds: { truth.coverage: { below: 0.5 } }\n', kind);
        const [left, right] = [bySecond(predictions, said), bySecond(truths, was)];
        const places = new Map([...left, ...right].map((one, index) => [one, index]));
        const merged = [...left, ...right].sort((a, b) => a.at - b.at);
        const shuffled: Happening[] = [];
        const [ls, rs] = [[...left], [...right]];
        while (ls.length + rs.length > 0) {
          const from = (first.next().value === true && ls.length > 0) || rs.length === 0 ? ls : rs;
          shuffled.push(from.shift() as Happening);
        }
        const told = (happenings: Happening[]) =>
          new Trial(text)
            .run([...happenings.map((one) => ({ ...one, offset: places.get(one) as number })), ...passed(200)])
            .said.map((item) => JSON.stringify(item))
            .sort();
        expect(told(shuffled)).toEqual(told(merged));
        expectSameAfterRestart(text, [...shuffled, ...passed(200)], at);
      })
    );
  });

  it('refuses parameters that mean nothing, by field, and streams that are not read', () => {
    const parse = (text: string) => () => parseDefinition(`name: m\nattach: [{}]\n${text}`, 'm.yaml');
    expect(parse(definition('  bounds: { score.f1: { below: 1 } }\n'))).toThrow(
      'params.bounds.score.f1: expected a metric of the type regression'
    );
    expect(parse(definition('  bounds: { error.mae: {} }\n'))).toThrow(
      'params.bounds.error.mae: expected `above` or `below`'
    );
    expect(parse(definition('').replace('model: truth', 'model: lstm'))).toThrow(
      'params.truth: expected another stream'
    );
    expect(new Trial(definition('').replace('model: truth', 'model: gone')).error).toBe(
      'truth: expected one stream gone:1 among those that are read and attached, found prices/lstm:0, prices/lstm:1, prices/truth:1'
    );
  });
});
