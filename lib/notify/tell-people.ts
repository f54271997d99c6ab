import { z } from 'zod';
import { Event } from '../core/records-events.ts';
import { type Chat, payloadOf } from './chats.ts';
import { batchIdOf } from './event-id.ts';
import type { Post } from './post.ts';
import { sayOf } from './said.ts';

export type Webhook = {
  readonly chat: Chat;
  readonly post: Post;
};

export type Body = { readonly id: string; readonly body: string };

// Events come as they are, in a topic's envelope, or in a bus's.
const FromTopic = z.object({ Type: z.literal('Notification'), Message: z.string() });
const FromBus = z.object({ source: z.literal('spoorloos'), detail: z.unknown() });

/**
 * One message to people about a batch of events. Resolves with the ids of what is no event of ours; rejects where the
 * chat could not be reached, and then nobody was told.
 */
export function tellPeople({ chat, post }: Webhook, options: { readonly above: number }) {
  return async (messages: readonly Body[]): Promise<ReadonlySet<string>> => {
    const { events: found, others } = eventsIn(messages);
    const events = found.map(({ event }) => event);
    const said = sayOf(events, options);
    if (said) await post(payloadOf(chat, said), batchIdOf(events));
    return others;
  };
}

/** The events in messages, and the ids of those that hold none. */
export function eventsIn(messages: readonly Body[]): {
  readonly events: readonly { readonly id: string; readonly event: Event }[];
  readonly others: ReadonlySet<string>;
} {
  const others = new Set<string>();
  const events = messages.flatMap(({ id, body }) => {
    const event = eventOf(body);
    if (!event) others.add(id);
    return event ? [{ id, event }] : [];
  });
  return { events, others };
}

function eventOf(body: string): Event | undefined {
  const untrusted = parsed(body);
  const topic = FromTopic.safeParse(untrusted);
  const bus = FromBus.safeParse(untrusted);
  const event = topic.success ? parsed(topic.data.Message) : bus.success ? bus.data.detail : untrusted;
  return Event.safeParse(event).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
