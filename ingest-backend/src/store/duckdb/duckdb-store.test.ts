import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { batch, point, question, series } from '../contract-items.js';
import { describeStore } from '../contract-suite.js';
import { DuckDbStore } from './duckdb-store.js';
import { runIn } from './file-for-tests.js';

const START = 1520272365e6;

describeStore('DuckDbStore', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pneumograph-store-'));
  return {
    open: async (retention) => {
      const store = new DuckDbStore({ path: join(folder, 'data', 'test.duckdb'), retention });
      await store.open();
      return store;
    },
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

describe('DuckDbStore as a file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pneumograph-store-'));
    path = join(folder, 'test.duckdb');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const openError = async (at = path) => new DuckDbStore({ path: at }).open().catch((error: unknown) => error);

  it('refuses a file that this process has open already', async () => {
    const first = new DuckDbStore({ path });
    await first.open();
    expect(await openError()).toMatchObject({ code: 'locked' });
    await first.close();
    const second = new DuckDbStore({ path });
    await second.open();
    await second.close();
  });

  it('names the process that holds the file', async () => {
    const script = `require(${JSON.stringify(createRequire(import.meta.url).resolve('@duckdb/node-api'))})
      .DuckDBInstance.create(process.argv[1]).then(() => console.log('open')); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface(holder.stdout), 'line');
    const error = await openError();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(error).toMatchObject({ code: 'locked', message: expect.stringContaining(`PID ${holder.pid}`) });
  });

  it('refuses what is no DuckDB file, and leaves it as it was', async () => {
    writeFileSync(path, 'not a store');
    expect(await openError()).toMatchObject({ code: 'not-a-store', message: expect.stringContaining(path) });
    expect(readFileSync(path, 'utf8')).toBe('not a store');
  });

  it('refuses a DuckDB file with other tables', async () => {
    await runIn(path, ['CREATE TABLE accounts (id INTEGER)']);
    expect(await openError()).toMatchObject({ code: 'not-a-store', message: expect.stringContaining('accounts') });
  });

  it('refuses the store of a newer version', async () => {
    const store = new DuckDbStore({ path });
    await store.open();
    await store.close();
    await runIn(path, ['UPDATE meta SET schema_version = 99']);
    expect(await openError()).toMatchObject({
      code: 'newer-version',
      message: expect.stringContaining('found version 99'),
    });
  });

  it('says so where the path cannot be used', async () => {
    writeFileSync(path, '');
    expect(await openError(join(path, 'below', 'a-file.duckdb'))).toMatchObject({ code: 'no-access' });
    expect(await openError(folder)).toMatchObject({ code: 'no-access' });
  });

  it('takes nothing of a batch that cannot be written, and goes on with the next', async () => {
    const store = new DuckDbStore({ path });
    await store.open();
    const rps = series('lstm', 'e1', 'rps', 0);
    const good = [point(rps, START, 1, 0), point(series('new', 'e9', 'rps', 0), START, 1, 1)];
    const bad = point(rps, NaN, 1, 2);
    await expect(store.write(batch([...good, bad], [[good[0]!.partition, 3]]))).rejects.toMatchObject({
      code: 'failed',
    });
    expect(await store.positions()).toEqual(new Map());
    expect(await store.aggregate(question())).toEqual([]);
    expect(await store.write(batch(good))).toEqual(good);
    expect(await store.aggregate(question())).toHaveLength(2);
    await store.close();
  });

  it('answers nothing once closed, in words', async () => {
    const store = new DuckDbStore({ path: ':memory:' });
    await store.open();
    await store.close();
    await expect(store.write(batch([]))).rejects.toMatchObject({ code: 'closed' });
    await expect(store.positions()).rejects.toMatchObject({ code: 'closed' });
  });

  it('answers from whole batches while others are written', async () => {
    const store = new DuckDbStore({ path });
    await store.open();
    const rps = series('lstm', 'e1', 'rps', 0);
    const writes = Array.from({ length: 10 }, (_, n) =>
      store.write(batch(Array.from({ length: 5000 }, (_, i) => point(rps, START + i, 1, n * 5000 + i))))
    );
    for (let n = 0; n < 20; n++) {
      const [count = 0] = (await store.aggregate(question({ over: 'count' })))[0]?.values ?? [];
      expect(count % 5000).toBe(0);
    }
    await Promise.all(writes);
    await store.close();
  });

  it('loses nothing that was acknowledged and doubles nothing when its process is killed', async () => {
    const program = await bundle(folder, join(import.meta.dirname, 'killed-writer.ts'));
    for (const kills of [3, 11, 24]) {
      const writer = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let acknowledged = -1;
      let left = kills;
      for await (const line of createInterface(writer.stdout)) {
        acknowledged = Number(line);
        if (--left === 0) {
          writer.kill('SIGKILL');
        }
      }
      const store = new DuckDbStore({ path });
      await store.open();
      const position = (await store.positions()).get('kafka/notify/0') ?? 0;
      const [count = 0] = (await store.aggregate(question({ over: 'count', width: 3600e6 * 24 })))[0]?.values ?? [];
      expect(position).toBeGreaterThanOrEqual(acknowledged);
      // The writer's position trails its points by 500 messages, of one point each.
      expect(count).toBe(position + 500);
      await store.close();
    }
  });
});

/** The store as a program of its own, so that it can be killed. */
async function bundle(folder: string, entry: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
    ssr: { noExternal: true, external: ['@duckdb/node-api'] },
  });
  const program = join(folder, 'writer.mjs');
  const binding = createRequire(import.meta.url).resolve('@duckdb/node-api');
  // Outside the workspace the package is found by its path alone.
  writeFileSync(program, readFileSync(program, 'utf8').replaceAll('"@duckdb/node-api"', JSON.stringify(binding)));
  return program;
}
