// Pictures by a function of its own, which has no rights: of the original it gets an address that is good for a minute.

import { z } from 'zod';
import { payloadKey } from './core/records-cases.ts';
import { type Invoke, InvokeError } from './invoke.ts';
import { MAX_DRAWN_BYTES, type PictureAnswer, PictureOrder, pictureIn } from './picture-orders.ts';
import type { Presign } from './presigned.ts';

export const InvokedOrder = z.strictObject({ order: PictureOrder, original: z.url({ protocol: /^https?$/ }) });

/** Of whoever asks. Rejects with an InvokeError, and for outages. */
export function invokedPictures(invoke: Invoke, presign: Presign) {
  return async (order: PictureOrder, signal: AbortSignal): Promise<PictureAnswer | { readonly is: 'waiting' }> => {
    const original = await presign('GET', payloadKey(order.caseId));
    const invoked = await invoke({ order, original } satisfies z.infer<typeof InvokedOrder>, signal);
    if (invoked.is === 'busy') return { is: 'waiting' };
    const answer = pictureIn(invoked.answer);
    if (!answer) throw new InvokeError('the function answered what is no picture');
    return answer;
  };
}

/** Undefined where there is none any more, or it is too large to be drawn. Rejects for outages. */
export async function originalAt(address: string): Promise<Uint8Array | undefined> {
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
  const isThere = response.ok && Number(response.headers.get('content-length')) <= MAX_DRAWN_BYTES;
  if (!isThere) await response.body?.cancel();
  if (!response.ok && response.status !== 404) throw new Error(`S3 answers ${response.status}`);
  return isThere ? response.bytes() : undefined;
}

const FETCH_MS = 30_000;
