import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The test's pages live on loopback; nothing else may be resolved, so that no test depends on the outside. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export interface RunningBrowser {
  readonly context: BrowserContext;
  stop(): Promise<void>;
}

/** The Chromium of this machine. @throws where there is none */
export function findChromium(): string {
  const named = process.env['CHROMIUM_PATH'];
  const found = named === undefined ? PLACES.find(existsSync) : existsSync(named) ? named : undefined;
  if (found === undefined) {
    throw new Error(
      named === undefined
        ? `No Chromium: install it, or set CHROMIUM_PATH (looked for ${PLACES.join(', ')})`
        : `No Chromium at CHROMIUM_PATH=${named}`
    );
  }
  return found;
}

/** Starts the machine's Chromium with a profile of its own, which goes with it. */
export async function startChromium(): Promise<RunningBrowser> {
  const profile = await mkdtemp(path.join(tmpdir(), 'pneumograph-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: FLAGS,
    timezoneId: 'UTC',
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  return {
    context,
    async stop() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
