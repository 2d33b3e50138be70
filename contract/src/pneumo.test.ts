import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  archiveRecord,
  bucketWidth,
  dottedName,
  findMetric,
  parseDottedName,
  pneumoMessage,
  queryRequest,
} from './index.js';

const samples = readFileSync(new URL('../samples/messages.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('Pneumo messages', () => {
  it.each(samples)('fit their schema: %s', (line) => {
    expect(pneumoMessage.safeParse(JSON.parse(line)).error?.issues).toBeUndefined();
  });

  it('of every type are among the samples', () => {
    const types = new Set(samples.map((line) => (JSON.parse(line) as { type: string }).type));
    expect([...types].sort()).toEqual(pneumoMessage.options.map((option) => [...option.shape.type.values][0]).sort());
  });

  it('keep fields that engines of other versions add', () => {
    const message = { ...(JSON.parse(samples[0] as string) as object), zone: 'eu' };
    expect(pneumoMessage.parse(message)).toEqual(message);
  });
});

describe('dotted names', () => {
  it.each([
    ['lstm', 0, 'rps', 'lstm.0.rps'],
    ['a.1.b', 12, 'record.rejected.by.schema.count', 'a.1.b.12.record.rejected.by.schema.count'],
    ['name with "quotes"\nand lines', undefined, 'memory', 'name with "quotes"\nand lines.memory'],
  ])('of %j, %s, %s are read back', (model, slot, metric, text) => {
    expect(dottedName(model, slot, metric)).toBe(text);
    const { slot: none, ...rest } = { model, slot, metric: findMetric(metric) };
    expect(parseDottedName(text)).toEqual(none === undefined ? rest : { ...rest, slot: none });
  });

  it.each(['rps', 'record.count', 'lstm.rps', 'lstm.x.rps', '.memory', 'nothing', ''])('%j is none', (text) => {
    expect(parseDottedName(text)).toBeUndefined();
  });
});

describe('buckets', () => {
  it.each([
    [3_600_000, 1000, 1000, 5000],
    [3_600_000, 3600, 1000, 1000],
    [50_000, 1000, 0, 100],
    [3_600_000, 1000, 70_000, 120_000],
    [30 * 86_400_000, 1000, 0, 3_600_000],
    [3650 * 86_400_000, 100, 0, 37 * 86_400_000],
  ])('of %d ms in at most %d points, at least %d ms each, are %d ms wide', (range, points, interval, width) => {
    expect(bucketWidth(0, range, points, interval)).toBe(width);
  });
});

describe('requests and records', () => {
  it('take times as numbers and as ISO 8601', () => {
    const body = { from: '2018-03-05T17:52:45.000Z', to: 1_520_275_965_000, queries: [] };
    expect(queryRequest.parse(body)).toMatchObject({ from: 1_520_272_365_000, to: 1_520_275_965_000 });
    expect(queryRequest.safeParse({ ...body, to: 5 }).success).toBe(false);
  });

  it('are tagged-doubles', () => {
    const record = { kind: 'point', time: '2018-03-05T17:52:45.664600Z', workflow: 'w', model: 'lstm', slot: 0 };
    const rest = { engine: 'e', metric: 'rps', value: 71.6, span: 1.396, name: 'lstm.0.rps' };
    expect(archiveRecord.parse({ ...record, ...rest })).toEqual({ ...record, ...rest });
    expect(archiveRecord.safeParse({ ...record, ...rest, time: '2018-03-05' }).success).toBe(false);
  });
});
