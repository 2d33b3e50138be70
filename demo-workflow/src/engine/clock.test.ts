import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.js';

describe('the system clock', () => {
  it('has microseconds, though the wall clock has milliseconds', () => {
    let precise = 10;
    const clock = systemClock(
      () => 1_600_000_000_000,
      () => precise
    );
    const first = clock.now();
    precise += 0.123;
    expect(first).toBe(1_600_000_000_000_000);
    expect(clock.now() - first).toBe(123);
  });

  it('never repeats a reading, nor goes back', () => {
    let wall = 5000;
    const clock = systemClock(
      () => wall,
      () => 1
    );
    const first = clock.now();
    wall = 1000;
    const second = clock.now();
    expect(second).toBeGreaterThan(first);
    expect(clock.now()).toBeGreaterThan(second);
  });

  it('follows the wall clock over a sleep of the machine', () => {
    let wall = 1_000_000;
    const clock = systemClock(
      () => wall,
      () => 7
    );
    clock.now();
    wall += 3_600_000;
    expect(clock.now()).toBe(wall * 1000);
  });
});
