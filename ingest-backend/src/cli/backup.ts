import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Command } from 'commander';
import { fetch } from 'undici';
import { loadConfiguration } from '../config/index.js';
import { splitLines } from '../lines/index.js';
import { createStore } from '../service/index.js';
import { readBackup, type BackupCounts, type Deleted } from '../store/index.js';
import { ask, reaching, type Target } from './client.js';

/** `pneumograph backup`, `restore` and `delete` */
export function addBackupCommands(program: Command): void {
  reaching(
    program
      .command('backup')
      .description('write all that a running backend has stored to a file, packed by gzip')
      .argument('<file>', 'the file')
  ).action(async (file: string, target: Target) => console.log(`${file}: ${tell(await backup(file, target))}`));

  program
    .command('restore')
    .description('fill the empty store of a configuration, of whichever kind, from a backup; no backend may run on it')
    .argument('<file>', 'what `pneumograph backup` wrote')
    .requiredOption('-c, --config <file>', 'configuration')
    .action(async (file: string, { config }: { config: string }) => console.log(tell(await restore(file, config))));

  reaching(
    program
      .command('delete')
      .description('delete all that is stored of a model; what its engines send from now on is stored as ever')
      .requiredOption('--workflow <name>', 'its workflow; empty where it has none')
      .requiredOption('--model <name>', 'the model')
  ).action(async ({ workflow, model, ...target }: Target & { workflow: string; model: string }) => {
    const parameters = new URLSearchParams({ workflow, model }).toString();
    const deleted = await ask<Deleted>(target, `/api/v1/models?${parameters}`, { method: 'DELETE' });
    console.log(`${tell(deleted)} deleted`);
  });
}

/** Writes a backup beside the file, reads it again, and puts it in its place where it is whole. */
export async function backup(file: string, { to, token }: Target): Promise<BackupCounts> {
  const url = `${to.replace(/\/+$/, '')}/api/v1/backup`;
  const secret = token ?? process.env['PNEUMOGRAPH_TOKEN'];
  const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const response = await fetch(url, { headers }).catch((error: Error & { cause?: Error }) => {
    throw new Error(`${url}: expected a backend that answers: ${error.cause?.message ?? error.message}`);
  });
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: ${response.status}: ${(await response.text()).slice(0, 500)}`);
  }
  const part = `${file}.part`;
  try {
    await pipeline(Readable.fromWeb(response.body), createWriteStream(part));
    let counts: BackupCounts | undefined;
    for await (const _ of partsOf(part, (whole) => (counts = whole))) {
      // Read to the end, where it is found to be whole.
    }
    await rename(part, file);
    return counts as BackupCounts;
  } catch (error) {
    await rm(part, { force: true });
    throw new Error(`${file}: the backup was not written: ${(error as Error).message}`, { cause: error });
  }
}

/** Fills the store of a configuration. @throws Error where it holds something, or the backup is not whole */
export async function restore(file: string, config: string): Promise<BackupCounts> {
  const store = createStore(await loadConfiguration(config));
  let counts: BackupCounts | undefined;
  // A backup that is cut off is found out before anything of it is stored.
  for await (const _ of partsOf(file, (whole) => (counts = whole))) {
    // Read to the end.
  }
  await store.open();
  try {
    await store.restore(partsOf(file, () => undefined));
  } finally {
    await store.close();
  }
  return counts as BackupCounts;
}

async function* partsOf(file: string, ended: (counts: BackupCounts) => void): ReturnType<typeof readBackup> {
  try {
    const raw = createReadStream(file);
    const lines = raw.pipe(createGunzip());
    raw.on('error', (error) => lines.destroy(error));
    yield* readBackup(splitLines(lines), ended);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function tell(counts: BackupCounts | Deleted): string {
  return Object.entries(counts)
    .map(([what, number]) => `${(number as number).toLocaleString('en')} ${what}`)
    .join(', ');
}
