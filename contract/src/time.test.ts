import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp } from './time.js';

describe('timestamps', () => {
  it('keep their microseconds', () => {
    expect(parseTimestamp('2018-03-05T17:52:45.664600Z')).toBe(Date.UTC(2018, 2, 5, 17, 52, 45) * 1000 + 664_600);
    expect(formatTimestamp(1_520_272_365_664_600)).toBe('2018-03-05T17:52:45.664600Z');
  });

  it('agree with the calendar of the language on every day', () => {
    const date = fc.date({ min: new Date('1950-01-01'), max: new Date('2150-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.nat(999), (moment, micros) => {
        const time = moment.getTime() * 1000 + micros;
        expect(parseTimestamp(formatTimestamp(time))).toBe(time);
      }),
      { numRuns: 2000 }
    );
  });

  it.each([
    ['2018-03-05T17:52:45Z', 0],
    ['2018-03-05 17:52:45', 0],
    ['2018-03-05T19:52:45+02:00', 0],
    ['2018-03-05T17:52:45.5z', 500_000],
    ['2018-03-05T17:52:45.123456789Z', 123_456],
    ['2018-03-05T12:22:45.000001-0530', 1],
  ])('read %s', (text, micros) => {
    expect(parseTimestamp(text)).toBe(Date.UTC(2018, 2, 5, 17, 52, 45) * 1000 + micros);
  });

  it.each([
    '',
    'now',
    '2018-03-05',
    '2018-13-05T17:52:45.664600Z',
    '2018-03-05T25:52:45.664600Z',
    '2018-03-05T17:52:45.66460xZ',
    '1520272365',
  ])('refuse %j', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });
});
