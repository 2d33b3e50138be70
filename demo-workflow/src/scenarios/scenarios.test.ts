import { describe, expect, it } from 'vitest';
import { readPrices, Source } from '../feed/index.js';
import { dayOfPrices, priceLine, type DayOfPrices } from '../models/index.js';
import { checkPlan, SCENARIO_NAMES, type ScenarioName } from './index.js';

const lines = await readPrices();
const BEGINS = 2000;
const COUNT = 3 * lines.length;

function sent(name: ScenarioName | undefined, seed = 1, begins = BEGINS): string[] {
  const source = new Source({ lines, seed, scenario: name && { name, begins } });
  // In pieces, as a feed asks for them.
  return Array.from({ length: COUNT / 5 }, () => source.next(5)).flat();
}

function days(some: readonly string[]): DayOfPrices[] {
  return some.flatMap((line) => {
    try {
      const day = dayOfPrices.safeParse(priceLine.decode(line));
      return day.success ? [day.data] : [];
    } catch {
      return [];
    }
  });
}

const spread = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};
const changes = (some: readonly DayOfPrices[]): number[] =>
  some.flatMap((day, index) => {
    const before = some[index - 1];
    return before === undefined || before.date > day.date ? [] : [Math.log(day.close / before.close)];
  });
const ranges = (some: readonly DayOfPrices[]): number[] => some.map(({ high, low }) => Math.log(high / low));
const correlation = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.slice(1).map((value, index) => (value - mean) * ((values[index] as number) - mean));
  return products.reduce((sum, product) => sum + product, 0) / products.length / spread(values) ** 2;
};
/** The last two of three passes, in which a scenario that ramps up is all there. */
const late = (some: readonly string[]): DayOfPrices[] => days(some.slice(lines.length + 3600));

const usual = sent(undefined);

describe('a scenario', () => {
  it.each(SCENARIO_NAMES)('%s is the same for the same seed, and changes nothing before it begins', (name) => {
    const one = sent(name);
    expect(one).toEqual(sent(name));
    expect(one.slice(0, BEGINS)).toEqual(usual.slice(0, BEGINS));
    expect(sent(name, 2)).not.toEqual(one);
  });

  it.each(['drift', 'noise', 'regime'] as const)(
    '%s goes on from the real prices, and sends good days in order',
    (name) => {
      const some = days(sent(name));
      expect(some.length).toBeGreaterThan(0.98 * COUNT);
      expect(Math.max(...changes(some).map(Math.abs))).toBeLessThan(0.25);
      expect(some.map(({ date }) => date)).toEqual(days(usual).map(({ date }) => date));
    }
  );

  it('drift makes changes and ranges smaller by and by', () => {
    const [before, after] = [late(usual), late(sent('drift'))];
    expect(spread(changes(after)) / spread(changes(before))).toBeCloseTo(0.4, 2);
    expect(ranges(after).reduce((a, b) => a + b) / ranges(before).reduce((a, b) => a + b)).toBeCloseTo(0.4, 2);
  });

  it('noise scatters closing prices and leaves the ranges alone', () => {
    const [before, after] = [late(usual), late(sent('noise'))];
    const added = Math.sqrt(spread(changes(after)) ** 2 - spread(changes(before)) ** 2);
    expect(added / (Math.SQRT2 * 0.02)).toBeCloseTo(1, 1);
    expect(ranges(after)).toEqual(ranges(before));
  });

  it('regime takes the memory out of the days, and leaves their distribution as it was', () => {
    const whole = (some: readonly string[]): DayOfPrices[] => days(some.slice(lines.length, 2 * lines.length));
    const [before, after] = [whole(usual), whole(sent('regime'))];
    expect(correlation(ranges(before))).toBeGreaterThan(0.5);
    expect(Math.abs(correlation(ranges(after)))).toBeLessThan(0.05);
    expect(spread(ranges(after)) / spread(ranges(before))).toBeCloseTo(1, 1);
    expect(spread(changes(after)) / spread(changes(before))).toBeCloseTo(1, 1);
  });

  it('bad records spoil a fifth of the lines', () => {
    const good = late(sent('bad-records')).length / (COUNT - lines.length - 3600);
    expect(good).toBeCloseTo(0.8, 1);
  });

  it.each(['crash', 'overload'] as const)('%s leaves the data alone', (name) => {
    expect(sent(name)).toEqual(usual);
  });

  it('has to be one, and to begin at a time', () => {
    expect(() => checkPlan({ name: 'flood' as ScenarioName })).toThrow('expected one of drift, noise, regime');
    expect(() => checkPlan({ name: 'drift', after: -1 })).toThrow('seconds of warm-up');
    expect(checkPlan({ name: 'drift' })).toEqual({ name: 'drift', after: 300 });
  });
});
