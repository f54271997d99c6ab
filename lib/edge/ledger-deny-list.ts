// The deny-list where no CDN keeps one: a record in the ledger for each name. Whatever serves the public bucket or
// folder asks `isDenied` first.

import type { EdgeDenyList } from '../core/edge.ts';
import { recordIn } from '../core/ledger.ts';
import { Denied, deniedKey } from '../core/records-take-downs.ts';
import type { ObjectStore } from '../core/store.ts';

export type LedgerDenyList = EdgeDenyList & { isDenied(publicKey: string): Promise<boolean> };

export function ledgerDenyList(ledger: ObjectStore, now: () => Date): LedgerDenyList {
  // A record that cannot be read still denies: it is there.
  const isDenied = async (publicKey: string) => (await ledger.head(deniedKey(publicKey))) !== undefined;
  return {
    isDenied,

    async deny(publicKeys) {
      let changed = false;
      for (const publicKey of publicKeys) {
        if (await isDenied(publicKey)) continue;
        changed = true;
        const denied: Denied = { v: 1, publicKey, at: now().toISOString() };
        await ledger.put(deniedKey(publicKey), Buffer.from(`${JSON.stringify(denied)}\n`));
      }
      return changed;
    },

    async allow(publicKeys) {
      // In a bucket with versions every delete leaves a marker, so what is not there is left alone.
      const denied: string[] = [];
      for (const publicKey of publicKeys) if (await isDenied(publicKey)) denied.push(publicKey);
      for (const publicKey of denied) await ledger.remove(deniedKey(publicKey));
      return denied.length > 0;
    },

    async *list() {
      for await (const { key } of ledger.list('denied/')) {
        const found = await ledger.get(key);
        if (found) yield recordIn(found.body, Denied).publicKey;
      }
    },
  };
}
