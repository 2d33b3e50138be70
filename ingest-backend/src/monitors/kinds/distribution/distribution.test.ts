import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../statistics/index.js';
import { parseDefinition } from '../../definition.js';
import { evidenceOf, expectSameAfterRestart, START, Trial, type Happening } from '../trial.js';

const definition = (params: string): string => `kind: distribution\nparams: { ${params} }\n`;

/** Samples of the data sets that scikit-learn ships. */
const PAIRS = new URL('../../../statistics/golden/distances.json', import.meta.url);

interface Trade {
  price: number;
  venue: string;
  open: boolean;
  note: string;
  at: string;
}

/** Trades of one population; what makes another of it is said. */
function trades(count: number, seed: number, other: Partial<Record<keyof Trade, boolean>> = {}): Trade[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const draw = random();
    return {
      price: 100 + 5 * normal + (other.price ? 8 : 0),
      venue: other.venue ? (draw < 0.8 ? 'b' : 'c') : draw < 0.7 ? 'a' : draw < 0.9 ? 'b' : 'c',
      open: random() < (other.open ? 0.9 : 0.5),
      note: 'x'.repeat(1 + Math.floor(random() * 20) + (other.note ? 15 : 0)) + String(Math.floor(random() * 1e6)),
      at: new Date(Date.UTC(2026, 0, 1, (other.at ? 12 : 0) + Math.floor(random() * 12))).toISOString(),
    };
  });
}

describe('a distribution', () => {
  it('is compared with that of the first records, feature by feature, by what fits their type and number', () => {
    const trial = new Trial(definition('window: 500s, reference: { records: 1000 }'));
    trial
      .values(trades(1000, 1))
      .values(trades(500, 2), 1000)
      .values(trades(500, 3, { price: true, venue: true }), 1500);
    trial.values(trades(500, 4), 2000).reached(2500);
    expect(trial.alerts().map(({ state, feature, time }) => `${state} ${feature} ${(time - START) / 1e6}`)).toEqual([
      'firing price 2000',
      'firing venue 2000',
      'resolved price 2500',
      'resolved venue 2500',
    ]);
    const [price, venue] = trial.alerts();
    // Offences are records of cells that hold more than before.
    const dear = evidenceOf(price).offences;
    expect(dear).toHaveLength(20);
    expect(dear.every(({ offset, value }) => offset >= 1500 && offset < 2000 && Number(value) > 104)).toBe(true);
    expect(new Set(evidenceOf(venue).offences.map(({ value }) => value))).toEqual(new Set(['b']));
    expect(price?.text).toMatch(
      /^The distribution of price changed: the Kolmogorov–Smirnov test gives p = \S+, below 0\.05\. Most moved from \S+ on: \S+ %, before 10 %\.$/
    );
    expect(venue?.text).toMatch(
      /^The distribution of venue changed: the chi-square test gives p = \S+, below 0\.05\. Most moved a: 0 %, before 7\S+ %\.$/
    );
    expect(trial.points('drift.share')).toEqual([
      [1000, 0],
      [1500, 0.4],
      [2000, 0],
    ]);
    expect(trial.points('drift.psi', 'price').map(([at, value]) => [at, value > 0.25])).toEqual([
      [1000, false],
      [1500, true],
      [2000, false],
    ]);
    expect(trial.points('field.mean', 'price')[1]?.[1]).toBeCloseTo(108, 0);
    expect(trial.points('record.rate')).toEqual([
      [1000, 1],
      [1500, 1],
      [2000, 1],
    ]);
    expect(trial.points('drift.ks', 'venue')).toEqual([]);
  });

  it('sees texts by their length and times by their hour, and says so when most features drifted', () => {
    const trial = new Trial(definition('window: 500s, share: 0.7'));
    trial
      .values(trades(1000, 1))
      .values(trades(500, 5, { price: true, venue: true, open: true, note: true, at: true }), 1000);
    trial.reached(1500);
    expect(new Set(trial.alerts().map(({ feature }) => feature))).toEqual(
      new Set(['price', 'venue', 'open', 'note', 'at', undefined])
    );
    expect(trial.alerts().find(({ feature }) => feature === undefined)?.text).toBe(
      '100 % of 5 features drifted, more than 70 %: price, venue, open, note, at.'
    );
  });

  it('is stored with its bins, which never move, beside those of the reference', () => {
    const trial = new Trial(
      definition('window: 500s, bins: 4, features: [{ field: price, type: numeric }, { field: open, type: boolean }]')
    );
    trial
      .values(trades(1000, 1))
      .values(trades(1000, 2, { price: true }), 1000)
      .reached(2000);
    const [first, second] = trial.profiles('price');
    expect(first).toMatchObject({
      at: 1500,
      content: { type: 'numeric', reference: [250, 250, 250, 250], total: 500, missing: 0 },
    });
    const { edges, counts } = first?.content as { edges: Array<number | null>; counts: number[] };
    expect(edges).toHaveLength(5);
    expect([edges[0], edges[4]]).toEqual([null, null]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect((second?.content as { edges: unknown }).edges).toEqual(edges);
    expect(trial.profiles('open')[0]?.content).toMatchObject({ type: 'boolean', categories: ['false', 'true'] });
  });

  it('is compared with the window before it where that is wanted', () => {
    const trial = new Trial(
      definition(
        'window: 500s, features: [{ field: price, type: numeric }], reference: { previous: true, records: 500 }'
      )
    );
    trial
      .values(trades(500, 1))
      .values(trades(1000, 2, { price: true }), 500)
      .values(trades(500, 3), 1500)
      .reached(2000);
    expect(trial.alerts().map(({ state, time }) => `${state} ${(time - START) / 1e6}`)).toEqual([
      'firing 1000',
      'resolved 1500',
      'firing 2000',
    ]);
  });

  it('is compared with that of a range of time', () => {
    const iso = (second: number): string => new Date(START / 1000 + second * 1000).toISOString();
    const range = `reference: { from: "${iso(100)}", to: "${iso(600)}" }`;
    const trial = new Trial(
      definition(`window: 100s, minimum: 50, features: [{ field: price, type: numeric }], ${range}`)
    );
    trial
      .values(trades(100, 1, { price: true }))
      .values(trades(600, 2), 100)
      .reached(700);
    expect(trial.error).toBeUndefined();
    expect(trial.points('drift.share')).toEqual([[600, 0]]);
    const late = new Trial(definition(`features: [{ field: price, type: numeric }], ${range}`)).values(
      trades(1, 1),
      700
    );
    expect(late.error).toMatch(/^reference: expected records from .* to .*, found none: the stream begins later$/);
  });

  it.each([
    ['psi', 'bound: 0.3', /the population stability index is \S+, above 0\.3/],
    ['jensen-shannon', '', /the Jensen–Shannon distance is \S+, above 0\.1/],
    ['hellinger', '', /the Hellinger distance is \S+, above 0\.1/],
    ['wasserstein', 'bound: 2', /the Wasserstein distance is [78]\S*, above 2\./],
    ['kolmogorov-smirnov', 'bound: 0.001', /the Kolmogorov–Smirnov test gives p = \S+, below 0\.001/],
  ])('is compared by %s where that is said', (method, bound, text) => {
    const trial = new Trial(
      definition(
        `window: 500s, method: ${method}, ${bound === '' ? '' : `${bound}, `}features: [{ field: price, type: numeric }]`
      )
    );
    trial
      .values(trades(1000, 1))
      .values(trades(500, 2), 1000)
      .values(trades(500, 3, { price: true }), 1500)
      .reached(2000);
    expect(trial.alerts()).toHaveLength(1);
    expect(trial.alerts()[0]?.text).toMatch(text);
  });

  it('seldom alarms where nothing changed, however many features there are', () => {
    // 20 features, 40 windows: of 40 · 20 tests at 5 % 40 would alarm by chance, were they not corrected.
    const random = seededRandom(11);
    const record = (): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, random() ** (1 + (index % 3))]));
    const values = Array.from({ length: 10_000 }, record);
    const trial = new Trial(definition('window: 200s, reference: { records: 2000 }')).values(values).reached(10_000);
    expect(trial.points('drift.share')).toHaveLength(40);
    expect(trial.alerts().filter(({ state }) => state === 'firing').length).toBeLessThanOrEqual(6);
  });

  it('tells benign from malignant tumours', () => {
    const { pairs } = JSON.parse(readFileSync(PAIRS, 'utf8')) as {
      pairs: Array<Record<'reference' | 'current', number[]>>;
    };
    const { reference = [], current = [] } = pairs[4] ?? {};
    const trial = new Trial(definition(`window: 1000s, reference: { records: ${reference.length} }, minimum: 50`));
    const happenings: Happening[] = [
      ...reference.map((value, index) => ({ at: index / 1000, value })),
      ...current.map((value, index) => ({ at: 1 + index / 1000, value })),
    ];
    trial.run(happenings).reached(1000);
    expect(trial.alerts().map(({ feature, name }) => [feature, name])).toEqual([['value', 'Distribution changed']]);
  });

  it('bears any rubbish, and says the same after a restart', () => {
    const value = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ price: fc.double({ min: -5, max: 5, noNaN: true }), venue: fc.constantFrom('a', 'b') }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          price: fc.oneof(fc.double(), fc.string()),
          venue: fc.oneof(fc.integer(), fc.constant(null)),
        }),
      },
      { weight: 1, arbitrary: fc.jsonValue() }
    );
    const reference = fc.constantFrom('records: 20', 'previous: true, records: 15');
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 120 }), fc.nat(120), reference, (values, at, from) => {
        const text = definition(`window: 10s, minimum: 5, bins: 3, reference: { ${from} }`);
        const happenings = values.map((one, index) => ({ at: index / 3, value: one }));
        expectSameAfterRestart(text, happenings, at);
      })
    );
  });
});

describe('a reference in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reference-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const trial = (file: string, content: string, params = ''): Trial => {
    writeFileSync(join(folder, file), content);
    return new Trial(definition(`window: 500s, reference: { file: ${file} }${params}`), folder);
  };
  const ndjson = (records: readonly unknown[]): string => records.map((record) => JSON.stringify(record)).join('\n');
  const csv = (records: readonly Trade[]): string =>
    ['price,venue', ...records.map(({ price, venue }) => `${price},"${venue}"`)].join('\r\n');

  it.each<[string, (records: Trade[]) => string]>([
    ['reference.ndjson', ndjson],
    ['reference.csv', csv],
  ])('is %s', (file, write) => {
    const run = trial(file, write(trades(1000, 1)));
    run
      .values(trades(500, 2))
      .values(trades(500, 3, { price: true }), 500)
      .reached(1000);
    expect(run.error).toBeUndefined();
    expect(run.alerts().map(({ feature, time }) => [feature, (time - START) / 1e6])).toEqual([['price', 1000]]);
  });

  it('that does not fit the data is refused with the difference', () => {
    const run = trial('r.ndjson', ndjson(trades(100, 1).map(({ price, venue }) => ({ price, venue, size: price }))));
    run.values(trades(500, 2).map(({ price }) => ({ price: `${price} €`, venue: 'a' }))).reached(500);
    expect(run.error).toBe(
      'reference: expected one that fits the records: price: numeric in the reference, of another type in the records; ' +
        'size: in the reference, but in none of 500 records'
    );
    expect(run.alerts().map(({ name }) => name)).toEqual(['Monitor failed']);
  });

  it('that lacks what is declared, or cannot be read, is refused by place', () => {
    const features = ', features: [{ field: price, type: boolean }, { field: size, type: numeric }]';
    expect(trial('r.csv', csv(trades(50, 1)), features).error).toBe(
      'reference: price: expected values of the type boolean in r.csv, found values of the type number; ' +
        'size: expected values of the type numeric in r.csv, found no value'
    );
    expect(trial('r.ndjson', '{"price":1}\n{"price":').error).toMatch(/r\.ndjson:2: record: expected JSON/);
    expect(new Trial(definition('reference: { file: none.csv }'), folder).error).toMatch(/none\.csv/);
  });
});

it('refuses parameters that mean nothing, by field', () => {
  const parse = (text: string) => () => parseDefinition(`name: m\nattach: [{}]\n${definition(text)}`, 'm.yaml');
  expect(parse('reference: { records: 3 }')).toThrow('params.reference');
  expect(parse('features: [{ field: v, type: boolean, method: wasserstein }]')).toThrow(
    'params.features[0].method: expected a method for values without an order'
  );
  expect(parse('features: [{ field: v, type: numeric, bound: 1 }]')).toThrow(
    'params.features[0].bound: expected a `method` that it is a bound of'
  );
  expect(parse('level: 1')).toThrow('params.level: expected number to be <1, found 1');
});
