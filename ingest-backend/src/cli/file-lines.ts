import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { splitLines } from '../lines/index.js';

export interface FileLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a file that are not empty; one that is packed by gzip, whatever its name, is unpacked. @throws Error of the file */
export async function* fileLines(file: string): AsyncIterable<FileLine> {
  const packed = await isGzip(file);
  const raw = createReadStream(file);
  let number = 0;
  for await (const text of splitLines(packed ? unpack(raw) : raw)) {
    number++;
    if (text.trim() !== '') {
      yield { file, number, text };
    }
  }
}

function unpack(packed: Readable): Readable {
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  return packed.pipe(gunzip);
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
