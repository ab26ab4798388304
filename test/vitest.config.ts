import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** These have a browser beside them: what others tell of time-outs would be of a machine that has too much to do. */
const browserTests = ['test/dashboard-page/dashboard.test.ts', 'test/dashboard-page/sign-in.test.ts'];
const common = {
  root: new URL('..', import.meta.url).pathname,
  // In threads this suite has ended in a segmentation fault, as other large ones do (vitest-dev/vitest#11291).
  pool: 'forks' as const,
  isolate: false,
  setupFiles: ['test/support/setup.ts'],
  env: { LOG_LEVEL: 'silent' },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};
// By itself vitest leaves a core free: of two it would use one, and most of the tests wait for something.
const maxWorkers = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  test: {
    root: common.root,
    maxWorkers,
    reporters: ['default', ['json', { outputFile: 'test-results/report.json' }]],
    projects: [
      {
        test: {
          ...common,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: browserTests,
          globalSetup: ['test/support/package-stack.ts'],
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'browser', include: browserTests, maxWorkers, sequence: { groupOrder: 1 } } },
    ],
  },
});
