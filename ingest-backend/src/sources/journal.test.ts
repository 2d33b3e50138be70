import fc from 'fast-check';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from './journal.js';

let folder: string;
const journals: Journal[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(async () => {
  await Promise.all(journals.splice(0).map((journal) => journal.close()));
  await rm(folder, { recursive: true });
});

async function opened(atLeast = 0, segmentBytes?: number, place = folder): Promise<Journal> {
  const journal = new Journal(place, segmentBytes);
  journals.push(journal);
  await journal.open(atLeast);
  return journal;
}

/** Appends lines as one group; returns the offset of the first. */
async function append(journal: Journal, lines: string[], at = 7, key?: string): Promise<number> {
  const asked = key === undefined ? {} : { key, hash: 'h', answer: lines.length };
  return journal.append(lines.map((line) => `${line}\n`).join(''), { at, lines: lines.length, ...asked });
}

async function linesFrom(journal: Journal, from: number): Promise<Array<[number, string]>> {
  const lines: Array<[number, string]> = [];
  for await (const { offset, text } of journal.read(from)) {
    lines.push([offset, text]);
  }
  return lines;
}

async function files(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
}

describe('journal', () => {
  it('gives lines their numbers, in the order of the calls, and keeps them with their arrival', async () => {
    const journal = await opened();
    const offsets = await Promise.all([
      append(journal, ['a', 'b'], 100),
      append(journal, ['c'], 200),
      append(journal, ['d'], 300),
    ]);
    expect(offsets).toEqual([1, 4, 6]);
    await journal.close();
    const again = await opened();
    expect(await linesFrom(again, 2)).toEqual([
      [2, 'b'],
      [4, 'c'],
      [6, 'd'],
    ]);
    const arrivals: unknown[] = [];
    for await (const { arrival } of again.read(2)) {
      arrivals.push(arrival);
    }
    expect(arrivals).toEqual([100, 200, 300]);
    expect(await append(again, ['e'])).toBe(8);
  });

  it('reads what a version without groups wrote', async () => {
    await writeFile(join(folder, '0000000000000000.ndjson'), 'a\nb\n{"torn');
    const journal = await opened();
    expect(await append(journal, ['c'])).toBe(3);
    await journal.close();
    expect(await linesFrom(await opened(), 0)).toEqual([
      [0, 'a'],
      [1, 'b'],
      [3, 'c'],
    ]);
  });

  it('cuts off a line that a crash tore', async () => {
    const journal = await opened();
    await append(journal, ['whole']);
    await journal.close();
    await appendFile(join(folder, (await files())[0] as string), '#{"at":');
    const again = await opened();
    expect(await append(again, ['next'])).toBe(3);
    await again.close();
    expect(await linesFrom(await opened(), 0)).toEqual([
      [1, 'whole'],
      [3, 'next'],
    ]);
  });

  it('keeps whole groups alone, wherever a crash tore the last one', async () => {
    const journal = await opened();
    const groups = [['äöü', 'b'], [], ['c'], ['d', 'e', 'f']];
    const ends: number[] = [];
    const path = join(folder, (await files())[0] as string);
    for (const group of groups) {
      await append(journal, group, 7, `key ${ends.length}`);
      ends.push((await readFile(path)).length);
    }
    await journal.close();
    const content = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length), async (size) => {
        await writeFile(path, content);
        await truncate(path, size);
        const torn = await opened();
        const whole = ends.filter((end) => end <= size).length;
        const lines = (await linesFrom(torn, 0)).map(([, text]) => text);
        expect(lines).toEqual(groups.slice(0, whole).flat());
        expect([...torn.keys.keys()]).toEqual(groups.slice(0, whole).map((_, index) => `key ${index}`));
        await torn.close();
      }),
      { numRuns: 60 }
    );
  });

  it('begins new files, and deletes those that are below a position as a whole', async () => {
    const journal = await opened(0, 10);
    for (const line of ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']) {
      await append(journal, [line]);
    }
    expect(await files()).toHaveLength(3);
    await journal.trim(2);
    expect(await files()).toHaveLength(2);
    await journal.trim(99);
    expect(await files()).toHaveLength(1);
    await journal.close();
    expect(await linesFrom(await opened(), 0)).toEqual([[5, 'cccccccccc']]);
  });

  it('is trimmed again and again while a slow disk is still at it', async () => {
    const journal = await opened(0, 10);
    for (const key of ['first', 'second', 'third']) {
      await append(journal, ['aaaaaaaaaa'], 7, key);
    }
    await Promise.all(Array.from({ length: 8 }, (_, index) => journal.trim(2 * index)));
    expect(await files()).toHaveLength(1);
    await journal.close();
    expect([...(await opened()).keys.keys()]).toEqual(['first', 'second', 'third']);
  });

  it('outlives a disk on which nothing can be deleted, and deletes it when it can', async () => {
    const journal = await opened(0, 10);
    await append(journal, ['aaaaaaaaaa'], 7, 'first');
    await append(journal, ['bbbbbbbbbb'], 7, 'second');
    await mkdir(join(folder, 'keys.json.new'));
    await journal.trim(99);
    expect(await files()).toHaveLength(2);
    await rm(join(folder, 'keys.json.new'), { recursive: true });
    await journal.trim(99);
    expect(await files()).toHaveLength(1);
  });

  it('knows the answers to keys after the files of their groups are gone', async () => {
    const journal = await opened(0, 10);
    await append(journal, ['aaaaaaaaaa', 'b'], 7, 'first');
    await append(journal, ['cccccccccc'], 7, 'second');
    await journal.trim(99);
    await journal.close();
    const again = await opened();
    expect([...again.keys].map(([key, { answer }]) => [key, answer])).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
  });

  it('never gives an offset again, even where it was deleted', async () => {
    const journal = await opened(17);
    expect(await append(journal, ['x'])).toBe(18);
  });

  it('refuses what comes after its end', async () => {
    const journal = await opened();
    await journal.close();
    await expect(append(journal, ['x'])).rejects.toThrow('closed');
  });
});
