import { defineConfig } from '@playwright/test';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const signIn = join(dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e')), 'auth');
const user = process.env['GRAFANA_ADMIN_USER'] ?? 'admin';

/**
 * End-to-end tests against a running Grafana over the demo: `GRAFANA_URL=http://127.0.0.1:3000 npm run e2e`. They sign in
 * as GRAFANA_ADMIN_USER with GRAFANA_ADMIN_PASSWORD, admin and admin where these are left out.
 */
export default defineConfig<PluginOptions>({
  testDir: './e2e',
  outputDir: './test-results',
  // Generous, since tests wait for what they want to see and for nothing else: a slow machine is no failure.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  workers: 1,
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000',
    screenshot: 'only-on-failure',
    viewport: { width: 1500, height: 1000 },
    provisioningRootDir: fileURLToPath(new URL('../provisioning', import.meta.url)),
    launchOptions: existsSync(chromium) ? { executablePath: chromium, args: ['--no-sandbox'] } : {},
  },
  projects: [
    { name: 'sign in', testDir: signIn, testMatch: 'auth.setup.js' },
    { name: 'grafana', dependencies: ['sign in'], use: { storageState: `playwright/.auth/${user}.json` } },
  ],
});
