import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
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

async function opened(atLeast = 0, segmentBytes?: number): Promise<Journal> {
  const journal = new Journal(folder, segmentBytes);
  journals.push(journal);
  await journal.open(atLeast);
  return journal;
}

async function linesFrom(journal: Journal, from: number): Promise<Array<[number, string]>> {
  const lines: Array<[number, string]> = [];
  for await (const { offset, text } of journal.read(from)) {
    lines.push([offset, text]);
  }
  return lines;
}

describe('journal', () => {
  it('gives lines their numbers, in the order of the calls, and keeps them', async () => {
    const journal = await opened();
    const offsets = await Promise.all([
      journal.append('a\nb\n', 2),
      journal.append('c\n', 1),
      journal.append('d\n', 1),
    ]);
    expect(offsets).toEqual([0, 2, 3]);
    await journal.close();
    const again = await opened();
    expect(await linesFrom(again, 1)).toEqual([
      [1, 'b'],
      [2, 'c'],
      [3, 'd'],
    ]);
    expect(await again.append('e\n', 1)).toBe(4);
    await again.close();
  });

  it('cuts off a line that a crash tore', async () => {
    const journal = await opened();
    await journal.append('whole\n', 1);
    await journal.close();
    const [name] = await readdir(folder);
    await appendFile(join(folder, name as string), '{"torn');
    const again = await opened();
    expect(await again.append('next\n', 1)).toBe(1);
    await again.close();
    expect(await linesFrom(await opened(), 0)).toEqual([
      [0, 'whole'],
      [1, 'next'],
    ]);
  });

  it('begins new files, and deletes those that are below a position as a whole', async () => {
    const journal = await opened(0, 10);
    for (const line of ['aaaaaaaaaa\n', 'bbbbbbbbbb\n', 'cccccccccc\n']) {
      await journal.append(line, 1);
    }
    expect(await readdir(folder)).toHaveLength(3);
    await journal.trim(1);
    expect(await readdir(folder)).toHaveLength(2);
    await journal.trim(99);
    expect(await readdir(folder)).toHaveLength(1);
    await journal.close();
    expect(await linesFrom(await opened(), 0)).toEqual([[2, 'cccccccccc']]);
  });

  it('never gives an offset again, even where it was deleted', async () => {
    const journal = await opened(17);
    expect(await journal.append('x\n', 1)).toBe(17);
    await journal.close();
  });

  it('refuses what comes after its end', async () => {
    const journal = await opened();
    await journal.close();
    await expect(journal.append('x\n', 1)).rejects.toThrow('closed');
  });
});
