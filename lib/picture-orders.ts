// What is asked of whoever draws pictures of a quarantined document, and what is answered. Who draws opens hostile bytes,
// and may be a function of its own: its answer is outside data.

import { z } from 'zod';
import { CaseId } from './core/records-cases.ts';
import { Place } from './core/records-evidence.ts';
import { REASONS, type Reason } from './core/refusal.ts';

/** Of an original that is drawn. */
export const MAX_DRAWN_BYTES = 100 * 1024 * 1024;
/** Of a picture: Lambda answers six megabytes, as JSON with Base64 in it. */
export const MAX_PICTURE_BYTES = 4_400_000;

export const PictureOrder = z.strictObject({
  caseId: CaseId,
  /** The original as it is, or what it would be published as. */
  what: z.enum(['before', 'after']),
  /** Starts at 1; one behind the last is the last. */
  page: z.int().positive(),
  /** The case's. */
  format: z.string().max(20).nullable(),
  /** What the document's name ends in, without the dot; the rest of the name is nobody's business. */
  extension: z.string().regex(/^[a-z0-9]{0,20}$/),
  /** On whichever page: painted over before a picture leaves the process that draws it. */
  covered: z.array(Place),
  /** What holds the document back, and would be waived. */
  rules: z.array(z.string()),
});
export type PictureOrder = z.infer<typeof PictureOrder>;

export type PictureAnswer =
  | { readonly is: 'picture'; readonly png: Uint8Array; readonly pages: number }
  /** It cannot be rebuilt, for that reason; or nobody can draw it. */
  | { readonly is: 'none'; readonly reason: Reason | null }
  /** It is one that LibreOffice prints, and where pictures are drawn there is none that works in a sandbox. */
  | { readonly is: 'no-converter' }
  /** Asked again, it may be there. */
  | { readonly is: 'waiting' };

export const NO_PICTURE: PictureAnswer = { is: 'none', reason: null };

/** How a function says it. */
export const SaidPicture = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('picture'),
    png: z.base64().max(Math.ceil(MAX_PICTURE_BYTES / 3) * 4),
    pages: z.int().positive(),
  }),
  z.strictObject({ is: z.literal('none'), reason: z.enum(REASONS).nullable() }),
  z.strictObject({ is: z.enum(['no-converter', 'waiting']) }),
]);
export type SaidPicture = z.infer<typeof SaidPicture>;

export function saidOf(answer: PictureAnswer): SaidPicture {
  return answer.is === 'picture' ? { ...answer, png: Buffer.from(answer.png).toString('base64') } : answer;
}

/** Undefined for what is no such answer, or no PNG. */
export function pictureIn(untrusted: unknown): PictureAnswer | undefined {
  const said = SaidPicture.safeParse(untrusted).data;
  if (said?.is !== 'picture') return said;
  const png = Buffer.from(said.png, 'base64');
  return isPng(png) ? { ...said, png } : undefined;
}

/** By its signature, and small enough to be handed on. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_PICTURE_BYTES && SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length));
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
