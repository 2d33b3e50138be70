import { parse } from 'csv-parse/sync';
import { Bad, show } from './bad.js';
import { branchesOf, check, fieldsOf, type Schema } from './schema.js';

type Field = string | number | boolean | null;
/** @returns undefined where the text is none of the kind */
type Convert = (text: string) => Field | undefined;

/** JSON's numbers: `007` and `+1` are texts. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** What people write for numbers where numbers are expected. */
const LOOSE_NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/**
 * Reads rows of CSV (RFC 4180) as objects by column.
 *
 * A column that the schema has a field for becomes what the schema says; an empty text is null there, unless the field
 * takes texts and no null. In any other column an empty text is null, one that is a number as in JSON becomes a number
 * if it keeps its value (whole numbers beyond 2^53 would not), and everything else stays text.
 */
export class CsvRows {
  readonly #converts: readonly Convert[];

  constructor(
    readonly columns: readonly string[],
    private readonly schema: Schema | undefined
  ) {
    const fields = new Map(schema === undefined ? [] : fieldsOf(schema)?.map(({ name, type }) => [name, type]));
    this.#converts = columns.map((column) => converter(fields.get(column)));
  }

  /** @param text one row, without its end */
  decode(text: string): Record<string, Field> | Bad {
    const row = splitRow(text);
    if (row instanceof Bad) {
      return row;
    }
    const { columns } = this;
    if (row.length !== columns.length) {
      return new Bad('columns', `row: expected ${columns.length} columns, found ${row.length}`);
    }
    const record: Record<string, Field> = {};
    for (const [index, column] of columns.entries()) {
      const value = this.#converts[index]?.(row[index] as string);
      // What cannot be converted is refused by the schema as the text that it is.
      record[column] = value === undefined ? (row[index] as string) : value;
    }
    return (this.schema === undefined ? undefined : check(this.schema, record)) ?? record;
  }
}

/** The columns that a header line names. @throws Error where they cannot be told apart */
export function readHeader(line: string): string[] {
  const columns = splitRow(line);
  if (columns instanceof Bad) {
    throw new Error(`header line: ${columns.detail}`);
  }
  const twice = columns.find((column, index) => columns.indexOf(column) < index);
  if (twice !== undefined) {
    throw new Error(`header line: expected each column once, found ${show(twice)} twice`);
  }
  return columns;
}

/** Whether a row is not at its end with this line, since a quoted field holds the line's end. */
export function endsInQuotes(line: string, begun: boolean): boolean {
  let [at, quoted] = [0, begun];
  for (;;) {
    if (quoted) {
      const quote = line.indexOf('"', at);
      if (quote < 0) {
        return true;
      }
      quoted = line[quote + 1] === '"';
      at = quote + (quoted ? 2 : 1);
    } else if (line[at] === '"') {
      [quoted, at] = [true, at + 1];
    } else {
      const comma = line.indexOf(',', at);
      if (comma < 0) {
        return false;
      }
      at = comma + 1;
    }
  }
}

function splitRow(text: string): string[] | Bad {
  if (!text.includes('"')) {
    return text.split(',');
  }
  try {
    const rows = parse(text, { relax_column_count: true });
    return rows.length === 1 ? (rows[0] as string[]) : new Bad('csv', `row: expected one row, found ${rows.length}`);
  } catch (error) {
    return new Bad('csv', `row: expected CSV, found ${show(text)}: ${(error as Error).message}`);
  }
}

function converter(type: Schema | undefined): Convert {
  if (type === undefined) {
    return guess;
  }
  const branches = branchesOf(type).map(({ typeName }) => typeName);
  const converts = branches.map(convertTo);
  const empty = branches.includes('null') || !branches.includes('string') ? null : '';
  return (text) => {
    if (text === '') {
      return empty;
    }
    for (const convert of converts) {
      const value = convert(text);
      if (value !== undefined) {
        return value;
      }
    }
    return undefined;
  };
}

function convertTo(typeName: string): Convert {
  switch (typeName) {
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return (text) => (LOOSE_NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined);
    case 'boolean':
      return (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined);
    case 'string':
    case 'enum':
      return (text) => text;
    default:
      return () => undefined;
  }
}

function guess(text: string): Field {
  if (text === '') {
    return null;
  }
  if (!NUMBER.test(text)) {
    return text;
  }
  const number = Number(text);
  const kept = Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number));
  return kept ? number : text;
}
