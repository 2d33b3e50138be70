import type { Page } from 'playwright-core';
import type Axe from 'axe-core';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningBrowser } from '../servers/index.js';
import type { PluginHostPage, View } from './views.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OUTPUT = fileURLToPath(new URL('../../output/', import.meta.url));

/** The host's page in a real browser. */
export interface HostPage {
  readonly page: Page;
  show(view: View): Promise<void>;
  /** Any call of the page's face whose answer is plain data. */
  call<K extends keyof PluginHostPage>(
    name: K,
    ...args: Parameters<PluginHostPage[K]>
  ): Promise<Awaited<ReturnType<PluginHostPage[K]>>>;
  saved<T>(): Promise<T>;
  frames<T>(): Promise<T[]>;
  variableValues(
    ...args: Parameters<PluginHostPage['variableValues']>
  ): Promise<Array<{ text: string; value: string }>>;
  /** Errors of the console and of scripts since the last call, each in words. */
  takeErrors(): string[];
  /** What of the view is hard or impossible to use for some people, as axe tells it: rule and place. */
  violations(): Promise<string[]>;
  /** Keeps a picture of the page in test/output. */
  picture(name: string): Promise<Buffer>;
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
    call: (name, ...args) =>
      page.evaluate(
        ([method, given]) =>
          (globalThis as unknown as { pluginHost: Record<string, (...args: unknown[]) => unknown> }).pluginHost[
            method
          ]!(...given),
        [name, args as unknown[]] as const
      ) as never,
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
    async violations() {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => {
        const { axe } = globalThis as unknown as { axe: typeof Axe };
        return axe.run('[data-testid="view"]', {
          resultTypes: ['violations'],
          rules: {
            // Experimental in axe: the name of a card says more than its few words, in another order.
            'label-content-name-mismatch': { enabled: false },
            // The page around a view, which has the other headings, is Grafana's.
            'heading-order': { enabled: false },
          },
        });
      });
      // The button below the settings is Grafana's.
      return violations
        .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html.slice(0, 200)}`))
        .filter((violation) => !violation.includes('Save &amp; test'));
    },
    takeErrors() {
      const taken = errors;
      errors = [];
      return taken;
    },
    async picture(name) {
      await mkdir(OUTPUT, { recursive: true });
      // Texts are measured anew when their font has arrived, and drawn in the frame after that.
      await page.evaluate(
        'document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))'
      );
      return page.screenshot({ path: path.join(OUTPUT, `${name}.png`), fullPage: true });
    },
  };
}
