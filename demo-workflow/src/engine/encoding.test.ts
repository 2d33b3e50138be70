import { describe, expect, it } from 'vitest';
import { csv, json } from './encoding.js';

describe('csv', () => {
  const encoding = csv(['date', 'open', 'note']);

  it('gives numbers as numbers and leaves dates as text', () => {
    expect(encoding.decode('2000-01-03,1469.25,n/a')).toEqual({ date: '2000-01-03', open: 1469.25, note: 'n/a' });
  });

  it.each(['', '2000-01-03', '2000-01-03,1469', '2000-01-03,1,2,3', '2000-01-03,1,"open'])(
    'does not decode %j',
    (line) => {
      expect(() => encoding.decode(line)).toThrow();
    }
  );

  it('gives back what it has written', () => {
    const record = { date: '2000-01-03', open: 1.5, note: 'a, "b"' };
    expect(encoding.decode(encoding.encode(record))).toEqual(record);
  });
});

describe('json', () => {
  it('does not decode half a record', () => {
    expect(() => json.decode('{"a":1')).toThrow();
  });
});
