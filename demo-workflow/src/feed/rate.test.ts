import { describe, expect, it } from 'vitest';
import { rateAt } from './rate.js';

describe('the rate of the feed', () => {
  const hour = Array.from({ length: 36_000 }, (_, index) => rateAt(60, index / 10));

  it('has the mean that was asked for', () => {
    expect(hour.reduce((sum, rate) => sum + rate / hour.length, 0)).toBeCloseTo(60, 0);
  });

  it('ebbs, flows and bursts, but never stops', () => {
    expect(Math.min(...hour)).toBeGreaterThan(20);
    expect(Math.max(...hour)).toBeGreaterThan(180);
  });
});
