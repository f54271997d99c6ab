import { consume } from './consume.ts';
import type { PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import type { Message, Queue } from './core/store.ts';
import { failClosedHandler, promoteHandler, sanitizeHandler } from './handlers.ts';
import type { Log } from './log.ts';

export type PipelineOptions = {
  readonly sanitize: SanitizePlaces;
  readonly promote: PromotePlaces;
  readonly deadLetters: Queue;
  /** Documents judged at the same time. */
  readonly jobs: number;
  readonly log: Log;
  /** Asked before a message is handled; true where it was sent again, for a better time. */
  readonly postpone?: (body: string) => Promise<boolean>;
};

export type Pipeline = {
  /** Takes no further message and resolves when those in hand are finished. */
  stop(): Promise<void>;
};

/** Runs the three consumers, live, promote and dead letters, in this process. */
export function startPipeline({ sanitize, promote, deadLetters, jobs, log, postpone }: PipelineOptions): Pipeline {
  const stopping = new AbortController();
  const failed = (queue: string) => (message: Message, error: unknown) =>
    log(
      'error',
      'not settled, will be retried',
      { queue, messageId: message.id, received: message.receiveCount },
      error,
    );
  const run = (queue: Queue, name: string, handle: (body: string) => Promise<void>, concurrency: number) =>
    consume(queue, handle, { concurrency, signal: stopping.signal, onFailure: failed(name) });
  const judge = sanitizeHandler(sanitize);
  const live = async (body: string) => {
    if (!(await postpone?.(body))) await judge(body);
  };
  const running = [
    run(sanitize.liveQueue, 'live', live, jobs),
    run(sanitize.promoteQueue, 'promote', promoteHandler(promote), 4),
    run(deadLetters, 'dead letters', failClosedHandler(sanitize), 1),
  ];
  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
