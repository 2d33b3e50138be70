import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../definition.js';
import { evidenceOf, expectSameAfterRestart, Trial, type Happening } from '../trial.js';

const DECLARED = `kind: quality
params:
  window: 10s
  minimum: 5
  learn: 0
  duplicates: { key: id }
  features:
    - { field: price, min: 0, max: 100 }
    - { field: venue, categories: [a, b] }
    - { field: quote.open, type: boolean }
`;
const good = (id: number) => ({ id, price: 50 + (id % 7), venue: id % 2 === 0 ? 'a' : 'b', quote: { open: true } });
const tens = (make: (id: number) => unknown): unknown[] => Array.from({ length: 10 }, (_, id) => make(id));

describe('quality', () => {
  it('is perfect where all is as it should be', () => {
    const trial = new Trial(DECLARED).values(tens(good)).reached(10);
    expect(trial.alerts()).toEqual([]);
    for (const check of ['missing', 'mismatch', 'nan', 'out.of.range']) {
      expect(trial.points(`quality.${check}`, 'price'), check).toEqual([[0, 0]]);
    }
    expect(trial.points('quality.unseen', 'venue')).toEqual([[0, 0]]);
    expect(trial.points('quality.unseen', 'price')).toEqual([]);
    expect(trial.points('quality.constant', 'quote.open')).toEqual([[0, 1]]);
    expect(trial.points('quality.constant', 'price')).toEqual([[0, 0]]);
    expect(trial.points('quality.bad')).toEqual([[0, 0]]);
    expect(trial.points('quality.duplicate')).toEqual([[0, 0]]);
  });

  it.each<[string, string, string | undefined, (id: number) => unknown, string]>([
    [
      'missing',
      'quality.missing',
      'price',
      (id) => (id < 3 ? { ...good(id), price: null } : good(id)),
      '30 % of 10 records have no value of price; at most 5 % are borne.',
    ],
    [
      'of another type',
      'quality.mismatch',
      'price',
      (id) => (id < 2 ? { ...good(id), price: 'high' } : good(id)),
      '20 % of 10 records have a value of another type in price; at most 1 % are borne.',
    ],
    [
      'NaN in a text',
      'quality.nan',
      'price',
      (id) => (id < 2 ? { ...good(id), price: '-Inf' } : good(id)),
      '20 % of 10 records have NaN or an infinity in price; at most 1 % are borne.',
    ],
    [
      'NaN',
      'quality.nan',
      'price',
      (id) => (id < 2 ? { ...good(id), price: NaN } : good(id)),
      '20 % of 10 records have NaN or an infinity in price; at most 1 % are borne.',
    ],
    [
      'out of range',
      'quality.out.of.range',
      'price',
      (id) => (id < 2 ? { ...good(id), price: 101 } : good(id)),
      '20 % of 10 records have a value out of range in price; at most 1 % are borne.',
    ],
    [
      'unseen',
      'quality.unseen',
      'venue',
      (id) => (id < 2 ? { ...good(id), venue: 'c' } : good(id)),
      '20 % of 10 records have a category that was not seen before in venue; at most 1 % are borne.',
    ],
    [
      'duplicate',
      'quality.duplicate',
      undefined,
      (id) => good(id < 2 ? 7 : id),
      '20 % of 10 records came before; at most 1 % are borne.',
    ],
  ])('tells values that are %s, with the records, and that they are no more', (_what, metric, feature, make, text) => {
    const trial = new Trial(DECLARED)
      .values(tens(make))
      .values(
        tens((id) => good(id + 10)),
        10
      )
      .reached(20);
    expect(trial.points(metric, feature)).toEqual([
      [0, expect.closeTo(metric.endsWith('missing') ? 0.3 : 0.2, 10)],
      [10, 0],
    ]);
    expect(trial.texts()).toEqual([`firing 10: ${text}`, `resolved 20: ${text}`]);
    const { offences, count } = evidenceOf(trial.alerts()[0]);
    expect(offences).toHaveLength(count as number);
  });

  it('counts records that cannot be read', () => {
    const happenings: Happening[] = [
      ...tens(good).map((value, at) => ({ at: at / 2, value })),
      ...tens(() => 'record: expected JSON').map((bad, at) => ({ at: 5 + at / 2, bad: bad as string })),
    ];
    const trial = new Trial(DECLARED).run(happenings).reached(10);
    expect(trial.points('quality.bad')).toEqual([[0, 0.5]]);
    expect(trial.texts()).toEqual(['firing 10: 50 % of 20 records could not be read; at most 1 % are borne.']);
  });

  it('finds constant columns where that is wrong', () => {
    const trial = new Trial(`${DECLARED}  bounds: { constant: true }\n`)
      .values(tens((id) => ({ ...good(id), price: 5, quote: { open: id % 2 === 0 } })))
      .reached(10);
    expect(trial.texts()).toEqual(['firing 10: All 10 records have the same value of price: 5.']);
  });

  it('learns from the first records what is right', () => {
    const definition = 'kind: quality\nparams: { window: 10s, minimum: 5, learn: 100, bounds: { unseen: 0.1 } }\n';
    const first = Array.from({ length: 100 }, (_, id) => ({ ...good(id), note: id % 2 === 0 ? null : `note ${id}` }));
    const later = tens((id) => ({ ...good(id), price: id === 0 ? 300 : 57, venue: id < 5 ? 'z' : 'a', note: null }));
    const trial = new Trial(definition).values(first).values(later, 100).reached(110);
    expect(trial.texts()).toEqual([
      'firing 110: 10 % of 10 records have a value out of range in price; at most 1 % are borne.',
      'firing 110: 50 % of 10 records have a category that was not seen before in venue; at most 10 % are borne.',
      'firing 110: 100 % of 10 records have no value of note; at most 55 % are borne.',
    ]);
  });

  it('says nothing of a window with too few records', () => {
    const trial = new Trial(DECLARED).values([{ price: null }, { price: 'x' }]).reached(10);
    expect(trial.said).toEqual([]);
  });

  it('counts what is no number wherever it stands, and goes on the same after a restart', () => {
    const definition = (learn: number, features: string): string =>
      `kind: quality\nparams: { window: 10s, minimum: 2, learn: ${learn}, features: [${features}], bounds: { missing: 0.1 } }\n`;
    const run = (features: string, values: unknown[]): Trial =>
      new Trial(definition(0, features)).values(values.map((p) => ({ p }))).reached(10);
    expect(run('{ field: p, type: text }', ['a', NaN]).points('quality.mismatch', 'p')).toEqual([[0, 0.5]]);
    expect(run('{ field: p }', ['a', 'NaN', -Infinity, 'b']).points('quality.nan', 'p')).toEqual([[0, 0.5]]);
    const values = [NaN, 5, Infinity, 5, null, 'NaN', 5].map((p, at) => ({ at, value: { p } }));
    for (const at of values.keys()) {
      expectSameAfterRestart(definition(4, ''), [...values, { at: 10, reached: true }], at);
      expectSameAfterRestart(definition(0, '{ field: p }'), [...values, { at: 10, reached: true }], at);
    }
    expect(run('{ field: p }', [NaN, 5, 5]).points('quality.constant', 'p')).toEqual([[0, 1]]);
  });

  it('keeps long texts short, and tells them apart all the same', () => {
    const long = 'x'.repeat(1e6);
    const values = tens((id) => ({ same: long, other: `${long}${id}` }));
    const trial = new Trial(
      'kind: quality\nparams: { window: 10s, minimum: 2, learn: 0, bounds: { constant: true }, features: [{ field: same }, { field: other }] }\n'
    )
      .values(values)
      .restart()
      .values(values, 10)
      .reached(20);
    expect(trial.alerts().map(({ feature }) => feature)).toEqual(['same']);
    expect(trial.alerts()[0]?.text.length).toBeLessThan(250);
  });

  it('bears any rubbish, and says the same after a restart', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.nat(5), price: fc.oneof(fc.double(), fc.string()), venue: fc.constantFrom('a', 'b', 'c') })
    );
    const happening = fc.oneof(
      value.map((found) => ({ value: found })),
      fc.string().map((bad) => ({ bad }))
    );
    const learning =
      'kind: quality\nparams: { window: 3s, minimum: 2, learn: 8, duplicates: { record: true }, remember: 4 }\n';
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40 }),
        fc.nat(40),
        fc.constantFrom(DECLARED, learning),
        (found, at, definition) => {
          const happenings = found.map((one, index) => ({ at: index / 3, ...one }));
          expectSameAfterRestart(definition, happenings, at);
          expect(new Trial(definition).run(happenings).error).toBeUndefined();
        }
      )
    );
  });

  it('refuses parameters that mean nothing, by field', () => {
    const parse = (params: string) => () =>
      parseDefinition(`name: m\nkind: quality\nattach: [{}]\nparams: ${params}`, 'm.yaml');
    expect(parse('{ bounds: { missing: 2 } }')).toThrow('params.bounds.missing: expected number to be <=1, found 2');
    expect(parse('{ features: [{ field: p, min: 2, max: 1 }] }')).toThrow(
      'params.features[0].max: expected a bound that is not below `min`'
    );
    expect(parse('{ features: [{ field: p, type: text, max: 1 }] }')).toThrow(
      'params.features[0].min: expected bounds of numbers alone'
    );
    expect(parse('{ windows: 1m }')).toThrow('params.windows: expected a known key');
  });
});
