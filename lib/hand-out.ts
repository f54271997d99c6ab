// How an original gets from quarantine to who asked for it, always as an encrypted archive: out of this process, or packed
// by a function of its own, which has no rights, into a place that the browser fetches it from.

import { z } from 'zod';
import { type Case, Sha256 } from './core/records.ts';
import { payloadKey } from './core/records-cases.ts';
import type { ObjectStore } from './core/store.ts';
import { sha256 } from './core/verify.ts';
import { type Invoke, type Invoked, InvokeError } from './invoke.ts';
import { type Presign, readAt, writeAt } from './presigned.ts';
import { encryptedOriginal, MAX_DOWNLOAD_BYTES, OtherOriginal, pack, packingOf } from './review/download.ts';

export type HandedOut =
  | { readonly is: 'archive'; readonly archive: Uint8Array }
  /** Good for a minute. */
  | { readonly is: 'address'; readonly address: string }
  | { readonly is: 'gone' }
  /** Asked again with the same link, it goes on where it is. */
  | { readonly is: 'waiting' };

/** Rejects with OtherOriginal, and for outages. It has to be on the trail before. */
export type HandOut = (
  evidence: Case,
  link: { readonly token: string; readonly password: string },
) => Promise<HandedOut>;

export function handOutFrom(quarantine: Pick<ObjectStore, 'get'>): HandOut {
  return async (evidence, { password }) => {
    const packed = await encryptedOriginal(quarantine, evidence, password);
    return packed ? { is: 'archive', archive: packed.archive } : { is: 'gone' };
  };
}

/** Who only got the addresses can read the one and write the other, for a minute. */
export const ArchiveOrder = z.strictObject({
  original: z.url({ protocol: /^https?$/ }),
  archive: z.url({ protocol: /^https?$/ }),
  member: z.string().regex(/^[0-9a-f]{32}\.[a-z]{1,10}$/),
  sha256: Sha256.nullable(),
  password: z.string().min(20).max(100),
});
export type ArchiveOrder = z.infer<typeof ArchiveOrder>;

const SaidArchive = z.strictObject({ is: z.enum(['packed', 'gone', 'other']) });
export type SaidArchive = z.infer<typeof SaidArchive>;

/** API Gateway waits for thirty seconds. */
const PATIENCE_MS = 25_000;

/** In this folder of quarantine archives lie for a day; nobody but the console changes anything there. */
export const ARCHIVES = 'downloads/';

export function handOutBy(
  invoke: Invoke,
  presign: Presign,
  quarantine: Pick<ObjectStore, 'head'>,
  patienceMs: number = PATIENCE_MS,
): HandOut {
  return async (evidence, { token, password }) => {
    const { caseId } = evidence;
    // One for each link: who fetches it again waits no more.
    const key = `${ARCHIVES}${caseId}/${sha256(Buffer.from(token))}.zip`;
    if (!(await quarantine.head(key))) {
      const original = await presign('GET', payloadKey(caseId));
      const order: ArchiveOrder = {
        ...{ original, archive: await presign('PUT', key), password },
        ...packingOf(evidence),
      };
      const invoked = await within(patienceMs, (signal) => invoke(order, signal));
      if (invoked.is === 'busy') return { is: 'waiting' };
      const said = SaidArchive.safeParse(invoked.answer).data;
      if (!said) throw new InvokeError('the function answered what is not about an archive');
      if (said.is === 'gone') return { is: 'gone' };
      if (said.is === 'other') throw new OtherOriginal('the original in quarantine is not the one of the evidence');
    }
    const address = await presign('GET', key, {
      'response-content-disposition': `attachment; filename="${caseId}.zip"`,
      'response-content-type': 'application/octet-stream',
    });
    return { is: 'address', address };
  };
}

async function within(patienceMs: number, ask: (signal: AbortSignal) => Promise<Invoked>): Promise<Invoked> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await ask(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return { is: 'busy' };
  }
}

/** Of the function. Rejects for outages; nothing of the order is in what it throws. */
export async function packAt({ original, archive, password, ...packing }: ArchiveOrder): Promise<SaidArchive> {
  const untrusted = await readAt(original, MAX_DOWNLOAD_BYTES);
  if (!untrusted) return { is: 'gone' };
  try {
    await writeAt(archive, (await pack(untrusted, packing, password)).archive);
    return { is: 'packed' };
  } catch (error) {
    if (!(error instanceof OtherOriginal)) throw error;
    return { is: 'other' };
  }
}
