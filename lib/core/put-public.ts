// The only way to public: what is written is work whose hash stands in a verify record.

import type { Asked, PromotePlaces } from './carry-out.ts';
import { readRecord } from './ledger.ts';
import type { VerifyRecord } from './records.ts';
import { Refusal } from './refusal.ts';
import type { ObjectVersion, Pin } from './store.ts';
import { admit, type VerifiedBytes } from './verify.ts';
import { areInForce } from './waivers.ts';

/** The evidence speaks of something else than what is to be published. */
export class NotVerified extends Error {
  override readonly name = 'NotVerified';
}

export async function putPublic(
  places: PromotePlaces,
  { key, work, out }: Asked<'putPublic'>,
): Promise<string | undefined> {
  const verified = await verifiedWork(places, { key, work, out });
  return verified && (await writePublic(places, out.key, verified)).etag;
}

type VerifiedWork = { readonly body: VerifiedBytes; readonly record: VerifyRecord };

/** Only bytes whose hash stands in a verify record for this very work. Undefined where there are none (any more). */
export async function verifiedWork(
  places: PromotePlaces,
  { key, work, out }: Pick<Asked<'putPublic'>, 'key' | 'work' | 'out'>,
): Promise<VerifiedWork | undefined> {
  const record = await readRecord(places.ledger, work);
  const stored = await places.work.get(work);
  if (!record || !stored) return undefined;
  if (record.key !== key || record.work !== work || record.sha256 !== out.sha256)
    throw new NotVerified('the verify record speaks of something else');
  // Whatever stood in a queue until a waiver had expired, or was withdrawn, is not released any more.
  if (!(await areInForce(places.ledger, key, record.waived ?? [], places.now()))) return undefined;
  try {
    return { body: admit(stored.body, record), record };
  } catch (error) {
    if (error instanceof Refusal) throw new NotVerified('the work object is not what was verified');
    throw error;
  }
}

/** Does all that the work was let through by hold at this moment? */
export async function isWaived(
  { ledger, now }: Pick<PromotePlaces, 'ledger' | 'now'>,
  { key, work }: Pick<Asked<'isWaived'>, 'key' | 'work'>,
): Promise<boolean> {
  const record = await readRecord(ledger, work);
  return record !== undefined && areInForce(ledger, key, record.waived ?? [], now());
}

/** `over`: rejects with PreconditionFailed where that version is not current. */
export function writePublic(
  places: PromotePlaces,
  publicKey: string,
  { body, record: { mediaType } }: VerifiedWork,
  over?: Pin,
): Promise<ObjectVersion> {
  const { cacheControl } = places;
  const headers = { contentType: mediaType, ...(cacheControl !== undefined && { cacheControl }) };
  return places.public.put(publicKey, body, { ...headers, ...(over && { over }) });
}
