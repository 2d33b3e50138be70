/**
 * A program for tests to kill: goes on from the stored position, writing 1,000 points a batch without end, and prints
 * the position of each batch once it is acknowledged.
 */
import type { Point } from '../../archive/index.js';
import { DuckDbStore } from './duckdb-store.js';

const BATCH = 1000;
/** Messages that the position trails behind, as those of open bursts would: they are read again each time. */
const TRAIL = 500;

const partition = { key: 'kafka/notify/0' };
const series = { workflow: 'prices', model: 'lstm', slot: 0, engine: 'e1', metric: 'rps' };
const store = new DuckDbStore({ path: process.argv[2] as string });
await store.open();
let offset = (await store.positions()).get(partition.key) ?? 0;
for (;;) {
  const items = Array.from({ length: BATCH }, (_, index): Point => {
    const at = offset + index;
    return { kind: 'point', series, time: 1520272365e6 + at, value: 1, span: 1, partition, offset: at };
  });
  offset += BATCH;
  await store.write({ items, positions: new Map([[partition, offset - TRAIL]]), lastSeen: new Map([['e1', offset]]) });
  process.stdout.write(`${offset - TRAIL}\n`);
}
