import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** The records of one batch, as they stand in a spool. */
export interface Entry {
  /** Of the batch; each greater than the one before. */
  readonly number: number;
  readonly records: number;
  /** NDJSON. */
  readonly text: Buffer;
}

interface Header extends Omit<Entry, 'text'> {
  readonly bytes: number;
  readonly crc: number;
}

const NEWLINE = 0x0a;

/** An entry as it is written: a line that describes it, then its records. */
export function frame({ number, records, text }: Entry): Buffer {
  const header: Header = { number, records, bytes: text.length, crc: crc32(text) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), text]);
}

/**
 * The entries of a file.
 * @returns them, and the bytes that they take: what is beyond was torn by a crash, or is damaged
 */
export async function readSegment(path: string): Promise<{ entries: Entry[]; whole: number; size: number }> {
  const data = await readFile(path);
  const entries: Entry[] = [];
  let whole = 0;
  while (whole < data.length) {
    const end = data.indexOf(NEWLINE, whole);
    const header = end < 0 ? undefined : readHeader(data.toString('utf8', whole, end));
    const text = data.subarray(end + 1, end + 1 + (header?.bytes ?? 0));
    if (header === undefined || text.length < header.bytes || crc32(text) !== header.crc) {
      break;
    }
    entries.push({ number: header.number, records: header.records, text });
    whole = end + 1 + header.bytes;
  }
  return { entries, whole, size: data.length };
}

function readHeader(line: string): Header | undefined {
  try {
    return JSON.parse(line) as Header;
  } catch {
    return undefined;
  }
}
