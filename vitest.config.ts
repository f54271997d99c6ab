import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Minutes each: `npm run test:long`, which `.ci/run` runs as well. */
export const LONG = ['test/core/settle.model.test.ts', 'test/cli/replay-s3.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These want more than set-up brings: root's rights (`npm run test:image`), a browser (`npm run test:console`).
    exclude: ['test/image/**', 'test/browser/**', ...LONG],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // What the processes that tests start would compile again each time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'spoorloos-tests-compiled') },
    // Many tests start processes of their own; two cores is what the suite is budgeted for.
    maxWorkers: 2,
  },
});
