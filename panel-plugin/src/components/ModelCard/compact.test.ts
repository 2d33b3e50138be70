import fc from 'fast-check';
import { DEFAULT_OPTIONS } from '../../options';
import { BAR_HEIGHT } from '../Curve';
import { cardSize, COMPACT_LINE, compactLines, detailAt, SMALLEST_FONT } from './cardRows';

const cards = fc.record(
  Object.fromEntries(Object.keys(DEFAULT_OPTIONS.cards).map((key) => [key, fc.boolean()]))
) as fc.Arbitrary<typeof DEFAULT_OPTIONS.cards>;

/** Cards of any options at any scale at which they are compact. */
const compact = fc
  .tuple(cards, fc.double({ min: 0.3, max: 0.88, noNaN: true }))
  .map(([shows, scale]) => ({ shows, scale, card: cardSize(shows) }))
  .filter(({ scale, card }) => detailAt(scale, card) === 'compact');

test('lines of a compact card never touch each other nor leave the card', () => {
  fc.assert(
    fc.property(compact, ({ shows, scale, card }) => {
      const { words, rows } = compactLines(shows, card.height * scale);
      const tops = [...words, ...rows.map(({ top }) => top)];
      tops.slice(1).forEach((top, index) => expect(top - tops[index]).toBeGreaterThanOrEqual(COMPACT_LINE - 0.001));
      rows.forEach(({ top, drawn }, index) => {
        expect(top + SMALLEST_FONT + (drawn > 0 ? 3 + drawn : 0)).toBeLessThanOrEqual(
          rows[index + 1]?.top ?? card.height * scale
        );
        expect(drawn === 0 || drawn >= BAR_HEIGHT).toBe(true);
      });
    })
  );
});

test('a compact card of the options of our dashboard leaves no room for one more line at its bottom', () => {
  const shows = { ...DEFAULT_OPTIONS.cards, latency: true, backlog: true };
  const card = cardSize(shows);
  for (let scale = 0.68; scale < 0.88; scale += 0.01) {
    if (detailAt(scale, card) === 'compact') {
      const { rows } = compactLines(shows, card.height * scale);
      const last = rows[rows.length - 1];
      const bottom = (last?.top ?? 0) + SMALLEST_FONT + (last?.drawn ? 3 + BAR_HEIGHT : 0);
      expect({ scale, left: card.height * scale - bottom }).toEqual({ scale, left: expect.any(Number) });
      expect(card.height * scale - bottom).toBeLessThan(COMPACT_LINE + 8);
    }
  }
});
