import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineState, log, messageLevel, modelConsole, modelError, sensorReport } from '@pneumograph/contract';
import { decode, decodeText, isText, Rejection, Skipped, type Message } from './index.js';

const NOW = Date.UTC(2026, 0, 1) * 1000;
const REPORT = {
  type: 'sensor-report',
  timestamp: '2018-03-05T17:52:45.664600Z',
  tap: 'manifold.0.records.rejected.by.schema',
  src: '05964876-aa92-4a93-b040-faa6abb817f3',
  id: 7,
  delta_time: 1.396,
  data: 5,
};

describe('decode', () => {
  it('reads the report of the tutorial', () => {
    expect(decode(REPORT, NOW)).toEqual({
      type: 'sensor-report',
      src: REPORT.src,
      sensor: 7,
      time: Date.UTC(2018, 2, 5, 17, 52, 45) * 1000 + 664_600,
      tap: expect.objectContaining({ metric: 'record.rejected.by.schema.count', slot: 0, kind: 'count' }),
      delta: 1.396,
      data: 5,
    });
  });

  it('accepts deltaTime, no delta_time, and arrays', () => {
    const { delta_time: _, ...rest } = REPORT;
    expect(decode({ ...rest, deltaTime: 2 }, NOW)).toMatchObject({ delta: 2 });
    expect(decode({ ...rest, delta_time: null, data: [1, 2] }, NOW)).toMatchObject({ delta: undefined, data: [1, 2] });
  });

  it.each([
    ['{"type":"sensor-report"', 'malformed-json'],
    ['{"data": NaN}', 'malformed-json'],
    ['[1]', 'not-an-object'],
    ['{}', 'type'],
    [JSON.stringify({ ...REPORT, src: 5 }), 'src'],
    [JSON.stringify({ ...REPORT, timestamp: 'yesterday' }), 'timestamp'],
    [JSON.stringify({ ...REPORT, timestamp: '1970-01-01T00:00:00.000000Z' }), 'timestamp-too-old'],
    [JSON.stringify({ ...REPORT, timestamp: '2027-01-01T00:00:00.000000Z' }), 'timestamp-in-future'],
    [JSON.stringify({ ...REPORT, tap: null }), 'tap'],
    [JSON.stringify({ ...REPORT, delta_time: -1 }), 'delta_time'],
    [JSON.stringify({ ...REPORT, data: 'five' }), 'data'],
    [JSON.stringify({ ...REPORT, data: -5 }), 'data'],
    [JSON.stringify({ ...REPORT, data: [1, null] }), 'data'],
    [JSON.stringify(REPORT).replace('"data":5', '"data":1e400'), 'data'],
    ['{"type":"engine-state","src":"e","timestamp":"2018-03-05T17:52:14.367253Z","state":"happy"}', 'state'],
  ])('rejects %s as %s, and says what was expected', (text, code) => {
    const rejection = decodeText(text, NOW) as Rejection;
    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection.code).toBe(code);
    expect(rejection.reason).toMatch(/expected .*found/s);
  });

  it('skips other types, known or not, and texts that nobody wrote at any time', () => {
    expect(decodeText('{"type":"log","level":8,"text":"x"}', NOW)).toEqual(new Skipped('log'));
    expect(decodeText('{"type":"brand-new"}', NOW)).toEqual(new Skipped('brand-new'));
    // JSON can tell a number that is none.
    const text = '{"type":"log","level":1e999,"text":"x","src":"e1","timestamp":"2018-03-05T17:52:45.664600Z"}';
    expect(decodeText(text, NOW)).toEqual(new Skipped('log'));
  });

  const written = { src: 'e1', timestamp: '2018-03-05T17:52:45.664600Z' };
  const input = { slot: 0, seqno: 12, data: [{ price: 'five' }], batch_len: 1, encoding: 'json' };
  const TIME = 1520272365664600;

  it.each([
    [
      { type: 'log', level: 8, text: 'Full' },
      { level: 'error', text: 'Full', input: undefined },
    ],
    [
      { type: 'log', level: 48, text: '' },
      { level: 'warning', text: '' },
    ],
    [
      { type: 'model-console', text: 'hello' },
      { level: 'info', text: 'hello', input: undefined },
    ],
    [
      { type: 'model-error', console: 'Traceback', input },
      { level: 'error', text: 'Traceback', input },
    ],
    [
      { type: 'model-error', console: null, input: null },
      { level: 'error', text: '', input: undefined },
    ],
  ])('reads what is written for people: %j', (fields, read) => {
    const message = decode({ ...written, ...fields }, NOW);
    expect(message).toMatchObject({ type: fields.type, src: 'e1', time: TIME, ...read });
    expect(isText(message as Message)).toBe(true);
  });

  it('bounds what is written, between two characters', () => {
    const text = `a${'🫁'.repeat(20_000)}`;
    const data = Array.from({ length: 5000 }, (_, index) => index);
    const found = decode({ ...written, type: 'model-error', console: text, input: { ...input, data } }, NOW);
    const { text: kept, input: told } = found as { text: string; input: string };
    expect(kept).toHaveLength(16_384);
    expect(kept).toBe(`${text.slice(0, 16_383)}…`);
    expect(decode({ ...written, type: 'model-console', text: text.slice(1) }, NOW)).toMatchObject({
      text: `${'🫁'.repeat(8_191)}…`,
    });
    expect(told).toHaveLength(4_096);
    expect(told).toMatch(/^\{"slot":0,"seqno":12,"data":\[0,1,.*…$/);
  });

  it('keeps the texts that the schemas of the contract take, and rejects none', () => {
    const junk = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.nat()), fc.object());
    const sometimes = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: junk });
    const message = fc.record({
      type: fc.constantFrom('log', 'model-console', 'model-error'),
      timestamp: sometimes(fc.constant(written.timestamp)),
      src: sometimes(fc.uuid()),
      level: sometimes(fc.nat(255)),
      text: sometimes(fc.string({ unit: 'binary' })),
      console: sometimes(fc.option(fc.string())),
      input: fc.option(fc.constant(input)),
    });
    const schemas = { log, 'model-console': modelConsole, 'model-error': modelError };
    fc.assert(
      fc.property(message, (value) => {
        const read = decode(value, NOW);
        expect(read).not.toBeInstanceOf(Rejection);
        if (schemas[value.type as 'log'].safeParse(value).success) {
          const level = value.type === 'log' ? messageLevel(value.level as number) : undefined;
          expect(read).toMatchObject({ src: value.src, time: TIME, ...(level === undefined ? {} : { level }) });
        } else {
          expect(read).toEqual(new Skipped(value.type));
        }
      }),
      { numRuns: 2000 }
    );
  });

  it('takes what the schemas of the contract take, and refuses what they refuse', () => {
    const junk = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(fc.nat()), fc.object());
    const sometimes = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: junk });
    const report = fc.record({
      type: fc.constantFrom('sensor-report', 'engine-state'),
      timestamp: sometimes(fc.constant('2018-03-05T17:52:45.664600Z')),
      src: sometimes(fc.uuid()),
      tap: sometimes(fc.constantFrom('manifold.0.records.count', 'sys.memory')),
      delta_time: sometimes(fc.double({ min: 0, max: 10, noNaN: true })),
      data: sometimes(fc.oneof(fc.nat(), fc.array(fc.nat()))),
      state: sometimes(fc.constantFrom('running', 'ERROR')),
    });
    fc.assert(
      fc.property(report, (value) => {
        const taken = !(decode(value, NOW) instanceof Rejection);
        const schema = value.type === 'sensor-report' ? sensorReport : engineState;
        const fits = schema.safeParse(value).success;
        // The decoder asks more: finite numbers where the tap has a metric.
        expect(taken && !fits).toBe(false);
        if (fits && value.type === 'engine-state') {
          expect(taken).toBe(true);
        }
      }),
      { numRuns: 2000 }
    );
  });
});
