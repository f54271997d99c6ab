import { describe, expect, test } from 'vitest';
import { adoptedAtRest, adoptions } from './adoptions.ts';
import { check } from './check.ts';
import { FAULTS } from './scheduler.ts';
import type { Control } from './world.ts';

const about = { histories: adoptions, looks: adoptedAtRest };

test('what is public without an original ends clean, held or as it was last written, in 200 histories', async () => {
  const { broken, faults, histories } = await check({ runs: 200, seed: 20_261_126, about });
  expect(broken?.says).toBeUndefined();
  expect(histories).toBe(200);
  for (const fault of [...FAULTS, 'stalls', 'delivered again'] as const)
    expect(faults.get(fault), fault).toBeGreaterThan(2);
});

const CONTROLS: readonly { readonly does: string; readonly noticed: RegExp; readonly control: Control }[] = [
  {
    does: 'replaces whatever stands in public',
    noticed: /nobody put that there last|not what is staged/,
    control: {
      ports: (ports) => ({
        ...ports,
        public: {
          ...ports.public,
          put: (key, body, { over: _, ...options } = {}) => ports.public.put(key, body, options),
          undoUnlessOver: async () => true,
        },
      }),
    },
  },
  {
    does: 'leaves older versions in public',
    noticed: /what was there before can be read/,
    control: { ports: (ports) => ({ ...ports, public: { ...ports.public, purge: async () => 0 } }) },
  },
  {
    does: 'keeps no originals',
    noticed: /the original is lost/,
    control: {
      ports: (ports) => ({
        ...ports,
        quarantine: {
          ...ports.quarantine,
          put: async (key, ...rest) =>
            key.endsWith('/payload')
              ? { key, versionId: '', etag: '', size: 0, modifiedAt: '' }
              : ports.quarantine.put(key, ...rest),
        },
      }),
    },
  },
];

describe('is noticed: an implementation that', () => {
  for (const { does, noticed, control } of CONTROLS)
    test(does, { timeout: 240_000 }, async () => {
      const { broken } = await check({ runs: 3000, seed: 1, control, about });
      expect(broken?.says.split('\n\n')[0]).toMatch(noticed);
    });
});
