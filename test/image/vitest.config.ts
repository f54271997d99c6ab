import { defineConfig } from 'vitest/config';

// Minutes instead of seconds, root's rights and a mirror of Debian's: apart from `npm test`.
export default defineConfig({
  test: {
    include: ['test/image/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    pool: 'forks',
  },
});
