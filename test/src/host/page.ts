import type { Page } from 'playwright-core';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningBrowser } from '../servers/index.js';
import type { PluginHostPage, View } from './views.js';

const OUTPUT = fileURLToPath(new URL('../../output/', import.meta.url));

/** The host's page in a real browser. */
export interface HostPage {
  readonly page: Page;
  show(view: View): Promise<void>;
  saved<T>(): Promise<T>;
  frames<T>(): Promise<T[]>;
  variableValues(
    ...args: Parameters<PluginHostPage['variableValues']>
  ): Promise<Array<{ text: string; value: string }>>;
  /** Errors of the console and of scripts since the last call, each in words. */
  takeErrors(): string[];
  /** Keeps a picture of the page in test/output. */
  picture(name: string): Promise<void>;
}

/** Opens the page of a plugin host and waits until it can show views. @throws where the page does not start */
export async function openHostPage(browser: RunningBrowser, url: string): Promise<HostPage> {
  const page = await browser.context.newPage();
  let errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(url);
  const started = page.locator('body[data-host]').waitFor({ state: 'attached', timeout: 30_000 });
  await started.catch(() => {});
  if ((await page.locator('body').getAttribute('data-host')) !== 'ready') {
    throw new Error(`the plugin host's page did not start:\n${errors.join('\n')}`);
  }
  return {
    page,
    async show(view) {
      await page.setViewportSize({ width: view.width + 16, height: view.height + 16 });
      await page.evaluate(
        (wanted) => (globalThis as unknown as { pluginHost: PluginHostPage }).pluginHost.show(wanted),
        view
      );
    },
    saved: <T>() =>
      page.evaluate(() => (globalThis as unknown as { pluginHost: PluginHostPage }).pluginHost.saved()) as Promise<T>,
    frames: <T>() =>
      page.evaluate(() => (globalThis as unknown as { pluginHost: PluginHostPage }).pluginHost.frames()) as Promise<
        T[]
      >,
    variableValues: (...args) =>
      page.evaluate(
        ([query, view]) =>
          (globalThis as unknown as { pluginHost: PluginHostPage }).pluginHost.variableValues(query, view),
        args
      ),
    takeErrors() {
      const taken = errors;
      errors = [];
      return taken;
    },
    async picture(name) {
      await mkdir(OUTPUT, { recursive: true });
      await page.screenshot({ path: path.join(OUTPUT, `${name}.png`), fullPage: true });
    },
  };
}
