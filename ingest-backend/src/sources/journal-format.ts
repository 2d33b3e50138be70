import { createReadStream } from 'node:fs';

/** The line before a group of lines in the journal. */
export interface GroupHeader {
  /** Wall-clock milliseconds at which the lines came. */
  readonly at: number;
  /** How many lines follow. */
  readonly lines: number;
  /** The caller's key for this group, what it sent, and what it was answered: so that asking again does nothing. */
  readonly key?: string;
  readonly hash?: string;
  readonly answer?: unknown;
}

/** No JSON begins with it. */
const MARK = '#';
const [HASH, NEWLINE] = [0x23, 0x0a];

export function headerLine(header: GroupHeader): string {
  return `${MARK}${JSON.stringify(header)}\n`;
}

/** The header that a line is, or undefined for any other line. */
export function readHeader(line: string): GroupHeader | undefined {
  return line.startsWith(MARK) ? (JSON.parse(line.slice(MARK.length)) as GroupHeader) : undefined;
}

/**
 * Counts the lines of a file up to the last whole group.
 * @returns the number of lines, and the bytes that they take; what is beyond was torn by a crash
 */
export async function scanSegment(
  path: string,
  found: (header: GroupHeader) => void
): Promise<{ lines: number; whole: number }> {
  let [position, lines] = [0, 0];
  let whole = { lines: 0, whole: 0 };
  // Bytes of the line under way that were in chunks before, kept where it is a header.
  let begun: Buffer[] = [];
  let atStart = true;
  let isHeader = false;
  let missing = 0;
  let header: GroupHeader | undefined;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    while (start < chunk.length) {
      if (atStart) {
        isHeader = chunk[start] === HASH;
        atStart = false;
      }
      const end = chunk.indexOf(NEWLINE, start);
      if (isHeader) {
        begun.push(chunk.subarray(start, end < 0 ? chunk.length : end));
      }
      if (end < 0) {
        break;
      }
      start = end + 1;
      atStart = true;
      lines++;
      if (isHeader) {
        header = readHeader(Buffer.concat(begun).toString('utf8'));
        begun = [];
        missing = header?.lines ?? 0;
      } else if (missing > 0) {
        missing--;
      }
      if (missing === 0) {
        whole = { lines, whole: position + start };
        if (header !== undefined) {
          found(header);
          header = undefined;
        }
      }
    }
    position += chunk.length;
  }
  return whole;
}
