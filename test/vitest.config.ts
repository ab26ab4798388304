import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    reporters: ['default', ['json', { outputFile: 'test-results/report.json' }]],
    globalSetup: ['test/support/package-stack.ts'],
    setupFiles: ['test/support/setup.ts'],
    env: { LOG_LEVEL: 'silent' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
