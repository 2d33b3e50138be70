import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, freePort } from './servers/index.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const WARN = 40;

let folder: string;
let script: ChildProcess;
let output: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-start-'));
  const config = path.join(folder, 'p.yaml');
  const listen = { port: await freePort() };
  await writeFile(config, JSON.stringify({ listen, store: { kind: 'duckdb', path: path.join(folder, 'p.duckdb') } }));
  // A process group of its own, as a shell gives it to what is started from a terminal.
  script = spawn(process.execPath, [SCRIPT, '--demo', '--config', config], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: folder },
  });
  [output, log] = ['', ''];
  script.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  script.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await eventually(async () => {
    expect(output).toContain('Ctrl-C stops everything.');
    const catalogue = await fetch(`http://127.0.0.1:${listen.port}/api/v1/catalog`);
    expect(await catalogue.json()).toMatchObject({ workflows: [{ name: 'prices', models: { length: 3 } }] });
  }, 100_000);
}, 110_000);

afterEach(async () => {
  if (groupLives()) {
    process.kill(-group(), 'SIGKILL');
  }
  await rm(folder, { recursive: true, force: true });
});

const group = (): number => script.pid as number;

/** Whether any process lives that the script, or what it started, has started. */
function groupLives(): boolean {
  try {
    return process.kill(-group(), 0);
  } catch {
    return false;
  }
}

it.each([
  ['SIGINT to the script alone', () => script.kill('SIGINT')],
  ['SIGTERM to the script alone', () => script.kill('SIGTERM')],
  [
    'Ctrl-C under npm, which passes it on',
    () => {
      process.kill(-group(), 'SIGINT');
      script.kill('SIGINT');
    },
  ],
])('stops everything at %s, without alarm', { timeout: 60_000 }, async (_, tell) => {
  const quiet = log.length;
  const closed = once(script, 'close');
  tell();
  expect(await closed).toEqual([0, null]);
  expect(output).toMatch(/Stopping…\n$/);
  expect(groupLives()).toBe(false);
  const warnings = log
    .slice(quiet)
    .split('\n')
    .filter((line) => line !== '' && (JSON.parse(line) as { level: number }).level >= WARN)
    // The demo's source spoils some lines on purpose.
    .filter((line) => (JSON.parse(line) as { msg: string }).msg !== 'record cannot be read');
  expect(warnings).toEqual([]);
});
