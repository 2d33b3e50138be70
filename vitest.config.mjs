import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = ['contract', 'ingest-backend', 'demo-workflow', 'test'];

export default defineConfig({
  test: {
    // A package whose tests need more set-up says so in a configuration of its own.
    projects: packages.map((name) =>
      existsSync(new URL(`./${name}/vitest.config.ts`, import.meta.url))
        ? `./${name}/vitest.config.ts`
        : {
            test: { name, root: `./${name}`, include: ['src/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 120_000 },
          }
    ),
    // The cross-package tests start brokers and browsers of their own: more at once only makes all of them slow.
    maxWorkers: 2,
    passWithNoTests: true,
  },
});
