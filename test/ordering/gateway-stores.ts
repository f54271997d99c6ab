// The five buckets on RADOS Gateway, new ones for each history by a prefix of its own: making buckets takes longer.

import type { ObjectStore, ObjectVersion } from '../../lib/core/store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { startGateway } from '../support/radosgw.ts';
import type { Stores } from './world.ts';

export async function gatewayStores(): Promise<{ readonly stores: () => Stores; stop(): Promise<void> }> {
  const gateway = await startGateway();
  // Ledger and quarantine without versions: there the gateway has conditional puts.
  const open = async (versioned: boolean) => s3Store(gateway.client, await gateway.bucket({ versioned }));
  const bare = {
    staging: await open(true),
    work: await open(false),
    public: await open(true),
    quarantine: await open(false),
    ledger: await open(false),
  };
  let histories = 0;
  return {
    stores() {
      histories += 1;
      const under = (store: ObjectStore) => prefixed(store, `${histories}/`);
      return {
        staging: under(bare.staging),
        work: under(bare.work),
        public: under(bare.public),
        quarantine: under(bare.quarantine),
        ledger: under(bare.ledger),
      };
    },
    stop: gateway.stop,
  };
}

const wholes = new WeakMap<ObjectStore, { readonly store: ObjectStore; readonly prefix: string }>();

/** What lies under the prefix, as a store of its own. */
function prefixed(store: ObjectStore, prefix: string): ObjectStore {
  const short = (version: ObjectVersion): ObjectVersion => ({ ...version, key: version.key.slice(prefix.length) });
  const part: ObjectStore = {
    async head(key) {
      const version = await store.head(prefix + key);
      return version && short(version);
    },
    async get(key, versionId) {
      const found = await store.get(prefix + key, versionId);
      return found && { ...found, version: short(found.version) };
    },
    put: async (key, body, options) => short(await store.put(prefix + key, body, options)),
    async copyFrom(source, key, versionId, toKey) {
      const whole = wholes.get(source);
      if (!whole) throw new Error('a part of a bucket copies from parts of buckets only');
      await store.copyFrom(whole.store, whole.prefix + key, versionId, prefix + toKey);
    },
    remove: (key) => store.remove(prefix + key),
    purge: (key, options) => store.purge(prefix + key, options),
    undoUnlessOver: (key, ...pins) => store.undoUnlessOver(prefix + key, ...pins),
    wasRemovedSince: (key, versionId) => store.wasRemovedSince(prefix + key, versionId),
    async *list(from = '') {
      for await (const version of store.list(prefix + from)) yield short(version);
    },
  };
  wholes.set(part, { store, prefix });
  return part;
}
