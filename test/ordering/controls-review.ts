// What an implementation of the review could do wrong, done on purpose.

import type fc from 'fast-check';
import { ALLOW_LIST, type ReviewWord, wordKey } from '../../lib/core/records-cases.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import type { History } from './history.ts';
import { deletedAndJudged, replacedAndLookedAt } from './reviews.ts';
import type { Control, Ports } from './world.ts';

type ReviewControl = {
  readonly does: string;
  readonly noticed: RegExp;
  readonly control: Control;
  readonly histories?: fc.Arbitrary<History>;
};

const FAR = '2099-01-01T00:00:00.000Z';

export const REVIEW_CONTROLS: readonly ReviewControl[] = [
  {
    does: 'lets people approve what they asked for',
    noticed: /(local:\w+) approves what \1 asked for/,
    control: { ports: blindToWhoAsked },
  },
  {
    does: 'takes no notice of the time that a release is good for',
    noticed: /nobody allowed it|was not allowed any more/,
    control: {
      ports: changing('waivers/', ({ waiver, ...word }) => ({
        ...word,
        waiver: isRecord(waiver) ? { ...waiver, expiresAt: FAR } : waiver,
      })),
    },
  },
  {
    does: 'is deaf to withdrawals',
    noticed: /nobody allowed it|was not allowed any more|not whole: waiver/,
    control: { ports: deafToWithdrawals },
  },
  {
    does: 'deletes an original, and leaves its older versions',
    noticed: /an older version of the original/,
    control: { ports: (ports) => ({ ...ports, quarantine: { ...ports.quarantine, purge: async () => 0 } }) },
  },
  {
    does: 'leaves nothing in the place of what was deleted',
    noticed: /was deleted, and is there/,
    control: { ports: removesWhatIsDeleted },
    histories: deletedAndJudged,
  },
  {
    does: 'writes over entries of the trail',
    noticed: /not whole|approves what nobody asked for|nobody allowed/,
    control: {
      ports: withLedger((ledger) => ({
        put: (key, body, options) => ledger.put(key, body, key.startsWith('trail/') ? {} : options),
      })),
    },
  },
  {
    does: 'takes a case for ended that somebody looks at before its head says so',
    noticed: /is superseded, and holds its document back|what waits and what is listed differ/,
    control: { ports: marksOnce },
    histories: replacedAndLookedAt,
  },
];

type Json = Readonly<Record<string, unknown>>;

/** Records under that prefix are read as something else. */
function changing(prefix: string, change: (record: Json) => Json): (ports: Ports) => Ports {
  return withLedger((ledger) => ({
    async get(key, ...rest) {
      const found = await ledger.get(key, ...rest);
      if (!found || !key.startsWith(prefix)) return found;
      const record: Json = JSON.parse(Buffer.from(found.body).toString());
      return { ...found, body: Buffer.from(JSON.stringify(change(record))) };
    },
  }));
}

/** Whoever decides reads that somebody else had asked; what is written says who did. */
function blindToWhoAsked(ports: Ports): Ports {
  const asked = new Map<string, string>();
  const hiding = changing('reviews/', ({ caseId, request, ...review }) => {
    if (isRecord(request)) asked.set(String(caseId), String(request.by));
    return { ...review, caseId, request: isRecord(request) ? { ...request, by: NOBODY } : request };
  });
  return withLedger((ledger) => ({
    put(key, body, options) {
      const text = Buffer.from(body).toString();
      const by = asked.get(/"caseId": "([0-9a-f]{32})"/.exec(text)?.[1] ?? '') ?? NOBODY;
      return ledger.put(key, Buffer.from(text.replaceAll(`"${NOBODY}"`, `"${by}"`)), options);
    },
  }))(hiding(ports));
}

const NOBODY = 'local:nobody';
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** A word that says nothing any more is not written. */
function deafToWithdrawals(ports: Ports): Ports {
  return withLedger((ledger) => ({
    async put(key, body, options) {
      const isWord = key.startsWith('waivers/') && !key.startsWith(ALLOW_LIST);
      const word: ReviewWord | undefined = isWord ? JSON.parse(Buffer.from(body).toString()) : undefined;
      const stands = word && !word.waiver ? await ledger.get(wordKey(word.key)) : undefined;
      return stands?.version ?? ledger.put(key, body, options);
    },
  }))(ports);
}

/** A worker puts a mark once, before the head says so. */
function marksOnce(ports: Ports): Ports {
  const marked = new Set<string>();
  return withLedger((ledger) => ({
    async put(key, body, options) {
      if (!key.startsWith('case-index/open/')) return ledger.put(key, body, options);
      if (marked.has(key)) return { key, versionId: '', etag: '', size: 0, modifiedAt: '' };
      marked.add(key);
      return ledger.put(key, body, options);
    },
  }))(ports);
}

function removesWhatIsDeleted(ports: Ports): Ports {
  const { quarantine } = ports;
  return {
    ...ports,
    quarantine: {
      ...quarantine,
      async put(key, body, options) {
        if (body.length > 0) return quarantine.put(key, body, options);
        await quarantine.remove(key);
        return { key, versionId: '', etag: '', size: 0, modifiedAt: '' };
      },
    },
  };
}

function withLedger(change: (ledger: ObjectStore) => Partial<ObjectStore>): (ports: Ports) => Ports {
  return (ports) => ({ ...ports, ledger: { ...ports.ledger, ...change(ports.ledger) } });
}
