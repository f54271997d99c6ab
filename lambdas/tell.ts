// Tells people, once in a while and in one message, what came since the last time. The only function that sends
// anything to somebody else's address; it has no right but on its queue and on that address.

import { consumeBatch } from '../lib/consume-batches.ts';
import { readTellEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { webhookPost } from '../lib/notify/post.ts';
import { secretAddress } from '../lib/notify/secret-address.ts';
import { tellPeople } from '../lib/notify/tell-people.ts';
import { openQueue } from '../lib/places.ts';

// What a message is made of at most: more is told by the next one.
const MAX_EVENTS = 10_000;
// A queue that holds messages does not hand out all at once.
const LINGER_MS = 10_000;
const WAIT_MS = 1000;

const log = jsonLog();
const env = readTellEnv(process.env);
const queue = openQueue(env.SPOORLOOS_EVENTS_QUEUE_URL);
const chat = env.SPOORLOOS_WEBHOOK_CHAT;
const post = async (payload: unknown) =>
  webhookPost(await secretAddress(env.SPOORLOOS_WEBHOOK_SECRET_ARN, process.env))(payload);
const tell = tellPeople({ chat, post }, { above: env.SPOORLOOS_DIGEST_ABOVE });

/** Rejects where nobody could be told: the events come again, and the alarm counts it. */
export async function handler(): Promise<void> {
  const events = await consumeBatch(queue, tell, {
    ...{ max: MAX_EVENTS, lingerMs: LINGER_MS, waitMs: WAIT_MS },
    onFailure: ({ id }) => log('error', 'not an event of ours', { messageId: id }),
  });
  if (events > 0) log('info', 'told', { events });
}
