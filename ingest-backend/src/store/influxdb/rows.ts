import { StringDecoder } from 'node:string_decoder';
import { LineSplitter } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { parseTime } from './line.js';

/** A row of an answer. */
export interface Row {
  /** Of the query's results that it belongs to. */
  readonly result: string;
  /** Changes where the tags do. */
  readonly table: string;
  /** NaN where it has no time. */
  readonly micros: Micros;
  /** Nanoseconds beyond the microsecond. */
  readonly rest: number;
  readonly value: string;
  /** The value of a column, or undefined where it has none. */
  readonly column: (name: string) => string | undefined;
}

/**
 * Hands over the rows of an answer in annotated CSV, as it comes. The client's own way goes through it byte by byte, splits
 * each line and waits for it by itself, and answers have millions of lines: here those of a chunk are taken at once, and of
 * each only what is asked of it is looked for. See https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/
 * @throws Error of the server, where it gave up after it had begun to answer
 */
export async function readRows(chunks: AsyncIterable<Buffer>, take: (row: Row) => void): Promise<void> {
  let heading: Heading | undefined;
  let result = '';
  const takeLine = (line: string): void => {
    if (line === '') {
      heading = undefined;
    } else if (line.startsWith('#')) {
      result = line.startsWith('#default') ? (cellsOf(line)[1] ?? '') : result;
    } else if (heading === undefined) {
      heading = new Heading(cellsOf(line), result);
    } else if (heading.isFailure) {
      throw new Error(new CsvRow(line, heading).column('error') ?? 'The server gave up.');
    } else {
      take(new CsvRow(line, heading));
    }
  };
  const decoder = new StringDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest = eachLine(rest + decoder.write(chunk), takeLine);
  }
  if (rest !== '') {
    takeLine(rest);
  }
}

/** @returns what is left: a line that is not over yet */
function eachLine(text: string, take: (line: string) => void): string {
  const hasQuotes = text.includes('"');
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    const line = text.slice(from, text[end - 1] === '\r' ? end - 1 : end);
    // Between quotes a line goes on.
    if (!hasQuotes || quotesIn(line) % 2 === 0) {
      take(line);
      from = end + 1;
    }
  }
  return text.slice(from);
}

function quotesIn(line: string): number {
  let count = 0;
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) {
    count++;
  }
  return count;
}

/** Where the columns of the rows below it are. */
class Heading {
  readonly #places: ReadonlyMap<string, number>;
  readonly table: number;
  readonly time: number;
  readonly value: number;

  constructor(
    names: readonly string[],
    /** It stands in the annotations alone. */
    readonly result: string
  ) {
    this.#places = new Map(names.map((name, place) => [name, place]));
    [this.table, this.time, this.value] = [this.placeOf('table'), this.placeOf('_time'), this.placeOf('_value')];
  }

  /** -1 where there is no such column. */
  placeOf(name: string): number {
    return this.#places.get(name) ?? -1;
  }

  get isFailure(): boolean {
    return this.#places.has('error') && this.#places.has('reference');
  }
}

class CsvRow implements Row {
  readonly #line: string;
  readonly #heading: Heading;
  #cells: readonly string[] | undefined;
  #time: ReturnType<typeof parseTime> | undefined;

  constructor(line: string, heading: Heading) {
    this.#line = line;
    this.#heading = heading;
    this.#cells = line.includes('"') ? cellsOf(line) : undefined;
  }

  get result(): string {
    return this.#heading.result;
  }

  get table(): string {
    return this.#cell(this.#heading.table);
  }

  get micros(): Micros {
    return this.#parsed().micros;
  }

  get rest(): number {
    return this.#parsed().rest;
  }

  get value(): string {
    return this.#cell(this.#heading.value);
  }

  /** A tag that a row lacks is empty in CSV; tags that are there never are. */
  get column(): (name: string) => string | undefined {
    return (name) => this.#cell(this.#heading.placeOf(name)) || undefined;
  }

  #parsed(): ReturnType<typeof parseTime> {
    return (this.#time ??= parseTime(this.#cell(this.#heading.time)));
  }

  #cell(place: number): string {
    if (place === -1) {
      return '';
    }
    if (this.#cells !== undefined) {
      return this.#cells[place] ?? '';
    }
    let from = 0;
    for (let before = place; before > 0; before--) {
      from = this.#line.indexOf(',', from) + 1;
    }
    const to = this.#line.indexOf(',', from);
    return this.#line.slice(from, to === -1 ? undefined : to);
  }
}

function cellsOf(line: string): string[] {
  return new LineSplitter().splitLine(line);
}
