// What has to hold when every message was handled. It is said from what publishers did and what was seen on the way,
// not from what the code under test thinks of itself; heads are read only for what they claim to have settled.

import { readHead } from '../../lib/core/ledger.ts';
import { Case, caseKey } from '../../lib/core/records.ts';
import type { HeadSeen } from '../../lib/core/settle.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { isPublishable, kindOf, publicNameOf, sanitised } from './documents.ts';
import { type History, KEYS } from './history.ts';
import type { Uploaded } from './watch.ts';
import { isMadeOf } from './watch-review.ts';
import type { World } from './world.ts';

export type AtRest = { readonly violations: readonly string[]; readonly summary: string };
type Upload = Exclude<Uploaded, 'deleted'>;

export async function atRest(world: World, history: History): Promise<AtRest> {
  const { stores, watch, queues } = world;
  const violations: string[] = [];
  const published = await textsIn(stores.public);
  const explained = new Set<string>();
  const summary: string[] = [];
  for (const key of KEYS) {
    const head = await readHead(stores.ledger, key);
    const settled = await settledKey(world, history, key, head, published);
    violations.push(...settled.violations.map((wrong) => `${key}: ${wrong}`));
    for (const name of settled.names) explained.add(name);
    summary.push(`${key} ${head?.state} ${head?.src?.versionId} ${head?.out?.key} ${head?.previous}`);
  }
  for (const [name, text] of published) {
    summary.push(`public ${name} ${text}`);
    if (!explained.has(name)) violations.push(`public ${name} holds '${text}', which nobody put there last`);
  }
  violations.push(...(await leftovers(world, published)));
  for (const one of watch.quarantined) violations.push(...(await keptCase(world, one)));
  for (const { name, held } of queues) if (held.size > 0) violations.push(`${held.size} messages left in ${name}`);
  return { violations, summary: summary.join('\n') };
}

/** Is the key as its uploads say? Answers the public names that it explains. */
async function settledKey(
  { stores, watch, terms }: World,
  { overwrite }: History,
  key: string,
  head: HeadSeen | undefined,
  published: ReadonlyMap<string, string>,
): Promise<{ readonly violations: readonly string[]; readonly names: readonly string[] }> {
  const uploads = watch.uploads.get(key) ?? [];
  const current = uploads.at(-1);
  const wrong = (what: string) => ({ violations: [`${what} (head ${head?.state})`], names: [] });
  if (current === undefined || current === 'deleted')
    return !head || head.state === 'REMOVED' ? { violations: [], names: [] } : wrong('staging has none');
  if (head?.src?.versionId !== current.versionId) return wrong('the head speaks of another version');
  if (head.version !== terms.version) return wrong('the head is of another program');
  if (head.state === 'DONE') {
    const name = publicNameOf(key, current.text);
    if (!isLetThrough(current, watch)) return wrong('was published and may not be');
    const text = sanitised(current.text, terms.version);
    return published.get(name) === text ? { violations: [], names: [name] } : wrong(`public has not '${text}'`);
  }
  if (head.state !== 'QUARANTINED' || !head.caseId) return wrong('not settled');

  const found = await stores.ledger.get(caseKey(head.caseId));
  const { reason } = Case.parse(JSON.parse(textOf(found?.body)));
  const rivals = [...watch.uploads.keys()].filter(
    (other) => other !== key && other.startsWith('a.') && key.startsWith('a.'),
  );
  const isTrue = {
    'hidden-content': !isPublishable(current.text),
    crashed: watch.failed.has(key),
    unsupported: rivals.length > 0,
  }[String(reason)];
  if (!isTrue) return wrong(`quarantined as ${reason}, which is not so`);

  const since = uploads.slice(uploads.lastIndexOf('deleted') + 1).filter((one) => one !== 'deleted');
  const doneAt = since.findLastIndex(({ versionId }) => watch.done.some((done) => done.versionId === versionId));
  const isUnopened = String(reason) === 'crashed';
  const mayBePublic = (one: Upload) => isLetThrough(one, watch) && mayStay(one, current, isUnopened, overwrite);
  const allowed = since.filter((one, at) => mayBePublic(one) && at >= doneAt);
  const standing = allowed.filter((one) => isPublicAs(key, one, published));
  const names = [...new Set(standing.map(({ text }) => publicNameOf(key, text)))];
  // What was released may be held back again by now.
  const isOwn = isPublishable(since[doneAt]?.text ?? '');
  const isOwed = isOwn && overwrite === 'keep-previous' && rivals.length === 0;
  // A finding that quarantined a version in between takes away what has it too; that is seen by the head alone.
  const isWithheld = head.previous === 'withheld' && since.some(({ text }) => kindOf(text) === 'bad');
  if (isOwed && names.length === 0 && !isWithheld) return wrong('the previous version is gone from public');
  return { violations: names.length > 1 ? ['two versions are public'] : [], names };
}

/** Publishable, or released by people. */
function isLetThrough({ text }: Upload, { review }: World['watch']): boolean {
  return isPublishable(text) || review.releases.some((one) => isMadeOf(one.text, text));
}

/** May an older version stay public under a quarantined one? */
function mayStay(one: Upload, current: Upload, isUnopened: boolean, overwrite: History['overwrite']): boolean {
  if (overwrite === 'withhold') return false;
  // What was never opened has no findings to compare.
  if (isUnopened) return true;
  const shared = (text: string) => (kindOf(text) === 'finding' ? 'bad' : kindOf(text));
  return isPublishable(one.text) && kindOf(one.text) !== 'finding' ? true : shared(one.text) !== kindOf(current.text);
}

/** By this version of the program or an earlier one. */
function isPublicAs(key: string, { text }: Upload, published: ReadonlyMap<string, string>): boolean {
  const is = published.get(publicNameOf(key, text));
  return is !== undefined && isMadeOf(is, text);
}

/** Older versions in the public bucket can be read too: none may be left that says anything else. */
async function leftovers({ stores, watch }: World, published: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { key, versionId, text } of watch.written)
    if (published.get(key) !== text && (await stores.public.get(key, versionId)))
      left.push(`an older version of public ${key} is left: '${text}'`);
  return left;
}

/** Whatever a head ever said QUARANTINED of: the original unless it was deleted, the case beside it, and the one in the ledger. */
async function keptCase({ stores, watch }: World, { key, versionId, caseId }: World['watch']['quarantined'][number]) {
  const isIt = (one: Uploaded): one is Upload => one !== 'deleted' && one.versionId === versionId;
  const text = watch.uploads.get(key)?.find(isIt)?.text;
  const payload = await stores.quarantine.get(`${caseId}/payload`);
  const beside = await stores.quarantine.get(`${caseId}/case.json`);
  const inLedger = await stores.ledger.get(caseKey(caseId));
  const isDeleted = watch.review.deleted.has(caseId);
  if (text === undefined || (!isDeleted && textOf(payload?.body) !== text))
    return [`${key}: the original of case ${caseId} is lost`];
  const isWhole = beside && textOf(beside.body) === textOf(inLedger?.body);
  return isWhole ? [] : [`${key}: case ${caseId} is not whole`];
}

async function textsIn(store: ObjectStore): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { key } of store.list()) texts.set(key, textOf((await store.get(key))?.body));
  return texts;
}

const textOf = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString();
