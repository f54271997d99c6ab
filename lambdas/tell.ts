// Tells a webhook, once in a while, what came since the last time: people in one message, machines of each event. The only
// function that sends anything to somebody else's address; it has no right but on its queue and on that address.

import { consumeBatch } from '../lib/consume-batches.ts';
import { EnvError, readTellEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { formOf, isChat } from '../lib/notify/forms.ts';
import { type Post, webhookPost } from '../lib/notify/post.ts';
import { secretAddress } from '../lib/notify/secret-address.ts';
import { tell } from '../lib/notify/tell.ts';
import { openQueue } from '../lib/places.ts';

// What a message is made of at most: more is told by the next one. Of machines, what they take in the time that there is.
const MAX_EVENTS = 10_000;
const MAX_SINGLE = 2000;
// A queue that holds messages does not hand out all at once.
const LINGER_MS = 10_000;
const WAIT_MS = 1000;
// Of two minutes; what is left is told by the next call.
const BUDGET_MS = 60_000;

const log = jsonLog();
const env = readTellEnv(process.env);
const queue = openQueue(env.SPOORLOOS_EVENTS_QUEUE_URL);
const form = formOf(env.SPOORLOOS_WEBHOOK_FORMAT, env.SPOORLOOS_ASFF_PRODUCT);
if (!form) throw new EnvError('missing or not valid in the environment: SPOORLOOS_ASFF_PRODUCT');
const max = isChat(form.format) ? MAX_EVENTS : MAX_SINGLE;
const handle = (post: Post) => tell(form, post, { above: env.SPOORLOOS_DIGEST_ABOVE, budgetMs: BUDGET_MS });

/** Rejects where nobody could be told: the events come again, and the alarm counts it. */
export async function handler(): Promise<void> {
  const open = async () => {
    const { url, secrets } = await secretAddress(env.SPOORLOOS_WEBHOOK_SECRET_ARN, process.env);
    return webhookPost(url, { secrets });
  };
  let post: Promise<Post> | undefined;
  // Asked for when there is something to tell, and once a call.
  const later: Post = async (payload, id) => {
    post ??= open();
    await (await post)(payload, id);
  };
  const events = await consumeBatch(queue, handle(later), {
    ...{ max, lingerMs: LINGER_MS, waitMs: WAIT_MS },
    onFailure: ({ id }, error) => log('error', 'not told, comes again', { messageId: id }, error),
  });
  if (events > 0) log('info', 'told', { events });
}
