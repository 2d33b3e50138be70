import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Engines run in processes of their own, from what the compiler makes of them.
    globalSetup: ['./vitest.setup.ts'],
    testTimeout: 30_000,
  },
});
