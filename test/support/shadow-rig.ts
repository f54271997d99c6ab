// Shadow mode over the rig's stores and judge: the real handlers, in one process that takes turns.

import type { ShadowRecord } from '../../lib/core/records-shadow.ts';
import { readShadow, type ShadowPlaces } from '../../lib/core/shadow-on.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { shadowFailClosedHandler, shadowHandler } from '../../lib/handlers-shadow.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { type Rig, rig } from './pipeline-rig.ts';

export type ShadowRig = Pick<Rig, 'stores' | 'sanitize' | 'events' | 'published'> & {
  readonly shadow: ShadowPlaces;
  /** Where audits and enforcing runs, asked of this channel, report. */
  readonly results: ReturnType<typeof memoryQueue>;
  /** What was written, anywhere. */
  readonly written: readonly string[];
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  send(body: string): Promise<void>;
  drain(): Promise<void>;
  recorded(key: string): Promise<ShadowRecord | undefined>;
};

const WRITES = ['put', 'remove', 'purge', 'copyFrom'];

export function shadowRig({ fault }: { readonly fault?: (operation: string) => void } = {}): ShadowRig {
  const made = rig({ ...(fault && { fault }) });
  const written: string[] = [];
  const told = (name: string, store: ObjectStore): ObjectStore =>
    new Proxy(store, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function' || !WRITES.includes(String(property))) return method;
        return (...args: unknown[]) => {
          written.push(`${name} ${String(args[0])}`);
          return Reflect.apply(method, target, args);
        };
      },
    });
  const dead = memoryQueue({ visibilityMs: 60_000, maxReceives: 50 });
  const live = memoryQueue({ visibilityMs: 60_000, maxReceives: 5, deadLetters: dead });
  const heavy = memoryQueue({ visibilityMs: 60_000, maxReceives: 5, deadLetters: dead });
  const results = memoryQueue({ visibilityMs: 60_000, maxReceives: 50 });
  const { judge, terms, now, maxInputBytes, staging, ledger } = made.sanitize;
  const shadow: ShadowPlaces = {
    ...{ judge, terms, now, maxInputBytes, liveQueue: live, heavy: { queue: heavy, aboveBytes: 500 } },
    staging: told('staging', staging),
    ledger: told('ledger', ledger),
  };
  const { heavy: _, ...judgeAll } = shadow;
  const audit = { ...made.stores, judge, terms, now, maxInputBytes };
  const handlers = [
    [live, shadowHandler({ shadow, audit, results })],
    [heavy, shadowHandler({ shadow: judgeAll, results })],
    [dead, shadowFailClosedHandler({ ...shadow, results })],
  ] as const;
  const send = (body: string) => live.send(body);
  const hint = (key: string) => send(JSON.stringify({ kind: 'reconcile', key }));
  return {
    ...{ stores: made.stores, sanitize: made.sanitize, events: made.events, published: made.published },
    ...{ shadow, results, written, send },
    async put(key, text) {
      await made.stores.staging.put(key, Buffer.from(text));
      await hint(key);
    },
    async remove(key) {
      await made.stores.staging.remove(key);
      await hint(key);
    },
    async drain() {
      for (let isBusy = true; isBusy; ) {
        isBusy = false;
        for (const [queue, handle] of handlers)
          for (const message of await queue.receive({ max: 10, waitMs: 0 })) {
            isBusy = true;
            await handle(message.body).then(
              () => queue.delete(message),
              () => queue.retry(message, { afterMs: 0 }),
            );
          }
      }
    },
    recorded: (key) => readShadow(made.stores.ledger, key),
  };
}
