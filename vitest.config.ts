import { defineConfig } from 'vitest/config';

/** Minutes each: `npm run test:long`, which `.ci/run` runs as well. */
export const LONG = ['test/core/settle.model.test.ts', 'test/cli/replay-s3.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Takes minutes and root's rights: `npm run test:image`.
    exclude: ['test/image/**', ...LONG],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Many tests start processes of their own; two cores is what the suite is budgeted for.
    maxWorkers: 2,
  },
});
