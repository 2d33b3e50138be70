import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenPoints } from './seen.js';

describe('SeenPoints', () => {
  it('knows exactly the points that it was given', () => {
    const key = fc.tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 })
    );
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const seen = new SeenPoints();
        const plain = new Set<string>();
        for (const [offset, series, time] of keys) {
          const text = `${offset}/${series}/${time}`;
          expect(seen.add(offset, series, time)).toBe(!plain.has(text));
          plain.add(text);
        }
      })
    );
  });

  it('never forgets what is at or after the position, and forgets what lies well before it', () => {
    const offsets = fc.array(fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 ** 50 })));
    fc.assert(
      fc.property(offsets, fc.integer({ min: 0, max: 2000 }), (all, position) => {
        const seen = new SeenPoints();
        all.forEach((offset) => seen.add(offset, 0, 0));
        seen.forgetBefore(position);
        for (const offset of new Set(all)) {
          if (offset >= position) {
            expect(seen.add(offset, 0, 0)).toBe(false);
          } else if (offset < position - 64) {
            expect(seen.add(offset, 0, 0)).toBe(true);
          }
        }
      })
    );
  });
});
