import { defineConfig } from 'vitest/config';

const packages = ['contract', 'ingest-backend', 'demo-workflow', 'test'];

export default defineConfig({
  test: {
    projects: packages.map((name) => ({
      test: { name, root: `./${name}`, include: ['src/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 120_000 },
    })),
    // The cross-package tests start brokers and browsers of their own: more at once only makes all of them slow.
    maxWorkers: 2,
    passWithNoTests: true,
  },
});
