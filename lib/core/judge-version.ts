// Judging one pinned version, and storing what came of it with its evidence: the verified bytes and their record, or the
// original and its case.

import type { FailClosedPlaces, SanitizePlaces } from './carry-out.ts';
import { MARK, markFor, markKey, waitsForPeople } from './case-index.ts';
import { judgeInView } from './judge-waived.ts';
import { putJson, putOnce, readCase, readHead, recordIn, toJson } from './ledger.ts';
import { mustWithhold } from './must-withhold.ts';
import { pastKeys } from './past-index.ts';
import { ownsPublic, publicKeyOf } from './public-names.ts';
import { Case, caseIdOf, caseKey, type Source, VerifyRecord, verifyKey, type Waived, workIdOf } from './records.ts';
import { payloadKey, type ReviewWord } from './records-cases.ts';
import { Evidence, evidenceKey } from './records-evidence.ts';
import type { Reason } from './refusal.ts';
import { type HeadSeen, isSame, type Judged } from './settle.ts';
import type { Published, Quarantined, Verdict } from './verdict.ts';
import { sha256 } from './verify.ts';
import { readWord } from './waivers.ts';

/** What is judged, and what review had to say about it when it was. */
type About = {
  readonly key: string;
  readonly src: Source;
  readonly word?: ReviewWord | undefined;
  readonly waived?: readonly Waived[];
  /** Where the version stood, when that was not staging; its bytes are given then. */
  readonly of?: 'public';
};

/** The pinned version's bytes are read once, judged, and stored where the verdict says, with the evidence. */
export async function judgeVersion(places: SanitizePlaces, key: string, src: Source): Promise<Judged> {
  const started = performance.now();
  const isRead = src.size <= places.maxInputBytes;
  const untrusted = isRead ? (await places.staging.get(key, src.versionId))?.body : undefined;
  if (isRead && !untrusted) return gone(places, key, src);
  const pinned = { key, versionId: src.versionId, etag: src.etag };
  const judged = untrusted
    ? await judgeInView(places, untrusted, pinned)
    : {
        verdict: unopened('limit', `${src.size} bytes of input`),
        waived: [],
        word: await readWord(places.ledger, key),
      };
  const { waived, word } = judged;
  const verdict =
    judged.verdict.outcome === 'published' ? await nameTaken(places, key, judged.verdict) : judged.verdict;
  places.onVerdict?.(verdict, src, performance.now() - started);
  const about = { key, src, word, waived };
  if (verdict.outcome === 'quarantined') return quarantine(places, about, untrusted, verdict);
  return keepWork(places, about, publicKeyOf(key, verdict), verdict);
}

/** Asked for again and again, a version that staging shows and does not give would never end among the dead letters. */
async function gone({ staging }: SanitizePlaces, key: string, { versionId }: Source): Promise<Judged> {
  if ((await staging.head(key))?.versionId === versionId)
    throw new Error('staging shows a version that it does not give');
  return { outcome: 'gone' };
}

/** A document whose public name another one holds is quarantined. */
async function nameTaken(places: SanitizePlaces, key: string, verdict: Published): Promise<Verdict> {
  if (await ownsPublic(places.ledger, key, publicKeyOf(key, verdict), 'claim')) return verdict;
  const { format, mediaType, findings, scanner, definitions } = verdict;
  return {
    outcome: 'quarantined',
    reason: 'unsupported',
    detail: 'the name it would be published under is taken',
    ...{ format, mediaType, findings, scanner, ...(definitions !== undefined && { definitions }) },
  };
}

/** `original`: the bytes, where they stood in public and not in staging. */
export async function keepWork(
  places: SanitizePlaces,
  { key, src, waived = [], of }: About,
  publicKey: string,
  verdict: Published,
  original?: Uint8Array,
): Promise<Extract<Judged, { outcome: 'published' }>> {
  const { policy, version } = places.terms;
  const from = original && of && { of, srcSha256: sha256(original) };
  const work = workIdOf(key, src, policy, version, of);
  const { body, proof, format, mediaType, findings, scanner, definitions } = verdict;
  await places.work.put(work, body, { contentType: mediaType });
  const record = VerifyRecord.parse({
    v: 1,
    ...{ work, key, src, format, mediaType, findings, scanner, definitions, policy, version, ...from },
    ...(waived.length > 0 && { waived }),
    ...{ sha256: proof.sha256, bytes: proof.bytes, checks: proof.checks, at: places.now().toISOString() },
  });
  await putJson(places.ledger, verifyKey(work), record);
  const [waiver] = waived;
  const out = { key: publicKey, sha256: proof.sha256, mediaType };
  return { outcome: 'published', work, out, ...(waiver && { waiver: waiver.id }) };
}

export async function quarantine(
  places: FailClosedPlaces,
  about: About,
  untrusted: Uint8Array | undefined,
  verdict: Quarantined,
): Promise<Extract<Judged, { outcome: 'quarantined' }>> {
  const { key, src, word, waived = [], of } = about;
  const { policy, version } = places.terms;
  const { reason, detail, format, mediaType, findings, scanner, definitions } = verdict;
  const source = { ...src, sha256: untrusted ? sha256(untrusted) : null };
  const { caseId, follows, ...successor } = await caseFor(places, about, verdict, source.sha256);
  const uploader = of ? undefined : (places.uploaderOf?.(key, src) ?? successor.uploader);
  const opened: Case = Case.parse({
    v: 1,
    state: 'open',
    ...{ caseId, key, source, reason, detail, format, mediaType, findings, scanner, definitions, policy, version },
    ...(of && { of }),
    ...(uploader !== undefined && { uploader }),
    ...(waived.length > 0 && { waived }),
    ...(follows !== undefined && { follows }),
    at: places.now().toISOString(),
  });
  // The payload first: a case without its original would be evidence of nothing. What was not opened is copied, not held.
  if (untrusted) await putOnce(places.quarantine, payloadKey(caseId), untrusted);
  else await places.quarantine.copyFrom(places.staging, key, src.versionId, payloadKey(caseId));
  // Of two who quarantine the same version the first one's case counts, in both places.
  await putOnce(places.ledger, caseKey(caseId), toJson(opened));
  const kept = await places.ledger.get(caseKey(caseId));
  if (!kept) throw new Error('a case that was just written is not in the ledger');
  await putOnce(places.quarantine, `${caseId}/case.json`, kept.body);
  const counted = recordIn(kept.body, Case);
  const { evidence: rows = [] } = verdict;
  if (rows.length > 0)
    await putOnce(places.ledger, evidenceKey(caseId), toJson(Evidence.parse({ v: 1, caseId, rows })));
  await markOpen(places.ledger, counted);
  for (const past of pastKeys(counted)) await places.ledger.put(past, MARK);
  const refused = { key, src, reason, findings: counted.findings };
  const isFatal = of ? counted.reason === 'malware' : await mustWithhold(places, refused);
  const withhold = places.overwrite === 'withhold' || isFatal;
  return { outcome: 'quarantined', caseId, withhold, ...(word && { word: word.id }) };
}

/** Lists show it. */
async function markOpen(ledger: FailClosedPlaces['ledger'], evidence: Case): Promise<void> {
  if (waitsForPeople(evidence)) await ledger.put(markKey(markFor(evidence, 'open', evidence.at)), MARK);
}

/** Again when the head says so: whoever had looked before that took the case for ended, and its mark away. */
export async function markHeld({ ledger }: Pick<FailClosedPlaces, 'ledger'>, caseId: string): Promise<void> {
  const evidence = await readCase(ledger, caseId);
  if (evidence) await markOpen(ledger, evidence);
}

/**
 * A case says why its version is held back now: where that has become another reason, or the version was published in
 * between, there is a new case, which says whose successor it is. So there is where somebody asked for a judgement that
 * came to anything else. The same attempt, made again after a crash or by two at a time, comes to the same case.
 */
async function caseFor(
  { ledger, terms: { policy } }: FailClosedPlaces,
  { key, src, word, waived = [], of }: About,
  verdict: Quarantined,
  hash: string | null,
): Promise<Successor> {
  const id = (...more: readonly string[]) => caseIdOf(key, src, policy, ...(of ? [of] : []), ...more);
  const held = { ...verdict, waived };
  const head = await readHead(ledger, key);
  const seen = head && isSame(head.src, src) ? head : undefined;
  const isAsked = word !== undefined && word.id !== head?.word;
  const before = seen?.caseId === undefined ? undefined : await readCase(ledger, seen.caseId);
  const says = isAsked ? saysOf : holdsBackBy;
  if (before?.policy === policy && says(before) === says(held)) return { caseId: before.caseId };
  const released = hash !== null && word?.waiver?.sha256 === hash ? word.waiver.caseId : undefined;
  const former = seen?.caseId ?? released;
  const more = isAsked && former !== undefined ? [word.id] : before ? [before.caseId, holdsBackBy(held)] : [];
  const uploader = before?.uploader;
  let found: Successor = { caseId: id(...more), uploader, ...(former !== undefined && { follows: former }) };
  const published = seen?.caseId === undefined ? seen : undefined;
  // Made over this very head, a case is this attempt's own, whatever the clocks say.
  let isOwn = false;
  for (let round = 0; round < MAX_SUCCESSORS; round += 1) {
    const known = await readCase(ledger, found.caseId);
    const ended: HeadSeen | undefined = !isOwn && known && published && known.at < published.at ? published : undefined;
    if (!known || (!ended && holdsBackBy(known) === holdsBackBy(held))) return found;
    const next = id(known.caseId, ended?.nonce ?? holdsBackBy(held));
    found = { caseId: next, uploader: known.uploader, follows: known.caseId };
    isOwn ||= ended !== undefined;
  }
  throw new Error('a case with successors without end');
}

// One that another reason follows, and one that a publication came between.
const MAX_SUCCESSORS = 5;

type Successor = {
  readonly caseId: string;
  readonly follows?: string;
  /** As the case of the same version before it said. */
  readonly uploader?: string | undefined;
};
type Held = Pick<Quarantined, 'reason' | 'findings'> & { readonly waived?: readonly Waived[] | undefined };

/** The reason, and the rules that a release would have to waive. */
function holdsBackBy({ reason, findings, waived = [] }: Held): string {
  const rules = findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  return JSON.stringify([reason, [...new Set(rules)].sort(), waived.map((one) => one.rules)]);
}

function saysOf({ reason, findings, waived = [] }: Held): string {
  const rows = findings.map(({ carrier, at, action, count }) => [carrier, at, action, count]);
  return JSON.stringify([reason, rows, waived.map(({ rules }) => rules)]);
}

export function unopened(reason: Reason, detail: string): Quarantined {
  return { outcome: 'quarantined', reason, detail, format: null, mediaType: null, findings: [], scanner: 'not-run' };
}
