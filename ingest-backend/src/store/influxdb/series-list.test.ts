import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askFor, caller } from '../caller.js';
import { series } from '../contract-items.js';
import type { SeriesInfo } from '../store.js';
import { Memory, type KnownSeries } from './memory.js';
import { SeriesList } from './series-list.js';

const memory = new Memory('tags');
const known = (engine: string): KnownSeries => memory.resolve(series('m', engine, 'rps', 0));

let now: number;
let stored: SeriesInfo[];
let reads: number;
/** What reading waits for before it answers with what was stored when it began. */
let gate: Promise<void>;
let list: SeriesList;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  [now, reads, gate] = [0, 0, Promise.resolve()];
  stored = [known('a').info];
  list = new SeriesList(async () => {
    reads++;
    const [found, signal] = [[...stored], caller()];
    await gate;
    signal?.throwIfAborted();
    return found;
  });
});
afterEach(() => vi.restoreAllMocks());

const names = async (): Promise<string[]> => (await list.all()).map(({ engine }) => engine);
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('reads once for all who ask at the same time', async () => {
  expect(await Promise.all([names(), names(), names()])).toEqual([['a'], ['a'], ['a']]);
  expect(await names()).toEqual(['a']);
  expect(reads).toBe(1);
});

it('has what this process wrote at once, and what others wrote within a second', async () => {
  expect(await names()).toEqual(['a']);
  stored.push(known('c').info);
  list.add([known('b'), known('a')]);
  stored.push(known('b').info);
  expect(await names()).toEqual(['a', 'b']);
  expect(reads).toBe(1);
  // What it has is told, and a new list is made for whoever asks next.
  now = 600;
  expect(await names()).toEqual(['a', 'b']);
  await settle();
  expect(await names()).toEqual(['a', 'b', 'c']);
  expect(reads).toBe(2);
  stored.push(known('d').info);
  now = 10_000;
  expect(await names()).toEqual(['a', 'b', 'c', 'd']);
});

it('keeps a list for longer that takes long to make', async () => {
  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const first = names();
  now = 4000;
  open();
  await first;
  now = 19_000;
  await names();
  await settle();
  expect(reads).toBe(1);
  now = 21_000;
  await names();
  await settle();
  expect(reads).toBe(2);
});

it('does not lose what is written while it is being made', async () => {
  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const first = names();
  list.add([known('b')]);
  open();
  expect(await first).toEqual(['a', 'b']);
});

it('is made anew where series may be gone, also while it is being made', async () => {
  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const first = names();
  stored = [known('z').info];
  list.forget();
  open();
  expect(await first).toEqual(['z']);
  list.forget();
  stored = [];
  expect(await names()).toEqual([]);
});

it('goes on for the others where the first to ask goes away', async () => {
  const leaving = new AbortController();
  const first = askFor(leaving.signal, names);
  const second = names();
  leaving.abort();
  expect(await second).toEqual(['a']);
  await first;
});

it('says why it cannot be made to those who wait for it, and to nobody else', async () => {
  await names();
  const failing = Promise.reject(new Error('away'));
  failing.catch(() => undefined);
  gate = failing;
  now = 700;
  expect(await names()).toEqual(['a']);
  await settle();
  now = 1500;
  await expect(names()).rejects.toThrow('away');
  gate = Promise.resolve();
  expect(await names()).toEqual(['a']);
});
