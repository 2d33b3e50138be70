import fc from 'fast-check';
import { readEvidence } from './readEvidence';

describe('evidence', () => {
  it('is a line for each name, as deep as it goes, and the records that it was found in', () => {
    const offence = {
      time: '2026-01-01T00:00:00Z',
      partition: 'prices/0',
      offset: 7,
      value: 12,
      record: { price: 12 },
    };
    const said = { value: 12, bound: { high: 10 }, counts: [1, 2], offences: [offence, { offset: 8 }] };
    expect(readEvidence(JSON.stringify(said))).toEqual({
      lines: [
        ['value', '12'],
        ['bound.high', '10'],
        ['counts', '1, 2'],
      ],
      offences: [
        { time: '2026-01-01T00:00:00Z', place: 'prices/0 7', what: '12 · {"price":12}' },
        { time: undefined, place: '8', what: '' },
      ],
    });
    expect(readEvidence(JSON.stringify({ offences: [offence] })).lines).toEqual([]);
  });

  it('is one line where it is no JSON, and what it is where offences are no list of records', () => {
    expect(readEvidence('CPU = 99')).toEqual({ lines: [['', 'CPU = 99']], offences: [] });
    expect(readEvidence('{"offences":[1,2]}')).toEqual({ lines: [['offences', '1, 2']], offences: [] });
  });

  it('bears anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (evidence) => {
        const { lines, offences } = readEvidence(evidence);
        expect(lines.length).toBeLessThanOrEqual(40);
        expect(lines.flat().every((text) => typeof text === 'string')).toBe(true);
        expect(Array.isArray(offences)).toBe(true);
      })
    );
  });
});
