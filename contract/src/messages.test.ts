import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MESSAGE_LEVELS, messageLevel } from './messages.js';

it('reads the level of an engine from the lowest of its bits, which is the worst', () => {
  expect([1, 2, 4, 8, 16, 32, 64, 128].map(messageLevel)).toEqual(MESSAGE_LEVELS.slice(0, 8));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.nat(), (bit, above) => {
      expect(messageLevel(2 ** bit + (above % 2 ** 20) * 2 ** (bit + 1))).toBe(MESSAGE_LEVELS[bit]);
    })
  );
});

it.each([0, -8, 256, 0.5, NaN, Infinity, 2 ** 40])('knows no level in %d', (bits) => {
  expect(messageLevel(bits)).toBe('unknown');
});
