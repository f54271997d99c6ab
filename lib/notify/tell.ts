import type { Chat } from './chats.ts';
import { bodyOf, type Form, isChat } from './forms.ts';
import type { Post } from './post.ts';
import { tellMachines } from './tell-machines.ts';
import { type Body, tellPeople } from './tell-people.ts';

/** Tells a webhook of a batch, in its form: people by one message, machines of each event. */
export function tell(
  form: Form,
  post: Post,
  { above, budgetMs }: { readonly above: number; readonly budgetMs: number },
): (messages: readonly Body[]) => Promise<ReadonlySet<string> | ReadonlyMap<string, unknown>> {
  if (isForPeople(form)) return tellPeople({ chat: form.format, post }, { above });
  return tellMachines({ bodyOf: (event) => bodyOf(form, event), post, budgetMs });
}

function isForPeople(form: Form): form is { readonly format: Chat } {
  return isChat(form.format);
}
