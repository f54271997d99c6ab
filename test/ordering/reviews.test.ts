import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { REVIEW_CONTROLS } from './controls-review.ts';
import { reviewedAtRest, reviews } from './reviews.ts';
import { FAULTS } from './scheduler.ts';

const about = { histories: reviews, looks: reviewedAtRest };

test('what people decide about what is held back comes about, once, and is on record, in 200 histories', async () => {
  const { broken, faults, histories } = await check({ runs: 200, seed: 20_261_127, about });
  expect(broken?.says).toBeUndefined();
  expect(histories).toBe(200);
  for (const fault of [...FAULTS, 'stalls', 'delivered again'] as const)
    expect(faults.get(fault), fault).toBeGreaterThan(2);
});

describe('is noticed: an implementation that', () => {
  for (const { does, noticed, control, histories = reviews } of REVIEW_CONTROLS)
    test(does, { timeout: 240_000 }, async () => {
      const { broken } = await check({ runs: 3000, seed: 1, control, about: { ...about, histories } });
      expect(broken?.says.split('\n\n')[0]).toMatch(noticed);
    });
});
