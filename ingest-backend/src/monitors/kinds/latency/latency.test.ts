import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf, expectSameAfterRestart, Trial, type Happening } from '../trial.js';

const definition = (more = ''): string => `kind: latency
params:
  input: { model: lstm, slot: 0, key: id }
  output: { model: lstm, slot: 1, key: id }
  window: 10s
  horizon: 20s
  minimum: 1
${more}`;
const into = (at: number, id: unknown): Happening => ({ at, slot: 0, value: { id } });
const out = (at: number, id: unknown): Happening => ({ at, slot: 1, model: 'lstm', value: { id } });
const passed = (at: number): Happening[] => [
  { at, reached: true, slot: 0 },
  { at, reached: true, slot: 1, model: 'lstm' },
];

describe('latency', () => {
  it('is the time from a record to the one with its key, within 1 %', () => {
    const happenings = Array.from({ length: 100 }, (_, id) => [into(id / 20, id), out(id / 20 + (id + 1) / 100, id)])
      .flat()
      .sort((a, b) => a.at - b.at);
    const trial = new Trial(definition()).run(happenings).run(passed(30));
    const quantile = (name: string) => trial.points(`record.latency.${name}`);
    expect(quantile('p50')).toEqual([[0, expect.closeTo(0.5, 1)]]);
    expect(quantile('p95')[0]?.[1]).toBeCloseTo(0.95, 1);
    expect(quantile('p99')[0]?.[1]).toBeCloseTo(0.99, 1);
  });

  it('alerts where records take too long, until they do so no more', () => {
    const happenings = [into(0, 1), out(3, 1), into(10, 2), out(10.5, 2)];
    const trial = new Trial(definition('  bounds: { p95: 2s }\n')).run(happenings).run(passed(30));
    expect(trial.texts()).toEqual([
      expect.stringMatching(/^firing 10: 95 % of 1 records took up to (3|2\.9\d|3\.0\d) s, at most 2 s are borne\.$/),
      expect.stringMatching(/^resolved 20: /),
    ]);
  });

  it('shows the records that took longer than is borne, the slowest first', () => {
    const happenings = [into(0, 1), into(0, 2), into(0, 3), out(1, 2), out(4, 1), out(6, 3)];
    const trial = new Trial(definition('  bounds: { p50: 2s }\n')).run(happenings).run(passed(30));
    const { offences } = evidenceOf(trial.alerts()[0]);
    expect(offences.map(({ offset, value, record }) => [offset, value, record])).toEqual([
      [5, 6, { key: '3' }],
      [4, 4, { key: '1' }],
    ]);
  });

  it('is that of the newest input before the output, though later ones of its key have been read', () => {
    const trial = new Trial(definition()).run([into(0, 6), into(1, 6), into(14, 6), out(2, 6), out(14.5, 6)]);
    trial.run(passed(40));
    expect(trial.points('record.latency.p50')).toEqual([
      [0, expect.closeTo(1, 1)],
      [10, expect.closeTo(0.5, 1)],
    ]);
  });

  it('passes over outputs without an input, and inputs that are too old', () => {
    const happenings = [into(0, 1), out(1, 'x'), out(25, 1), out(26, null)];
    expect(new Trial(definition()).run(happenings).run(passed(60)).said).toEqual([]);
  });

  it('is the same however the streams are interleaved, and after a restart', () => {
    const record = fc.tuple(fc.nat(60), fc.oneof(fc.nat(9), fc.jsonValue()));
    const records = fc.array(record, { maxLength: 25 });
    const order = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(records, records, order, fc.nat(50), (inputs, outputs, first, at) => {
        const bySecond = (list: Array<[number, unknown]>, make: typeof into) =>
          list.sort(([a], [b]) => a - b).map(([second, id]) => make(second, id));
        const [ls, rs] = [bySecond(inputs, into), bySecond(outputs, out)];
        const places = new Map([...ls, ...rs].map((one, index) => [one, index]));
        // Of one moment an input comes first.
        const merged = [...ls, ...rs].sort((a, b) => a.at - b.at);
        const shuffled: Happening[] = [];
        const [left, right] = [[...ls], [...rs]];
        while (left.length + right.length > 0) {
          const from = (first.next().value === true && left.length > 0) || right.length === 0 ? left : right;
          shuffled.push(from.shift() as Happening);
        }
        const told = (happenings: Happening[]) =>
          new Trial(definition('  bounds: { p50: 5s }\n')).run([
            ...happenings.map((one) => ({ ...one, offset: places.get(one) as number })),
            ...passed(200),
          ]).said;
        expect(told(shuffled)).toEqual(told(merged));
        expectSameAfterRestart(definition(), [...shuffled, ...passed(200)], at);
      })
    );
  });
});
