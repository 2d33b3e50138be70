import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfPrices, priceLine } from '../models/index.js';
import { corrupt, DAMAGED, SPOILT, type Damage } from './corruption.js';
import { readPrices } from './prices.js';

const place = fc.tuple(fc.integer(), fc.nat({ max: 1000 }), fc.nat({ max: 10_000 }));
const lines = await readPrices();

/** What becomes of a line at the reader. */
function fate(line: string): Damage {
  try {
    const day = priceLine.decode(line) as { close: unknown };
    if (dayOfPrices.safeParse(day).success) {
      return 'none';
    }
    return typeof day.close === 'number' ? 'impossible' : 'wrong-type';
  } catch {
    return 'truncated';
  }
}

describe('the real prices', () => {
  it('are whole: every day is a good record, and the days are in order', () => {
    expect(lines).toHaveLength(5105);
    expect(lines.filter((line) => fate(line) !== 'none')).toEqual([]);
    const dates = lines.map((line) => line.slice(0, 10));
    expect(dates).toEqual([...new Set(dates)].sort());
  });
});

describe('the damage done by the feed', () => {
  it('is the same each time', () => {
    fc.assert(
      fc.property(place, ([seed, pass, index]) => {
        const line = lines[index % lines.length] as string;
        expect(corrupt(line, seed, pass, index)).toEqual(corrupt(line, seed, pass, index));
      })
    );
  });

  it('is what the reader finds: a truncated line cannot be decoded, a wrong type and a price below 0 do not fit the schema', () => {
    for (const shares of [DAMAGED, SPOILT]) {
      for (const [index, line] of lines.entries()) {
        const { line: sent, damage } = corrupt(line, 1, 0, index, shares);
        expect([index, fate(sent)]).toEqual([index, damage]);
        expect(sent === line).toBe(damage === 'none');
      }
    }
  });

  it.each([
    ['usually', DAMAGED],
    ['in the scenario of bad records', SPOILT],
  ])('hits the share of lines that is documented, and others in another pass, %s', (_, shares) => {
    const hits = (pass: number, kind: Damage): number[] =>
      lines.flatMap((line, index) => (corrupt(line, 1, pass, index, shares).damage === kind ? [index] : []));
    for (const [kind, share] of Object.entries(shares).filter(([, some]) => some > 0) as Array<[Damage, number]>) {
      const mean = [0, 1, 2, 3].reduce((sum, pass) => sum + hits(pass, kind).length / lines.length / 4, 0);
      // Of 20,000 lines: four standard deviations.
      expect(Math.abs(mean - share)).toBeLessThan(4 * Math.sqrt(share / (4 * lines.length)));
      expect(hits(0, kind)).not.toEqual(hits(1, kind));
    }
  });
});
