import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askFor } from '../caller.js';
import { Readers } from './readers.js';

/** Takes hours to answer. */
const ENDLESS = 'SELECT max(a.range * b.range) FROM range(10000000) a, range(10000000) b';

let instance: DuckDBInstance;
let readers: Readers;
beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:');
  readers = await Readers.connect(instance);
});
afterEach(async () => {
  await readers.close();
  instance.closeSync();
});

const endless = (caller: AbortController) => askFor(caller.signal, () => readers.columns(ENDLESS, {}, {}));

it('breaks off the query of a caller that goes away, and answers others afterwards', async () => {
  const callers = [new AbortController(), new AbortController(), new AbortController()];
  const asked = callers.map((caller) => endless(caller).catch((error: unknown) => error));
  // The third waits for one of the two connections.
  await new Promise((resolve) => setTimeout(resolve, 100));
  callers[2]?.abort(new Error('third'));
  expect(await asked[2]).toEqual(new Error('third'));
  callers[0]?.abort(new Error('first'));
  expect(await asked[0]).toEqual(new Error('first'));
  expect(await readers.columns('SELECT 42', {}, {})).toEqual([[42]]);
  callers[1]?.abort(new Error('second'));
  expect(await asked[1]).toEqual(new Error('second'));
  expect(await Promise.all([1, 2, 3].map((n) => readers.columns(`SELECT ${n}`, {}, {})))).toEqual([[[1]], [[2]], [[3]]]);
});

it('asks nothing for a caller that is gone already', async () => {
  const caller = new AbortController();
  caller.abort(new Error('gone'));
  await expect(endless(caller)).rejects.toThrow('gone');
});
