import { describe, expect, it } from 'vitest';
import { Recent } from './recent.js';

describe('recent reports', () => {
  it('are found by tap, time and content until many others came', () => {
    const recent = new Recent();
    recent.add(1, 10, 5, 77);
    expect(recent.find(1, 10, 5)).toBe(77);
    expect([recent.find(2, 10, 5), recent.find(1, 11, 5), recent.find(1, 10, 6)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (let n = 0; n < 200; n++) {
      recent.add(2, n, n, n);
    }
    expect(recent.find(1, 10, 5)).toBeUndefined();
  });

  it('from before a restart are all kept until many others came, whenever their tap was asked for', () => {
    const recent = new Recent();
    const restore = (tap: number) => {
      for (let n = 0; n < 100; n++) {
        recent.restore(tap, n, n, n);
      }
    };
    const found = () => [3, 4, 5].flatMap((tap) => [0, 50, 99].map((n) => recent.find(tap, n, n)));
    for (const tap of [3, 4, 5]) {
      restore(tap);
      for (let n = 0; n < 20; n++) {
        recent.add(9, n, n, n);
      }
    }
    expect(found()).toEqual([0, 50, 99, 0, 50, 99, 0, 50, 99]);
    for (let n = 0; n < 200; n++) {
      recent.add(9, n, n, n);
    }
    expect(found()).toEqual(Array(9).fill(undefined));
  });
});
