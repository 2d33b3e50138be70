import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALERT_STATES, archiveRecord, MESSAGE_LEVELS, MESSAGE_METRIC, TEXT_TYPES } from '@pneumograph/contract';
import { RecordReader } from './reading.js';
import type { ArchiveItem } from './records.js';
import { toRecord } from './wire.js';

const text = fc.string({ unit: 'binary' });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const time = fc.integer({ min: 0, max: 4e15 });
const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const origin = { partition: fc.record({ key: text }), offset: fc.maxSafeNat() };
const series = fc
  .record({ workflow: text, model: text, engine: text, metric: text })
  .chain((names) =>
    fc
      .record({ slot: maybe(fc.nat(1e6)), monitor: maybe(text), feature: maybe(text) })
      .map((rest) => ({ ...names, ...rest }))
  );
const item: fc.Arbitrary<ArchiveItem> = fc.oneof(
  fc.record({ kind: fc.constant('point' as const), series, time, value, span: fc.nat(), ...origin }),
  fc.record({ kind: fc.constant('profile' as const), series, time, span: fc.nat(), content: fc.json(), ...origin }),
  fc.record({
    kind: fc.constant('state' as const),
    series: fc.record({ workflow: text, model: text, engine: text }).map((names) => {
      return { ...names, slot: undefined, metric: 'engine.status' };
    }),
    ...{ time, value: fc.nat(6), text, ...origin },
  }),
  fc.record({
    kind: fc.constant('message' as const),
    series: fc.record({ workflow: text, model: text, engine: text }).map((names) => {
      return { ...names, slot: undefined, metric: MESSAGE_METRIC };
    }),
    time,
    content: fc
      .record({
        type: fc.constantFrom(...TEXT_TYPES),
        level: fc.constantFrom(...MESSAGE_LEVELS),
        text,
        input: fc.json().map((json): unknown => JSON.parse(json)),
      })
      .map((content) => JSON.stringify(content)),
    ...origin,
  }),
  fc.record({
    kind: fc.constant('mapping' as const),
    ...{ time, engine: text, engineName: maybe(text), workflow: text, model: text, asset: maybe(text) },
  }),
  fc.record({
    ...{ kind: fc.constant('alert' as const), id: text, number: fc.integer({ min: 1 }), time, startsAt: time },
    state: fc.constantFrom(...ALERT_STATES),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    ...{ monitor: text, workflow: text, model: text, slot: maybe(fc.nat()), engine: text, feature: maybe(text) },
    ...{ name: text, text, value: maybe(value), evidence: maybe(fc.json()), ...origin },
    labels: maybe(fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true })),
    ...{ link: maybe(text), reason: maybe(text) },
  })
);

it('reads items that the same records are made of', () => {
  const reader = new RecordReader();
  fc.assert(
    fc.property(item, (original) => {
      const line = JSON.stringify(toRecord(original));
      archiveRecord.parse(JSON.parse(line));
      expect(JSON.stringify(toRecord(reader.readChecked(line)))).toBe(line);
    })
  );
});

it('says what is wrong with what is no record', () => {
  const reader = new RecordReader();
  expect(() => reader.readChecked('{"kind":"point"}')).toThrow(/time/);
  expect(() => reader.readChecked('{"kind":"weather"}')).toThrow(/kind/);
});
