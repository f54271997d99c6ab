// Pictures by a function of its own, which has no rights: of the original it gets an address that is good for a minute.

import { z } from 'zod';
import { payloadKey } from './core/records-cases.ts';
import { type Invoke, InvokeError } from './invoke.ts';
import { type PictureAnswer, PictureOrder, pictureIn } from './picture-orders.ts';
import type { Presign } from './presigned.ts';

export const InvokedOrder = z.strictObject({ order: PictureOrder, original: z.url({ protocol: /^https?$/ }) });

/** Of whoever asks. Rejects with an InvokeError, and for outages. */
export function invokedPictures(invoke: Invoke, presign: Presign) {
  return async (order: PictureOrder, signal: AbortSignal): Promise<PictureAnswer> => {
    const original = await presign('GET', payloadKey(order.caseId));
    const invoked = await invoke({ order, original } satisfies z.infer<typeof InvokedOrder>, signal);
    if (invoked.is === 'busy') return { is: 'waiting' };
    const answer = pictureIn(invoked.answer);
    if (!answer) throw new InvokeError('the function answered what is no picture');
    return answer;
  };
}
