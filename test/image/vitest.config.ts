import { defineConfig } from 'vitest/config';

// Minutes instead of seconds, root's rights and a mirror of Debian's: apart from `npm test`.
export default defineConfig({
  test: {
    include: ['test/image/**/*.test.ts'],
    testTimeout: 120_000,
    // Two minutes alone; a machine with much else to do has taken seventeen.
    hookTimeout: 1_500_000,
    pool: 'forks',
  },
});
