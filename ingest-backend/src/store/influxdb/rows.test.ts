import { chunksToLinesIterable, linesToRowsIterable } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nanos, parseTime } from './line.js';
import { readRows, type Row } from './rows.js';

const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ',', '"', '\n', 'a,"b"\r\nc', 'é'));
const quoted = (text: string) => (/[",\r\n#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells: readonly string[]) => `${['', ...cells.map(quoted)].join(',')}\r\n`;

interface Table {
  readonly result: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[][];
}

const tables: fc.Arbitrary<Table[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom('_result', 'sum 0', 'x,"y"'),
      fc.shuffledSubarray(['table', '_time', '_value', 'tag', 'other'])
    )
    .chain(([result, columns]) =>
      fc.record({
        result: fc.constant(result),
        columns: fc.constant(columns),
        rows: fc.array(
          fc.tuple(...columns.map((name) => (name === '_time' ? fc.constant('2026-11-26T08:00:31.00000025Z') : cell)))
        ),
      })
    ),
  { maxLength: 4 }
);

/** As the server writes them: annotations, headings and rows, an empty line after each table. */
function csvOf(all: readonly Table[]): Buffer {
  return Buffer.from(
    all
      .map(({ result, columns, rows }) =>
        [
          `#default${line([result, ...columns.map(() => '')])}`,
          line(['result', ...columns]),
          ...rows.map((cells) => line(['', ...cells])),
          '\r\n',
        ].join('')
      )
      .join('')
  );
}

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

it('reads what the client reads, wherever chunks end', async () => {
  await fc.assert(
    fc.asyncProperty(tables, fc.integer({ min: 1, max: 200 }), async (all, size) => {
      const bytes = csvOf(all);
      const expected: unknown[] = [];
      for await (const { values, tableMeta } of linesToRowsIterable(chunksToLinesIterable(chunked(bytes, size)))) {
        const of = (name: string): string =>
          values[tableMeta.columns.find(({ label }) => label === name)?.index ?? -1] ?? '';
        const result = tableMeta.columns.find(({ label }) => label === 'result')?.defaultValue;
        expected.push([result, of('table'), of('_time') === '' ? NaN : 1_795_680_031_000_000, of('_value'), of('tag')]);
      }
      const found: unknown[] = [];
      const take = ({ result, table, micros, value, column }: Row): void =>
        void found.push([result, table, micros, value, column('tag') ?? '']);
      await readRows(chunked(bytes, size), take);
      expect(found).toEqual(expected);
      expect(found).toHaveLength(all.flatMap(({ rows }) => rows).length);
    })
  );
});

it('fails where the server gives up after it has begun to answer', async () => {
  const begun = csvOf([{ result: '_result', columns: ['table', '_value'], rows: [['0', '1']] }]);
  const failure = Buffer.from(
    `#default${line(['', ''])}${line(['error', 'reference'])}${line(['out of memory, "5" asked', '897'])}`
  );
  const found: string[] = [];
  const read = readRows(chunked(Buffer.concat([begun, failure]), 7), ({ value }) => void found.push(value));
  await expect(read).rejects.toThrow('out of memory, "5" asked');
  expect(found).toEqual(['1']);
});

it('reads times to the nanosecond, in any order', () => {
  const time = fc.tuple(
    fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }),
    fc.integer({ min: 0, max: 999_999_999 })
  );
  fc.assert(
    fc.property(fc.array(time, { minLength: 1 }), (times) => {
      for (const [second, fraction] of times) {
        const digits = fraction === 0 ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
        const { micros, rest } = parseTime(`${new Date(second * 1000).toISOString().slice(0, 19)}${digits}Z`);
        expect(nanos(micros, rest)).toBe(String(BigInt(second) * 1_000_000_000n + BigInt(fraction)));
      }
    })
  );
});
