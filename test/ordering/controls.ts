// What an implementation could do wrong, done on purpose: each has to be noticed, or the histories prove nothing.

import type fc from 'fast-check';
import type { ObjectStore } from '../../lib/core/store.ts';
import { type History, putAndDeleted } from './history.ts';
import type { Control, Ports } from './world.ts';

export const CONTROLS: readonly {
  readonly does: string;
  readonly noticed: RegExp;
  /** One with which it does not take long, as long as handlers take the same steps. */
  readonly seed: number;
  readonly control: Control;
  /** Where it takes one moment out of a thousand histories: those that are about nothing else. */
  readonly histories?: fc.Arbitrary<History>;
}[] = [
  {
    does: 'does not look at staging again after a write',
    seed: 6,
    histories: putAndDeleted,
    noticed: /which nobody put there last|public has not/,
    control: { ports: blindPostCheck },
  },
  {
    does: 'acknowledges before it has done anything',
    seed: 1,
    noticed: /the head speaks of another version|staging has none|not settled/,
    control: { acksFirst: true },
  },
  {
    does: 'does not ask who has claimed a public name',
    seed: 1,
    noticed: /public has not|which nobody put there last/,
    control: {
      ports: withLedger((ledger) => ({
        get: async (key) => (isClaim(key) ? undefined : ledger.get(key)),
        put: (key, body, options) => ledger.put(key, body, isClaim(key) ? {} : options),
      })),
    },
  },
  {
    does: 'writes heads without looking whether they changed',
    seed: 20,
    noticed: /./,
    control: {
      ports: withLedger((ledger) => ({
        put: (key, body, options) => ledger.put(key, body, key.startsWith('heads/') ? {} : options),
      })),
    },
  },
  {
    does: 'puts nothing on record',
    seed: 1,
    noticed: /not on record/,
    control: {
      ports: withLedger((ledger) => ({
        put: (key, body, options) =>
          key.startsWith('audit/') ? ledger.put(`lost/${key}`, body, options) : ledger.put(key, body, options),
      })),
    },
  },
  {
    does: 'keeps no originals',
    seed: 1,
    noticed: /the original of case .* is lost/,
    control: {
      ports: (ports) => ({
        ...ports,
        quarantine: {
          ...ports.quarantine,
          put: async (key, ...rest) => (key.endsWith('/payload') ? nothing(key) : ports.quarantine.put(key, ...rest)),
        },
      }),
    },
  },
  {
    does: 'publishes what was uploaded',
    seed: 1,
    noticed: /made public what was never judged/,
    control: {
      ports: (ports) => ({
        ...ports,
        public: {
          ...ports.public,
          put: async (key, body, options) =>
            ports.public.put(key, (await ports.staging.get(key))?.body ?? body, options),
        },
      }),
    },
  },
  {
    does: 'leaves older versions in public',
    seed: 1,
    noticed: /an older version of public/,
    control: { ports: (ports) => ({ ...ports, public: { ...ports.public, purge: async () => 0 } }) },
  },
  {
    does: 'throws dead letters away',
    seed: 1,
    noticed: /the head speaks of another version|staging has none|not settled/,
    control: { ignoresDeadLetters: true },
  },
  {
    does: 'takes staging for a store without history',
    seed: 1,
    noticed: /which nobody put there last/,
    control: {
      ports: (ports) => ({ ...ports, staging: { ...ports.staging, wasRemovedSince: async () => false } }),
    },
  },
];

/** After a write of public, staging says what it said before it. */
function blindPostCheck(ports: Ports): Ports {
  let first: ReturnType<ObjectStore['head']> | undefined;
  let hasWritten = false;
  return {
    ...ports,
    staging: {
      ...ports.staging,
      head: (key) => {
        if (hasWritten && first) return first;
        first = ports.staging.head(key);
        return first;
      },
    },
    public: {
      ...ports.public,
      put: (...args) => {
        hasWritten = true;
        return ports.public.put(...args);
      },
    },
  };
}

function withLedger(change: (ledger: ObjectStore) => Partial<ObjectStore>): (ports: Ports) => Ports {
  return (ports) => ({ ...ports, ledger: { ...ports.ledger, ...change(ports.ledger) } });
}

const isClaim = (key: string) => key.startsWith('claims/');
const nothing = (key: string) => ({ key, versionId: '', etag: '', size: 0, modifiedAt: '' });
