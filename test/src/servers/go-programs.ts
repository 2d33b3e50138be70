import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { runToEnd } from './process.js';

/** Builds a Go program once into the user's cache. @returns its file @throws where there is no Go */
export async function installGo({
  module,
  version,
}: {
  readonly module: string;
  readonly version: string;
}): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const name = path.basename(module);
  const home = path.join(cache, 'pneumograph', `${name}-${version}`);
  const binary = path.join(home, name);
  if (!existsSync(binary)) {
    await mkdir(home, { recursive: true });
    const work = await mkdtemp(path.join(home, 'build-'));
    try {
      await runToEnd('env', [`GOBIN=${work}`, 'go', 'install', `${module}@${version}`], work);
      await rename(path.join(work, name), binary);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return binary;
}
