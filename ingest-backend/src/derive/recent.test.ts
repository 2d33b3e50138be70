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

  it('from before a restart are all kept, however many there are', () => {
    const recent = new Recent();
    for (let n = 0; n < 1000; n++) {
      recent.restore(3, n, n, n);
    }
    recent.add(3, 5000, 1, 1);
    expect([0, 500, 999].map((n) => recent.find(3, n, n))).toEqual([0, 500, 999]);
  });
});
