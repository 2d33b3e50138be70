import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldOf, pathOf } from './field.js';

describe('a field', () => {
  it('is found by its path, whatever else the record holds', () => {
    const record = { price: 1, address: { city: 'Ulm' }, none: null, list: [1, 2] };
    const at = (path: string): unknown => fieldOf(record, pathOf(path));
    expect([at('price'), at('address.city'), at('none'), at('list.1'), at('address')]).toEqual([
      1,
      'Ulm',
      null,
      2,
      { city: 'Ulm' },
    ]);
    expect([at('absent'), at('price.inner'), at('none.inner'), at('absent.inner')]).toEqual(Array(4).fill(undefined));
    expect(fieldOf(7, [])).toBe(7);
  });

  it('is what the record itself has, never what all objects or lists have', () => {
    const paths = [
      'constructor',
      'toString',
      '__proto__',
      'constructor.name',
      '__proto__.constructor.name',
      'list.map',
    ];
    for (const path of paths) {
      expect(fieldOf({ list: [] }, pathOf(path)), path).toBeUndefined();
    }
    expect(fieldOf(JSON.parse('{"__proto__": {"a": 1}, "toString": 2}'), ['__proto__', 'a'])).toBe(1);
    expect(fieldOf(JSON.parse('{"toString": 2}'), ['toString'])).toBe(2);
  });

  it('of any JSON is the value at its key', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (record, key) => {
        expect(fieldOf(record, [key])).toBe(Object.hasOwn(record, key) ? record[key] : undefined);
      })
    );
  });
});
