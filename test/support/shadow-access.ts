// Which rights the handlers of shadow mode use, seen by running them.

import { shadowFailClosedHandler, shadowHandler } from '../../lib/handlers-shadow.ts';
import { memoryQueue } from '../../lib/stores/memory-queue.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { type Note, recorded, recordedQueue } from './recorded.ts';
import { shadowRig } from './shadow-rig.ts';
import { scanFrom } from './used-rights.ts';

/** Stands before the matrix in docs/threat-model.md. */
export const SHADOW = `In [shadow mode](shadow.md) there is no promote, and nothing that opens a document can write anything but records
of what would have become of it. Public is left to whoever publishes today, as IAM lets them:`;

export type UsedInShadow = {
  readonly role: 'sanitize' | 'fail-closed';
  readonly action: string;
  readonly place: string;
  readonly key?: string;
};

export async function usedInShadow(): Promise<readonly UsedInShadow[]> {
  const used = new Map<string, UsedInShadow>();
  const noteOf =
    (role: UsedInShadow['role']): Note =>
    (action, place, key) => {
      const one = { role, action, place, ...(key !== undefined && { key }) };
      used.set(JSON.stringify(one), one);
    };
  const made = shadowRig();
  const { stores } = made;
  const open = () => memoryQueue({ visibilityMs: 60_000, maxReceives: 5 });
  const placesOf = (note: Note) => ({
    ...made.shadow,
    staging: recorded('staging', stores.staging, note),
    ledger: recorded('ledger', stores.ledger, note),
    liveQueue: recordedQueue('live', open(), note),
  });
  const judging = noteOf('sanitize');
  const shadow = {
    ...placesOf(judging),
    heavy: { queue: recordedQueue('heavy', open(), judging), aboveBytes: 500 },
    async judge(...[untrusted, about]: Parameters<typeof made.shadow.judge>) {
      // Overwritten while it is judged: asked for again.
      if (about.name === 'again.txt') await stores.staging.put('again.txt', Buffer.from('newer'));
      return made.shadow.judge(untrusted, about);
    },
  };
  await scanFrom(recorded('definitions', memoryStore(), judging));
  const handle = shadowHandler({ shadow });
  const hint = (key: string) => JSON.stringify({ kind: 'reconcile', key });
  const texts = { 'a.txt': 'one', 'b.txt': 'bad', 'c.docm': 'macro', 'heavy.txt': 'y'.repeat(600), 'again.txt': 'old' };
  for (const [key, text] of Object.entries(texts)) await stores.staging.put(key, Buffer.from(text));
  for (const key of [...Object.keys(texts), 'a.txt', 'gone.txt']) await handle(hint(key));
  const refusing = placesOf(noteOf('fail-closed'));
  const crash = shadowFailClosedHandler({
    ...refusing,
    ledger: {
      ...refusing.ledger,
      async put(key, ...rest) {
        // Another was first, once.
        if (!(await stores.ledger.head(key))) await stores.ledger.put(key, Buffer.from('theirs'));
        return refusing.ledger.put(key, ...rest);
      },
    },
  });
  await stores.staging.put('crash.txt', Buffer.from('one'));
  for (const key of ['crash.txt', 'gone.txt']) await crash(hint(key));
  return [...used.values()];
}
