import { describe, expect, test } from 'vitest';
import { expectedOutcomes, simulate } from '../../bench/replay/simulate.ts';

describe('a simulated run', () => {
  for (const mode of ['audit', 'enforce'] as const)
    test(`to ${mode} 2,500 objects, killed at a third and resumed, counts each of them once`, {
      timeout: 120_000,
    }, async () => {
      const { tally, state, requests } = await simulate({ keys: 2500, mode, kill: true, jobs: 16 });
      expect(state).toBe('done');
      expect(tally).toMatchObject({ reported: 2500, outcomes: expectedOutcomes(2500) });
      const writes = Object.keys(requests).filter((name) =>
        /^(staging|work|public|quarantine) (put|remove|purge|copyFrom)/.test(name),
      );
      expect(writes.length === 0).toBe(mode === 'audit');
    });
});
