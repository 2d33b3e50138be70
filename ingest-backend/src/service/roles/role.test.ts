import { describe, expect, it } from 'vitest';
import { parseConfiguration, type ConfigurationError } from '../../config/index.js';
import { checkShared, isShared, isWhole, ROLES, WHOLE, type Role } from './role.js';

const INFLUX = { kind: 'influxdb', url: 'http://127.0.0.1:8086', org: 'o', bucket: 'b', token: 't' };
const KAFKA = { brokers: ['kafka:9092'] };
const RIGHT = { archive: KAFKA, store: INFLUX, sources: [{ kind: 'kafka', ...KAFKA }] };

function problems(config: object, roles: readonly Role[]): readonly string[] {
  try {
    checkShared(parseConfiguration(JSON.stringify(config), 'p.yaml', {}), roles);
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
}

describe('the roles of a process', () => {
  it('are all of the work, a part of it, or a copy of a topic alone', () => {
    expect([isWhole(WHOLE), isShared(WHOLE)]).toEqual([true, false]);
    expect([isWhole(ROLES), isShared(ROLES)]).toEqual([true, false]);
    expect([isWhole(['rekey']), isShared(['rekey'])]).toEqual([false, false]);
    for (const role of WHOLE) {
      expect([isWhole(['rekey', role]), isShared(['rekey', role])]).toEqual([false, true]);
    }
  });

  it('share the work by a topic and a store that all can reach', () => {
    for (const role of WHOLE) {
      expect(problems(RIGHT, [role])).toEqual([]);
      expect(problems({ sources: RIGHT.sources }, [role])).toEqual([
        `role ${role}: archive: expected the brokers of the topic by which processes share the work, found nothing; ` +
          'one process that does all of it has the roles derive,archive,monitor,query, or is started without --roles',
        `role ${role}: store.kind: expected influxdb, which all processes can reach, found "duckdb"`,
      ]);
    }
  });

  it('read what others can go on reading', () => {
    const stream = { model: 'm', slot: 0, encoding: 'json' };
    const config = {
      ...RIGHT,
      sources: [{ kind: 'http' }],
      streams: [
        { ...stream, kind: 'http' },
        { ...stream, slot: 1, descriptor: { Transport: 'REST', Encoding: 'json' }, encoding: undefined },
      ],
    };
    expect(problems(config, ['derive', 'query'])).toEqual([
      'role derive,query: sources[0].kind: expected kafka, whose groups share what comes, found "http"',
    ]);
    expect(problems(config, ['monitor'])).toEqual([
      'role monitor: streams[0].kind: expected kafka, which whoever takes a share over can read, found "http"',
      'role monitor: streams[1].kind: expected kafka, which whoever takes a share over can read, found "REST"',
    ]);
    expect(problems(config, ['query'])).toEqual([]);
  });

  it('do not write to the topic that they read', () => {
    const sinks = [
      { kind: 'kafka', ...KAFKA, topic: 'other' },
      { kind: 'kafka', ...KAFKA },
    ];
    expect(problems({ ...RIGHT, sinks }, ['archive'])).toEqual([
      'role archive: sinks[1].topic: expected another topic than archive.topic, found "archive": what it writes would be ' +
        'read as if it had been derived',
    ]);
  });
});
