import { describe, expect, test } from 'vitest';
import { atRest } from './at-rest.ts';
import { check } from './check.ts';
import { CONTROLS } from './controls.ts';
import { play } from './play.ts';
import { REGRESSIONS } from './regressions.ts';
import { FAULTS } from './scheduler.ts';

test('public ends as staging says, in 300 histories with every kind of fault', async () => {
  const { broken, faults, histories } = await check({ runs: 300, seed: 20_261_126 });
  expect(broken?.says).toBeUndefined();
  expect(histories).toBe(300);
  for (const fault of [...FAULTS, 'stalls', 'delivered again', 'event lost', 'event twice'] as const)
    expect(faults.get(fault), fault).toBeGreaterThan(5);
});

describe('histories that broke something once', () => {
  for (const { shows, history } of REGRESSIONS)
    test(shows, async () => {
      const { violations, trace } = await play(history);
      expect(violations, trace.join('\n')).toEqual([]);
    });
});

describe('is noticed: an implementation that', () => {
  for (const { does, noticed, seed, control, histories } of CONTROLS)
    test(does, { timeout: 240_000 }, async () => {
      const { broken } = await check({
        ...{ runs: 6000, seed, control },
        ...(histories && { about: { histories, looks: atRest } }),
      });
      expect(broken?.says.split('\n\n')[0]).toMatch(noticed);
    });
});
