import { createHash } from 'node:crypto';
import { findResidue } from './absence.ts';
import type { Context, Format, RemovedValue, VisibleRanges } from './format.ts';
import { probe } from './probes.ts';
import { Refusal } from './refusal.ts';
import { unexpectedTags } from './second-opinion.ts';

declare const verified: unique symbol;
/** Bytes that passed `verify`, which alone makes them. The work store takes nothing else. */
export type VerifiedBytes = Uint8Array & { readonly [verified]: true };

/** What verify found true of exactly these bytes. Stands in the record that promote asks for. */
export type Proof = {
  readonly sha256: string;
  readonly bytes: number;
  /** The names of the checks that passed. */
  readonly checks: readonly string[];
};

/**
 * Passes the rebuilt bytes or rejects with Refusal('unverified'). Everything is read anew from the bytes, by other
 * engines than those that made them (design 3.5).
 */
export async function verify(
  format: Format,
  original: Uint8Array,
  { body, extension, shownInside = new Map() }: Result,
  removed: readonly RemovedValue[],
  context: Context,
): Promise<{ readonly body: VerifiedBytes; readonly proof: Proof; readonly shown: VisibleRanges }> {
  if (!format.matches(body)) throw new Refusal('unverified', 'the result is not of its format any more');
  const compared = await format.compare(original, body, context);
  const visible = joined(shownInside, await format.visible(body, context));

  const residue = await findResidue(body, removed, visible, context.limits);
  if (residue[0])
    throw new Refusal('unverified', `a removed value is still in ${residue[0].view} (${residue.length} places)`);

  const probed = await probe(body, visible, context.limits);
  if (probed[0]) throw new Refusal('unverified', `${probed[0].kind} in ${probed[0].view} (${probed.length} places)`);

  const tags = await unexpectedTags(format, body, extension, context);
  if (tags.length > 0) throw new Refusal('unverified', `ExifTool reads ${tags.length} tags that no table allows`);

  const checks = [...compared, 'absence', 'probes', 'exiftool'];
  const proof = { sha256: sha256(body), bytes: body.length, checks };
  return { body: admit(body, proof), proof, shown: visible };
}

type Result = {
  readonly body: Uint8Array;
  readonly extension: string;
  /** What the documents inside it show. */
  readonly shownInside?: VisibleRanges;
};

/** The ranges of both; those of one view together. */
export function joined(some: VisibleRanges, more: VisibleRanges): VisibleRanges {
  if (some.size === 0 || more.size === 0) return some.size === 0 ? more : some;
  return new Map([
    ...some,
    ...[...more].map(([view, ranges]) => [view, [...(some.get(view) ?? []), ...ranges]] as const),
  ]);
}

/** The bytes that a proof speaks of. Rejects with Refusal('unverified') when they are others. */
export function admit(body: Uint8Array, proof: Pick<Proof, 'sha256' | 'bytes'>): VerifiedBytes {
  if (body.length !== proof.bytes || sha256(body) !== proof.sha256)
    throw new Refusal('unverified', 'the bytes are not those that were verified');
  return body as VerifiedBytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
