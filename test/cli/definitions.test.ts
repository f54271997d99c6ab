import { expect, test } from 'vitest';
import { runHere } from '../support/run-cli.ts';

test.each([
  { shows: 'nothing', args: [], says: 'not said' },
  { shows: 'another word', args: ['remove'], says: 'not said' },
  { shows: 'too much', args: ['update', 'main'], says: 'not said' },
  { shows: 'no bucket', args: ['update'], says: 'SPOORLOOS_DEFINITIONS' },
])('$shows is a usage error', async ({ args, says }) => {
  const { code, out, err } = await runHere('definitions', ...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(says);
});
