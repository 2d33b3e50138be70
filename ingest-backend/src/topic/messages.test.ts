import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, workflowOf, type ArchiveItem } from '../archive/index.js';
import { isNotice, messagesOf, Places, presenceMessages, presencesOf, readMessage, type Notice } from './messages.js';

const COUNT = 7;
const name = fc.string({ unit: 'grapheme', maxLength: 12 });
const time = fc.integer({ min: 0, max: 4e15 });
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (Object.is(one, -0) ? 0 : one));
const origin = { partition: name.map((key) => ({ key })), offset: fc.nat(2 ** 40) };
const series = fc.record({ workflow: name, model: name, slot: fc.nat(9), engine: name, metric: name });
const items: fc.Arbitrary<ArchiveItem> = fc.oneof(
  fc.record({
    kind: fc.constant('point' as const),
    series,
    time,
    value,
    span: fc.double({ min: 0, max: 1e6, noNaN: true }),
    ...origin,
  }),
  fc.record({
    ...{ kind: fc.constant('state' as const), time, value: fc.nat(6), text: name, ...origin },
    series: fc.record({ workflow: name, model: name, engine: name }).map((one) => ({
      ...{ ...one, slot: undefined, metric: 'engine.status' },
    })),
  }),
  fc.record({
    ...{ kind: fc.constant('mapping' as const), time, engine: name, workflow: name, model: name },
    ...{ engineName: fc.option(name, { nil: undefined }), asset: fc.option(name, { nil: undefined }) },
  })
);
const presence = fc.record({ from: time, first: time, to: time, rest: time });

const reader = new RecordReader();
const places = new Places(COUNT);

describe('messages of the archive topic', () => {
  it('bring items as they are, to the last bit, in their order', () => {
    fc.assert(
      fc.property(fc.array(items), (told) => {
        const read = messagesOf(told, places).map(({ value: text }) => readMessage(text as string, reader));
        expect(read).toEqual(told);
      })
    );
  });

  it('of one workflow are in one partition, mappings in that of engines that nobody knows', () => {
    fc.assert(
      fc.property(fc.array(items), (told) => {
        for (const [index, { partition }] of messagesOf(told, places).entries()) {
          const item = told[index] as ArchiveItem;
          expect(partition).toBe(places.of(item.kind === 'mapping' ? '' : workflowOf(item)));
          expect(partition).toBeLessThan(COUNT);
        }
      })
    );
  });

  it('bring what was heard of engines, that of each engine in one partition', () => {
    const heards = fc.uniqueArray(fc.tuple(name, fc.array(presence, { minLength: 1 })), { selector: ([one]) => one });
    fc.assert(
      fc.property(heards, (heard) => {
        const read = presenceMessages(new Map(heard), places).flatMap(({ partition, value: text }) => {
          const found = readMessage(text as string, reader) as Notice & { kind: 'presence' };
          expect(isNotice(found)).toBe(true);
          return presencesOf(found).map(([engine, stretches]) => {
            expect(places.of(engine)).toBe(partition);
            return [engine, stretches] as const;
          });
        });
        expect(new Map(read)).toEqual(new Map(heard));
      })
    );
  });

  it.each([['no JSON'], ['null'], ['[]'], ['{"kind":"other"}'], ['{"kind":"point","time":"now"}']])(
    'are refused where they are %s',
    (text) => {
      expect(() => readMessage(text, reader)).toThrow();
    }
  );
});
