import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { json } from './encoding.js';
import { Manifold } from './manifold.js';
import { input, output } from './model.js';

const schema = z.strictObject({ value: z.number() });
const slots = [0, 2].map((slot) => input({ slot, schemaName: 'v', schema, encoding: json, action: () => [] }));
slots.push(output({ slot: 3, schemaName: 'v', schema, encoding: json }));

const arrival = fc.record({
  slot: fc.constantFrom(0, 2),
  line: fc.oneof(
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ kind: 'good', text: JSON.stringify({ value }) })),
    fc.string().map((value) => ({ kind: 'schema', text: JSON.stringify({ value }) })),
    fc.string().map((text) => ({ kind: 'encoding', text: `}${text}` }))
  ),
});

describe('the manifold', () => {
  it('counts what really comes in: passed, rejected by schema and rejected by encoding', () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
        const manifold = new Manifold(slots);
        for (const { slot, line } of arrivals) {
          const taken = manifold.consume(slot, line.text);
          expect(taken?.datum).toEqual(line.kind === 'good' ? JSON.parse(line.text) : undefined);
        }
        for (const slot of [0, 2]) {
          const came = arrivals.filter((one) => one.slot === slot).map(({ line }) => line);
          const good = came.filter(({ kind }) => kind === 'good');
          expect(manifold.counts(slot)).toEqual({
            count: good.length,
            size: good.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
            rejectedBySchema: came.filter(({ kind }) => kind === 'schema').length,
            rejectedByEncoding: came.filter(({ kind }) => kind === 'encoding').length,
          });
        }
      })
    );
  });

  it('counts bytes, not characters', () => {
    const text = z.string();
    const manifold = new Manifold([
      input({ slot: 0, schemaName: 't', schema: text, encoding: json, action: () => [] }),
    ]);
    manifold.consume(0, '"é€"');
    expect(manifold.counts(0).size).toBe(7);
  });

  it('checks what goes out as well', () => {
    const rejects: string[] = [];
    const manifold = new Manifold(slots, { onReject: (slot, by, reason) => rejects.push(`${slot} ${by} ${reason}`) });
    expect(manifold.produce(3, { value: 1 })).toBe('{"value":1}');
    expect(manifold.produce(3, { value: 'one' })).toBeUndefined();
    expect(manifold.counts(3)).toMatchObject({ count: 1, size: 11, rejectedBySchema: 1 });
    expect(rejects).toEqual([expect.stringMatching(/^3 schema value: /)]);
  });

  it('knows no slots but those of the model', () => {
    expect(() => new Manifold(slots).consume(4, '{}')).toThrow('no slot 4');
  });
});
