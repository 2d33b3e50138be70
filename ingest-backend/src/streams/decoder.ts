import { isUtf8 } from 'node:buffer';
import { parseTimestamp } from '@pneumograph/contract';
import { Bad, show } from './bad.js';
import { CsvRows } from './csv.js';
import { check, fieldsOf, type Schema } from './schema.js';

export interface Format {
  readonly encoding: 'json' | 'utf-8' | 'csv' | 'avro-binary';
  readonly schema: Schema | undefined;
  /** Of CSV without a header line; those of the schema, if left out. */
  readonly columns?: readonly string[] | undefined;
  /** Five bytes before each record: 0 and the number of its schema. */
  readonly wireFormat?: 'confluent' | undefined;
  /** The field that says when a record came, where its log does not. */
  readonly time?: string | undefined;
}

const WIRE_BYTES = 5;

/** Reads records of one stream. */
export class Decoder {
  readonly #rows: CsvRows | undefined;
  readonly #time: readonly string[];

  constructor(private readonly format: Format) {
    const { encoding, schema, columns, time } = format;
    this.#time = time?.split('.') ?? [];
    const names = columns ?? (schema === undefined ? undefined : fieldsOf(schema)?.map(({ name }) => name));
    this.#rows = encoding === 'csv' && names !== undefined ? new CsvRows(names, schema) : undefined;
  }

  get isBinary(): boolean {
    return this.format.encoding === 'avro-binary';
  }

  get isText(): boolean {
    return this.format.encoding === 'utf-8';
  }

  get isCsv(): boolean {
    return this.format.encoding === 'csv';
  }

  /** Whether the first line of a file or body names the columns. */
  get hasHeader(): boolean {
    return this.format.encoding === 'csv' && this.format.columns === undefined;
  }

  /** Whether records say themselves when they came. */
  get hasTimes(): boolean {
    return this.#time.length > 0;
  }

  /** When a record came, as it says itself, in milliseconds; what is bad about it where it does not. */
  timeOf(record: unknown): number | Bad {
    const said = this.#time.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], record);
    const time = typeof said === 'string' ? parseTimestamp(said) / 1000 : toMillis(said);
    return Number.isFinite(time)
      ? time
      : new Bad(
          'time',
          `${this.#time.join('.')}: expected ISO 8601, or epoch seconds or milliseconds, found ${show(said)}`
        );
  }

  /** What reads rows under these columns. */
  rows(columns: readonly string[]): CsvRows {
    return new CsvRows(columns, this.format.schema);
  }

  /** @param rows under the columns that a header named; under those of the stream, if left out */
  decode(content: string | Buffer, rows = this.#rows): unknown {
    const { encoding, schema } = this.format;
    if (encoding === 'avro-binary') {
      return this.#avro(typeof content === 'string' ? Buffer.from(content) : content);
    }
    if (typeof content !== 'string' && !isUtf8(content)) {
      return new Bad('utf-8', `record: expected UTF-8, found the bytes ${content.toString('hex').slice(0, 60)}`);
    }
    const text = content.toString();
    switch (encoding) {
      case 'csv':
        return rows === undefined ? new Bad('columns', 'row: expected a header line before it') : rows.decode(text);
      case 'utf-8':
        return (schema === undefined ? undefined : check(schema, text)) ?? text;
      case 'json':
        return readJson(text, schema);
    }
  }

  #avro(content: Buffer): unknown {
    const { schema, wireFormat } = this.format;
    if (wireFormat !== undefined && (content.length < WIRE_BYTES || content[0] !== 0)) {
      return new Bad('wire-format', `record: expected 0 and four bytes before it, found ${hex(content)}`);
    }
    try {
      return schema?.fromBuffer(wireFormat === undefined ? content : content.subarray(WIRE_BYTES));
    } catch (error) {
      return new Bad('avro', `record: expected Avro of its schema, found ${hex(content)}: ${(error as Error).message}`);
    }
  }
}

function readJson(text: string, schema: Schema | undefined): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Bad('json', `record: expected JSON, found ${show(text)}`);
  }
  return (schema === undefined ? undefined : check(schema, value)) ?? value;
}

/** Epoch seconds up to the year 5138, milliseconds beyond. */
function toMillis(value: unknown): number {
  return typeof value !== 'number' ? NaN : Math.abs(value) < 1e11 ? value * 1000 : value;
}

function hex(content: Buffer): string {
  return content.length === 0 ? 'nothing' : `the bytes ${content.toString('hex', 0, 20)}`;
}
