// Looks on while histories run: what judging gave, what was written to public by whom, what the ledger said and when.
// What must hold at every moment is checked here, at the write itself.

import { Case, DocumentEvent, Head } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import type { Worker } from './scheduler.ts';
import { type Moment, newReviewWatch, notePublic, noteReview, type ReviewWatch } from './watch-review.ts';

export type Uploaded = { readonly versionId: string; readonly text: string } | 'deleted';
export type Written = { readonly key: string; readonly versionId: string; readonly text: string };
export type Quarantined = { readonly key: string; readonly versionId: string; readonly caseId: string };

export type Watch = {
  /** What publishers did to each key, in order. */
  readonly uploads: Map<string, Uploaded[]>;
  /** Every text that judging passed. */
  readonly outputs: Set<string>;
  readonly written: Written[];
  /** What somebody wrote to public, past us. */
  readonly byHand: Written[];
  /** Staging versions that a head said DONE of, and those that it said QUARANTINED of. */
  readonly done: { readonly key: string; readonly versionId: string }[];
  readonly quarantined: Quarantined[];
  /** Keys whose messages ended among the dead letters. */
  readonly failed: Set<string>;
  readonly violations: string[];
  readonly review: ReviewWatch;
};

export function newWatch(): Watch {
  return {
    uploads: new Map(),
    outputs: new Set(),
    written: [],
    byHand: [],
    done: [],
    quarantined: [],
    failed: new Set(),
    violations: [],
    review: newReviewWatch(),
  };
}

const textOf = (body: Uint8Array) => Buffer.from(body).toString();

/** The public bucket, whose every change has to be on record, by the one who makes it, before it is made. */
export function watchPublic(
  store: ObjectStore,
  worker: Worker,
  { audited, since }: Message,
  watch: Watch,
): ObjectStore {
  const unrecorded = (isRecord: (event: DocumentEvent) => boolean, what: string) => {
    if (!audited.some(isRecord)) watch.violations.push(`${worker.name} ${what}, not on record`);
  };
  const written = (key: string, body: Uint8Array, versionId: string) => {
    const text = textOf(body);
    if (!watch.outputs.has(text)) watch.violations.push(`${worker.name} made public what was never judged: ${text}`);
    const wrong = notePublic(key, text, since, watch.review);
    if (wrong !== undefined) watch.violations.push(`${worker.name}: ${wrong}`);
    watch.written.push({ key, versionId, text });
  };
  return {
    ...store,
    async put(key, body, options) {
      const isThis = (event: DocumentEvent) => event.type === 'Document Promoted' && event.publicKey === key;
      unrecorded(isThis, `writes ${key}`);
      const version = await store.put(key, body, options);
      written(key, body, version.versionId);
      return version;
    },
    async copyFrom(source, key, versionId, toKey) {
      await store.copyFrom(source, key, versionId, toKey);
      const copied = await store.get(toKey);
      if (copied) written(toKey, copied.body, copied.version.versionId);
    },
    async remove(key) {
      const isThis = (event: DocumentEvent) => event.type === 'Document Removed' && event.publicKeys.includes(key);
      if (await store.head(key)) unrecorded(isThis, `removes ${key}`);
      await store.remove(key);
    },
  };
}

/** What is known of the message that a worker has in hand: since when, and what it has put on record for it. */
export type Message = { readonly audited: DocumentEvent[]; readonly since: Moment };

/** The ledger: what heads say, what each worker has put on record, and what people say. */
export function watchLedger(store: ObjectStore, audited: DocumentEvent[], watch: Watch): ObjectStore {
  return {
    ...store,
    async put(key, body, options) {
      const version = await store.put(key, body, options);
      if (key.startsWith('audit/')) audited.push(DocumentEvent.parse(JSON.parse(textOf(body))));
      if (key.startsWith('heads/')) noteHead(Head.parse(JSON.parse(textOf(body))), watch);
      if (key.startsWith('cases/')) noteCase(Case.parse(JSON.parse(textOf(body))), watch);
      const wrong = noteReview(key, body, watch.review);
      if (wrong !== undefined) watch.violations.push(wrong);
      return version;
    },
  };
}

function noteCase({ caseId, key, source }: Case, { uploads, review }: Watch): void {
  const isIt = (one: Uploaded) => one !== 'deleted' && one.versionId === source.versionId;
  const upload = uploads.get(key)?.find(isIt);
  if (upload && upload !== 'deleted') review.originals.set(caseId, { key, text: upload.text });
}

function noteHead({ key, state, src, caseId }: Head, { done, quarantined }: Watch): void {
  if (state === 'DONE' && src) done.push({ key, versionId: src.versionId });
  if (state === 'QUARANTINED' && src && caseId) quarantined.push({ key, versionId: src.versionId, caseId });
}
