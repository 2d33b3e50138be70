import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveItem, Point } from '../../archive/index.js';
import { batch, point, P0, question, series, START } from '../contract-items.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

const TRAIL = 100;
const KILLS = 8;
const rps = series('lstm', 'e1', 'rps', 0);

describe.skipIf(!HAS_INFLUXDB)('InfluxDbStore whose process is killed (INFLUX_URL)', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pneumograph-influxdb-'));
    program = await bundle(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('loses nothing, doubles nothing, and tells again what no position is behind', { timeout: 120_000 }, async () => {
    const place = await makePlace();
    const store = await place.open();
    let between = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await runAndKill(program, JSON.stringify(place.options), kill);
      const position = (await store.positions()).get(P0.key) ?? 0;
      expect(position).toBeGreaterThanOrEqual(acknowledged);
      // What derivation wants back is of the same batch as the position.
      expect((await store.recall()).notes.get('end')).toBe(String(position + TRAIL));
      const stored = await countOf(store);
      expect(stored).toBeGreaterThanOrEqual(position + TRAIL);
      between += stored > position + TRAIL ? 1 : 0;
      if (kill === KILLS - 1) {
        // A reader sends again from the position on, in other batches, and goes on.
        const reader = await place.open();
        const end = stored + 50;
        const told: ArchiveItem[] = [];
        for (let at = position; at < end; at += 70) {
          const items = Array.from({ length: Math.min(70, end - at) }, (_, index) =>
            point(rps, START + Math.floor((at + index) / 3), 1, at + index)
          );
          await reader.write(batch(items, [[P0, at]]), async (fresh) => void told.push(...fresh));
        }
        expect(told.map((item) => (item as Point).offset)).toEqual(
          Array.from({ length: end - position - TRAIL }, (_, index) => position + TRAIL + index)
        );
        expect(await countOf(store)).toBe(end);
        await reader.close();
      }
    }
    // Else the test has not seen what it is about.
    expect(between).toBeGreaterThan(0);
    await store.close();
    await place.dispose();
  });
});

async function countOf(store: { aggregate: Awaited<ReturnType<Awaited<ReturnType<typeof makePlace>>['open']>>['aggregate'] }) {
  const asked = question({ over: 'count', width: 3600e6 * 24 });
  return (await store.aggregate(asked))[0]?.values[0] ?? 0;
}

/** @returns the last position that the program said was stored */
async function runAndKill(program: string, options: string, kill: number): Promise<number> {
  const writer = spawn(process.execPath, [program, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = -1;
  let lines = 0;
  for await (const line of createInterface(writer.stdout)) {
    acknowledged = Number(line);
    if (++lines === 3 + kill) {
      // Anywhere between two acknowledgements.
      await sleep(kill * 1.5);
      writer.kill('SIGKILL');
    }
  }
  return acknowledged;
}

/** The store as a program of its own, so that it can be killed. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, 'killed-writer.ts'),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
    ssr: { noExternal: true },
  });
  return join(folder, 'writer.mjs');
}
