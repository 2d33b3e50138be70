import Papa from 'papaparse';

/** How records of a slot are written: one record is one line of text without a line break. */
export interface Encoding {
  readonly name: 'json' | 'csv';
  /** @throws Error where the line cannot be decoded */
  decode(line: string): unknown;
  encode(value: unknown): string;
}

export const json: Encoding = {
  name: 'json',
  decode: (line) => JSON.parse(line) as unknown,
  encode: (value) => JSON.stringify(value),
};

/**
 * Comma-separated values in a fixed order of columns. Numbers become numbers, anything else stays text: whether a
 * column may be text is for the schema to say.
 */
export function csv(columns: readonly string[]): Encoding {
  return {
    name: 'csv',
    decode(line) {
      const { data, errors } = Papa.parse<unknown[]>(line, { delimiter: ',', dynamicTyping: true });
      const [problem] = errors;
      if (problem !== undefined) {
        throw new Error(problem.message);
      }
      const cells = data[0] ?? [];
      if (data.length !== 1 || cells.length !== columns.length) {
        throw new Error(`expected ${columns.length} columns, found ${cells.length}`);
      }
      return Object.fromEntries(columns.map((column, index) => [column, cells[index]]));
    },
    encode(value) {
      const record = value as Record<string, unknown>;
      return Papa.unparse([columns.map((column) => record[column])]);
    },
  };
}
