// What a worker answers over HTTP: whether it is well, what it has counted, to who has the token where a document is, and,
// for servers that push their notifications (Ceph does), a way into the live queue. What is pushed is not believed: it
// says that a key may have changed, and a reconcile looks for itself.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Queue } from './core/store.ts';
import type { ScannerName } from './core/verdict.ts';
import { changesIn } from './handlers.ts';
import { PROMETHEUS_TYPE } from './metrics-prometheus.ts';
import type { StatusAnswer, StatusQuestion } from './status/answer.ts';
import { parseEvent } from './stores/s3-events.ts';
import type { Health } from './watch.ts';

export type EndpointOptions = {
  readonly health: () => Health & { readonly isStopping: boolean; readonly scanner: ScannerName };
  readonly metrics: () => string;
  /** Left out: nothing can be pushed. */
  readonly push?: {
    readonly token: string;
    /** The one bucket that events may speak of. */
    readonly bucket: string;
    readonly liveQueue: Pick<Queue, 'sendBatch'>;
  };
  /** Left out: nobody is told where a document is. */
  readonly status?: { readonly token: string; readonly answer: (question: StatusQuestion) => Promise<StatusAnswer> };
};

// As much as a message of SQS may hold, which is more than any server puts into a notification.
const MAX_BODY_BYTES = 256 * 1024;

/** Answers every request, and rejects for none. */
export function workerEndpoint({
  health,
  metrics,
  push,
  status,
}: EndpointOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (pathname === '/healthz') return isRead ? healthAnswer(health()) : answer(405);
    if (pathname === '/metrics')
      return isRead ? new Response(metrics(), { headers: { 'content-type': PROMETHEUS_TYPE } }) : answer(405);
    if (status && pathname === '/status') {
      // Never in the path or the query: those end up in logs on the way.
      if (!isToken(bearerOf(request) ?? '', status.token)) return answer(401);
      const { body, ...said } = await status.answer({ method: request.method, query: search.slice(1) });
      return new Response(body, said);
    }
    if (!push || !/^\/notify(\/|$)/.test(pathname)) return answer(404);
    if (!isToken(tokenOf(request, pathname), push.token)) return answer(401);
    return request.method === 'POST' ? take(request, push) : answer(405);
  };
}

function healthAnswer({ isWell, isStopping, scanner, queues }: ReturnType<EndpointOptions['health']>): Response {
  const status = isStopping ? 'stopping' : isWell ? 'well' : 'a queue does not answer';
  return Response.json({ status, scanner, queues }, { status: isWell && !isStopping ? 200 : 503 });
}

/** Of servers that can send no header, the path's last part. */
function tokenOf(request: Request, pathname: string): string {
  return bearerOf(request) ?? pathname.slice('/notify/'.length);
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** Takes the same time for each wrong token, however much of it is right. */
function isToken(untrusted: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(untrusted), hash(token));
}

async function take(request: Request, { bucket, liveQueue }: NonNullable<EndpointOptions['push']>): Promise<Response> {
  const untrusted = await bodyOf(request);
  if (untrusted === undefined) return answer(413);
  let messages: readonly string[];
  try {
    const events = parseEvent(untrusted);
    if (events.some((event) => event.bucket !== bucket)) return answer(422);
    messages = changesIn(events).map((change) => JSON.stringify({ kind: 'reconcile', ...change }));
  } catch {
    return answer(400);
  }
  try {
    await liveQueue.sendBatch(messages);
    return answer(202);
  } catch {
    // Who pushes has to try again; a sender that does not is what sweeps are for.
    return answer(503);
  }
}

/** Undefined where it is too long, or was cut off. */
async function bodyOf(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString();
}

const answer = (status: number) => new Response(null, { status });
