import { readFileSync, statSync } from 'node:fs';
import { endsInQuotes, readHeader } from './csv.js';
import { Bad } from './bad.js';
import { Decoder } from './decoder.js';

const LARGEST = 256 * 2 ** 20;

/**
 * Reads a whole file of records: CSV with a header line (`.csv`), or JSON, a record a line.
 * @throws Error that names the file, the line, and what was expected
 */
export function readSample(path: string): unknown[] {
  const { size } = statSync(path);
  if (size > LARGEST) {
    throw new Error(`${path}: expected at most ${LARGEST} bytes, found ${size}`);
  }
  const isCsv = path.toLowerCase().endsWith('.csv');
  const decoder = new Decoder({ encoding: isCsv ? 'csv' : 'json', schema: undefined });
  const lines = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const rows = isCsv ? decoder.rows(readHeader(lines[0] ?? '')) : undefined;
  const records: unknown[] = [];
  let open: string | undefined;
  for (let index = isCsv ? 1 : 0; index < lines.length; index++) {
    const line = lines[index] as string;
    const text: string = open === undefined ? line : `${open}\n${line}`;
    if (isCsv && endsInQuotes(line, open !== undefined)) {
      open = text;
      continue;
    }
    open = undefined;
    if (text.trim() === '') {
      continue;
    }
    const record = decoder.decode(text, rows);
    if (record instanceof Bad) {
      throw new Error(`${path}:${index + 1}: ${record.detail}`);
    }
    records.push(record);
  }
  return records;
}
