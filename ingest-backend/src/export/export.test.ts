import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertChange, ArchiveItem, Point } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import { exportText, pages, type ExportQuestion } from './index.js';

const ALL = { workflow: undefined, models: [], slots: [], engines: [] };
const partition = { key: 'kafka/notify/0' };

let store: DuckDbStore;
let offset: number;
beforeEach(async () => {
  offset = 0;
  store = new DuckDbStore({ path: ':memory:' });
  await store.open();
});
afterEach(() => store.close());

const point = (time: number, model = 'm', workflow = 'w', metric = 'rps'): Point => ({
  kind: 'point',
  series: { workflow, model, slot: 0, engine: 'e', metric },
  ...{ time, value: offset, span: 1, partition, offset: offset++ },
});
const write = (items: ArchiveItem[]) => store.write({ items, positions: new Map() });

async function text(question: ExportQuestion): Promise<string> {
  let all = '';
  for await (const piece of exportText(store, question)) {
    all += piece;
  }
  return all;
}

const points = (format: 'ndjson' | 'csv', changes: object = {}): ExportQuestion => ({
  what: 'points',
  format,
  question: { ...ALL, metrics: [], from: 0, to: 4e15, ...changes },
});

const rows = (ndjson: string) =>
  ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('pages', () => {
  it('hold every point of the range once, in the order of time, however they lie in it', async () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3e15 }));
    const size = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(time, { maxLength: 60 }), size, time, time, async (times, page, a, b) => {
        const one = new DuckDbStore({ path: ':memory:' });
        await one.open();
        await one.write({ items: times.map((at) => point(at)), positions: new Map() });
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const found: Point[] = [];
        for await (const some of pages(one, { ...ALL, metrics: [], from, to }, page)) {
          found.push(...some);
        }
        const expected = times.filter((at) => at >= from && at < to).sort((x, y) => x - y);
        expect(found.map((each) => each.time)).toEqual(expected);
        expect(new Set(found.map((each) => each.offset)).size).toBe(expected.length);
        await one.close();
      }),
      { numRuns: 25 }
    );
  });
});

describe('an export', () => {
  it('of points has the records of the archive stream, those of Pneumograph itself only where it is named', async () => {
    await write([point(1e15), point(1e15 + 1, 'other'), point(1e15 + 2, 'store', 'pneumograph', 'self.late.count')]);
    expect(rows(await text(points('ndjson')))).toEqual([
      expect.objectContaining({ kind: 'point', model: 'm', value: 0, span: 1, name: 'm.0.rps', origin: 'kafka/notify/0@0' }),
      expect.objectContaining({ model: 'other', time: '2001-09-09T01:46:40.000001Z' }),
    ]);
    expect(rows(await text(points('ndjson', { workflow: 'pneumograph' })))).toHaveLength(1);
    expect(rows(await text(points('ndjson', { models: ['other'] })))).toHaveLength(1);
    expect(rows(await text(points('ndjson', { metrics: ['memory'] })))).toHaveLength(0);
    expect(rows(await text(points('ndjson', { metrics: ['rps'], from: 1e15 + 1 })))).toHaveLength(1);
  });

  it('as CSV is read again as it was, with any names', async () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !/\0/.test(value));
    await fc.assert(
      fc.asyncProperty(name, async (model) => {
        await write([point(1e15, model)]);
        const csv = parse<Record<string, string>>(await text(points('csv', { models: [model] })), { columns: true });
        expect(csv.at(-1)).toMatchObject({ model, metric: 'rps', slot: '0', monitor: '', time: '2001-09-09T01:46:40.000000Z' });
      }),
      { numRuns: 30 }
    );
    expect(await text(points('csv', { models: ['nobody'] }))).toMatch(/^time,workflow,model,[^\n]*origin\r\n$/);
  });

  it('of alerts has each once, newest first, however many there are', async () => {
    const alert = (index: number, startsAt: number): AlertChange => ({
      ...{ kind: 'alert', id: `a${index}`, time: startsAt, startsAt, state: 'firing', severity: 'warning' },
      ...{ monitor: 'drift', workflow: 'w', model: 'm', slot: 1, engine: '', feature: 'price', name: 'Drift' },
      ...{ text: 'a, "quoted" text', value: 1, evidence: '{"p":0.01}', partition, offset: offset++ },
    });
    // More than a page of them began at one moment.
    const all = Array.from({ length: 2500 }, (_, index) => alert(index, 1e15 + (index < 1200 ? 5 : index)));
    await write(all);
    const question = { ...ALL, from: -Infinity, to: Infinity, states: [], severities: [] };
    const told = rows(await text({ what: 'alerts', format: 'ndjson', question }));
    expect(told.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    const begins = told.map(({ startsAt }) => String(startsAt));
    expect(begins).toEqual([...begins].sort().reverse());
    const [first] = parse<Record<string, string>>(await text({ what: 'alerts', format: 'csv', question }), { columns: true });
    expect(first).toMatchObject({ text: 'a, "quoted" text', evidence: '{"p":0.01}', endsAt: '' });
  });
});
