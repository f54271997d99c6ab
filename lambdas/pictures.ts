// Draws pictures of what quarantine holds, for the console. It opens hostile bytes, and its role has no right on anything:
// of an original it is given an address, and it answers pixels.

import { readPicturesEnv } from '../lib/env.ts';
import { InvokedOrder } from '../lib/invoked-pictures.ts';
import { jsonLog } from '../lib/log.ts';
import { MAX_DRAWN_BYTES, type SaidPicture, saidOf } from '../lib/picture-orders.ts';
import { openPictures } from '../lib/pictures.ts';
import { readAt } from '../lib/presigned.ts';

const log = jsonLog();
const { SPOORLOOS_POLICY: policy } = readPicturesEnv(process.env);
const pictures = openPictures(policy === undefined ? undefined : JSON.parse(policy));

export async function handler(untrusted: unknown): Promise<SaidPicture> {
  const started = performance.now();
  const { order, original } = InvokedOrder.parse(untrusted);
  const answer = await pictures.make(order, await readAt(original, MAX_DRAWN_BYTES));
  log('info', 'picture', { what: order.what, is: answer.is, ms: Math.round(performance.now() - started) });
  return saidOf(answer);
}
