import { describe, expect, it } from 'vitest';
import { parseConfiguration, type ConfigurationError } from './index.js';

function parse(streams: readonly unknown[]) {
  return parseConfiguration(JSON.stringify({ streams }), 'p.yaml').streams;
}

function problemsOf(...streams: readonly unknown[]): readonly string[] {
  try {
    parse(streams);
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
  return [];
}

const KAFKA = { model: 'lstm', slot: 0, kind: 'kafka', brokers: ['b:9092'], topic: 'prices', encoding: 'json' };
const FILE = { model: 'lstm', slot: 0, kind: 'file', path: 'prices.ndjson', encoding: 'json' };
const HTTP = { model: 'lstm', slot: 0, kind: 'http', encoding: 'json' };
const DESCRIPTOR = {
  Envelope: null,
  Transport: { Type: 'kafka', Topic: 'prices', BootstrapServers: ['b:9092'] },
  Encoding: 'json',
};

describe('streams of the configuration', () => {
  it('are of the kinds of sources, at one slot each', () => {
    expect(parse([KAFKA, { ...FILE, slot: 1, workflow: 'w' }, { ...HTTP, slot: 2 }])).toMatchObject([
      { kind: 'kafka', workflow: '', clientId: 'pneumograph', tls: false },
      { kind: 'file', workflow: 'w', follow: false },
      { kind: 'http' },
    ]);
  });

  it('can be said by a descriptor, inline or in a file', () => {
    const described = { model: 'lstm', slot: 0, descriptor: DESCRIPTOR, groupId: 'g' };
    expect(parse([described])).toMatchObject([{ descriptor: { Transport: { Topic: 'prices' } }, groupId: 'g' }]);
    expect(parse([{ model: 'lstm', slot: 0, descriptor: 'prices.json' }])).toMatchObject([
      { descriptor: 'prices.json' },
    ]);
    const rest = { ...DESCRIPTOR, Transport: 'REST', Envelope: 'delimited' };
    expect(parse([{ ...described, descriptor: rest }])).toMatchObject([
      { descriptor: { Transport: { Type: 'REST' } } },
    ]);
  });

  it.each<[unknown, string]>([
    [{ ...KAFKA, kind: 'mqtt' }, 'p.yaml:1: streams[0].kind: expected one of kafka, file, http'],
    [{ model: 'lstm', slot: 0 }, 'streams[0].descriptor: expected'],
    [{ ...KAFKA, brokers: undefined }, 'streams[0].brokers: expected array, found nothing'],
    [{ ...KAFKA, path: 'x' }, 'streams[0].path: expected a known key, found an unknown one'],
    [{ ...KAFKA, slot: -1 }, 'streams[0].slot: expected number to be >=0, found -1'],
    [
      { ...KAFKA, encoding: 'xml' },
      'streams[0].encoding: expected one of "json"|"utf-8"|"csv"|"avro-binary", found "xml"',
    ],
    [
      { ...KAFKA, encoding: 'csv' },
      'streams[0].columns: expected the names of the columns, since a message has no header',
    ],
    [{ ...KAFKA, columns: ['a'] }, 'streams[0].columns: expected columns for encoding csv alone (this is json)'],
    [{ ...HTTP, encoding: 'avro-binary' }, 'streams[0].schema: expected an Avro schema, or the path of a file'],
    [
      { ...HTTP, wireFormat: 'confluent' },
      'streams[0].wireFormat: expected a wire format for encoding avro-binary alone',
    ],
    [
      { ...FILE, encoding: 'avro-binary' },
      'streams[0].encoding: expected one of json, utf-8, csv: a file is read line by',
    ],
    [{ model: 'm', slot: 0, descriptor: { ...DESCRIPTOR, Transport: { Type: 'UDP' } } }, 'streams[0].descriptor'],
  ])('are refused by key and expectation: %j', (stream, expected) => {
    expect(problemsOf(stream).join('\n')).toContain(expected);
  });

  it('are refused where two are at one slot, or share a group', () => {
    expect(problemsOf(KAFKA, { ...HTTP })).toEqual([
      expect.stringContaining('streams[1].slot: expected one stream for each workflow, model and slot'),
    ]);
    expect(problemsOf({ ...KAFKA, groupId: 'g' }, { ...KAFKA, slot: 1, groupId: 'g' })).toEqual([
      expect.stringContaining('streams[1].groupId: expected a groupId of its own for each stream'),
    ]);
  });
});
