// Shadow mode of a live lane: what staging holds is judged and put on record, and nothing else is written. There is no
// effect here that public, quarantine, work or a head could be changed by, and none that tells the world.

import { isSame, isUnder, type Terms, type Transition } from './settle.ts';
import { again, ask } from './take-away.ts';

/** Brings the record of one key to what staging holds. A key that staging does not hold keeps the record it has. */
export function* shadow(key: string, terms: Terms): Transition {
  const src = yield* ask('headStaging', { key });
  if (!src) return 'nothing';
  const seen = yield* ask('readShadow', { key });
  if (seen && isSame(seen.src, src) && isUnder(seen, terms)) return 'settled';
  const judged = yield* ask('judgeAside', { key, src, base: seen?.etag ?? null });
  if (judged === 'heavy') {
    yield* ask('sendHeavy', { key });
    return 'heavy';
  }
  if (judged !== 'recorded') return yield* again(key);
  // Whoever judged a newer version may have finished between our look at staging and our look at the record.
  const after = yield* ask('headStaging', { key });
  return isSame(after, src) ? 'recorded' : yield* again(key);
}
