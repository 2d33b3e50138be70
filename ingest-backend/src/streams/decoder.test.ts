import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bad } from './bad.js';
import { endsInQuotes, readHeader } from './csv.js';
import { Decoder, type Format } from './decoder.js';
import { readSchema } from './schema.js';

const TRADE = readSchema({
  type: 'record',
  name: 'Trade',
  fields: [
    { name: 'price', type: 'double' },
    { name: 'size', type: ['null', 'long'], default: null },
    { name: 'venue', type: 'string' },
    { name: 'open', type: 'boolean' },
  ],
});

function decoder(format: Partial<Format> & Pick<Format, 'encoding'>): Decoder {
  return new Decoder({ schema: undefined, ...format });
}

function badOf(value: unknown): string {
  return value instanceof Bad ? `${value.reason}: ${value.detail}` : `good: ${JSON.stringify(value)}`;
}

describe('JSON', () => {
  it('is read as what was written', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decoder({ encoding: 'json' }).decode(text)).toEqual(JSON.parse(text));
        expect(decoder({ encoding: 'json' }).decode(Buffer.from(text))).toEqual(JSON.parse(text));
      })
    );
  });

  it('that is none, or does not fit its schema, is told by place and expectation', () => {
    const read = (text: string | Buffer): string => badOf(decoder({ encoding: 'json', schema: TRADE }).decode(text));
    expect(read('{"price":')).toBe('json: record: expected JSON, found "{\\"price\\":"');
    expect(read('{"price":1,"size":null,"venue":7,"open":true}')).toBe('schema: venue: expected string, found 7');
    expect(read('{"price":1,"venue":"x","open":true,"size":"many"}')).toBe(
      'schema: size: expected null or long, found "many"'
    );
    expect(read('3')).toBe('schema: record: expected Trade, found 3');
    expect(read(Buffer.from([0x22, 0xff, 0x22]))).toBe('utf-8: record: expected UTF-8, found the bytes 22ff22');
  });
});

describe('Avro', () => {
  const trade = fc.record({
    price: fc.double({ noNaN: true }),
    size: fc.option(fc.integer()),
    venue: fc.string(),
    open: fc.boolean(),
  });
  const written = avro.Type.forSchema(TRADE.schema({ exportAttrs: true }));

  it('is read as what another writer of the schema wrote', () => {
    fc.assert(
      fc.property(trade, (record) => {
        const read = decoder({ encoding: 'avro-binary', schema: TRADE }).decode(written.toBuffer(record));
        expect({ ...(read as object) }).toEqual(record);
      })
    );
  });

  it('may have the five bytes of a schema registry before it', () => {
    const bytes = written.toBuffer({ price: 2, size: null, venue: 'x', open: true });
    const framed = decoder({ encoding: 'avro-binary', schema: TRADE, wireFormat: 'confluent' });
    expect(framed.decode(Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), bytes]))).toMatchObject({ price: 2 });
    expect(badOf(framed.decode(Buffer.concat([Buffer.from([1]), bytes])))).toMatch(
      /^wire-format: record: expected 0 and/
    );
    expect(badOf(framed.decode(Buffer.alloc(0)))).toMatch(/^wire-format: .* found nothing$/);
  });

  it('that ends too early or goes on after its end is bad, whatever its bytes', () => {
    const bytes = written.toBuffer({ price: 2, size: 3, venue: 'xyz', open: true });
    const read = (content: Buffer): string =>
      badOf(decoder({ encoding: 'avro-binary', schema: TRADE }).decode(content));
    expect(read(bytes.subarray(0, -2))).toMatch(/^avro: record: expected Avro of its schema, found the bytes /);
    expect(read(Buffer.concat([bytes, Buffer.from([1])]))).toMatch(/^avro: /);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (rubbish) => {
        decoder({ encoding: 'avro-binary', schema: TRADE }).decode(Buffer.from(rubbish));
      })
    );
  });
});

describe('CSV', () => {
  it('has numbers where the text is one, texts elsewhere, and nothing where it is empty', () => {
    const rows = decoder({ encoding: 'csv', columns: ['a', 'b', 'c', 'd'] });
    expect(rows.decode('1.5,x,,007')).toEqual({ a: 1.5, b: 'x', c: null, d: '007' });
    expect(rows.decode('"1, 2","say ""hi""",-3e2,9007199254740993')).toEqual({
      a: '1, 2',
      b: 'say "hi"',
      c: -300,
      d: '9007199254740993',
    });
  });

  it('is what its schema says where there is one', () => {
    const rows = decoder({ encoding: 'csv', schema: TRADE });
    expect(rows.decode('+1.50,,007,TRUE')).toEqual({ price: 1.5, size: null, venue: '007', open: true });
    expect(badOf(rows.decode('high,,x,true'))).toBe('schema: price: expected double, found "high"');
    expect(badOf(rows.decode('1,2,x'))).toBe('columns: row: expected 4 columns, found 3');
  });

  it('keeps texts of any kind, also those with commas, quotes and line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (texts) => {
        const columns = texts.map((_text, index) => `c${index}`);
        const schema = readSchema({
          type: 'record',
          name: 'Row',
          fields: columns.map((name) => ({ name, type: 'string' })),
        });
        const row = texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        const read = decoder({ encoding: 'csv', schema }).decode(row);
        expect(Object.values(read as object)).toEqual(texts);
      })
    );
  });

  it('goes on in the next line while a quote is open, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '"', ',', '\n'), { maxLength: 12 }), (letters) => {
        const row = `x,"${letters.join('').replaceAll('"', '""')}"`;
        let open = false;
        const ends = row.split('\n').map((line) => (open = endsInQuotes(line, open)));
        expect(ends.at(-1)).toBe(false);
        expect(ends.slice(0, -1)).not.toContain(false);
      })
    );
  });

  it('has a header whose columns can be told apart', () => {
    expect(readHeader('a,"b, c"')).toEqual(['a', 'b, c']);
    expect(() => readHeader('a,b,a')).toThrow('header line: expected each column once, found "a" twice');
  });
});

describe('text', () => {
  it('is the record itself', () => {
    expect(decoder({ encoding: 'utf-8' }).decode(Buffer.from('grüß'))).toBe('grüß');
  });
});

describe('times in records', () => {
  it('are ISO 8601, seconds or milliseconds', () => {
    const read = decoder({ encoding: 'json', time: 'meta.at' });
    const at = Date.UTC(2026, 0, 2);
    for (const said of ['2026-01-02T00:00:00Z', at / 1000, at]) {
      expect(read.timeOf({ meta: { at: said } })).toBe(at);
    }
    expect(badOf(read.timeOf({ meta: 5 }))).toMatch(/^time: meta.at: expected ISO 8601, .* found nothing$/);
    expect(badOf(read.timeOf(null))).toMatch(/^time: /);
  });
});
