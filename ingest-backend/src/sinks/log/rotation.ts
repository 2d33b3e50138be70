import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const PACKED = '.gz';

/** A full file: `path.1` is the newest, with `.gz` behind it where it is packed. */
export interface FullFile {
  readonly path: string;
  readonly number: number;
  readonly packed: boolean;
}

/** The full files beside a log, oldest first. */
export async function fullFiles(path: string): Promise<FullFile[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const found: FullFile[] = [];
  for (const name of names) {
    const rest = name.startsWith(`${basename(path)}.`) ? name.slice(basename(path).length + 1) : '';
    const match = /^(\d+)(\.gz)?$/.exec(rest);
    if (match !== null) {
      found.push({ path: join(dirname(path), name), number: Number(match[1]), packed: match[2] !== undefined });
    }
  }
  return found.sort((a, b) => b.number - a.number);
}

/** Makes room for a new file at `path`: what is there becomes `path.1`, and each full file one older. */
export async function shift(path: string, keep: number): Promise<void> {
  for (const file of await fullFiles(path)) {
    if (file.number >= keep) {
      await rm(file.path, { force: true });
    } else {
      await rename(file.path, `${path}.${file.number + 1}${file.packed ? PACKED : ''}`);
    }
  }
  await rename(path, `${path}.1`);
}

/** Packs all full files that are not packed; one that a crash left half done is begun anew. */
export async function packAll(path: string): Promise<void> {
  for (const file of await fullFiles(path)) {
    if (!file.packed) {
      const part = `${file.path}${PACKED}.part`;
      await pipeline(createReadStream(file.path), createGzip(), createWriteStream(part, { flush: true }));
      await rename(part, `${file.path}${PACKED}`);
      await rm(file.path);
    }
  }
}
