import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';

const LONGEST_LINE = 2000;
/** Lines a second that are logged: code may print at every record. */
const MOST_LINES = 20;

/** Logs what code prints. */
export function logLines(stream: Readable, log: Logger | undefined, heard?: (line: string) => void): void {
  let second = 0;
  let lines = 0;
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
    const now = Math.floor(Date.now() / 1000);
    lines = now === second ? lines + 1 : 1;
    second = now;
    heard?.(line);
    if (lines <= MOST_LINES) {
      log?.info({ line: line.slice(0, LONGEST_LINE) }, 'printed by the code of a monitor');
    }
  });
}
