import type { Event } from '../core/records-events.ts';
import { eventIdOf } from './event-id.ts';
import type { Post } from './post.ts';
import { type Body, eventsIn } from './tell-people.ts';

export type Telling = {
  readonly bodyOf: (event: Event) => unknown;
  readonly post: Post;
  /** No event is begun after that; those that are left come again. */
  readonly budgetMs: number;
};

const AT_ONCE = 4;

/**
 * Each event of a batch by itself, in any order. Resolves with what is left and why: no event of ours, not taken, or not
 * sent any more after one was not taken. Rejects where none was taken.
 */
export function tellMachines({ bodyOf, post, budgetMs }: Telling) {
  return async (messages: readonly Body[]): Promise<ReadonlyMap<string, unknown>> => {
    const { events, others } = eventsIn(messages);
    const left = new Map<string, unknown>([...others].map((id) => [id, new Error('not an event of ours')]));
    const sent = events.flatMap(({ id, event }) => {
      const body = bodyOf(event);
      return body === undefined ? [] : [{ id, event, body }];
    });
    const end = performance.now() + budgetMs;
    const queue = sent[Symbol.iterator]();
    let why: unknown;
    let taken = 0;
    const work = async () => {
      for (const { id, event, body } of queue) {
        if (why === undefined && performance.now() > end) why = new Error('there was no time for it');
        if (why !== undefined) {
          left.set(id, why);
          continue;
        }
        try {
          await post(body, eventIdOf(event));
          taken += 1;
        } catch (error) {
          why ??= error;
          left.set(id, error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (sent.length > 0 && taken === 0) throw why;
    return left;
  };
}
