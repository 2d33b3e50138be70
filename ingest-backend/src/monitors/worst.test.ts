import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_OFFENCES } from './offences.js';
import { Worst } from './worst.js';

it('keeps the furthest off in order, of equals the first, over restarts in between', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(30), fc.constant(NaN)), { maxLength: 80 }), fc.nat(80), (extents, at) => {
      let worst = new Worst();
      extents.forEach((extent, offset) => {
        if (offset === at) {
          worst = new Worst(JSON.parse(JSON.stringify(worst)) as ReturnType<Worst['toJSON']>);
        }
        worst.add(extent, () => ({ time: 0, partition: 'p', offset }));
      });
      const sorted = extents
        .map((extent, offset) => ({ extent, offset }))
        .filter(({ extent }) => !Number.isNaN(extent))
        .sort((a, b) => b.extent - a.extent || a.offset - b.offset);
      const kept = sorted.slice(0, MOST_OFFENCES).map(({ offset }) => offset);
      expect(worst.offences.map(({ offset }) => offset)).toEqual(kept);
    })
  );
});
