// The forms in which a webhook is told: to people, a message about a batch; to machines, each event by itself, with an id
// that it keeps, so that whoever gets it twice knows.

import type { Event } from '../core/records-events.ts';
import { asffOf, type Product, productOf } from './asff.ts';
import { CHATS, type Chat } from './chats.ts';
import { ocsfOf } from './ocsf.ts';

export const FEEDS = ['events', 'ocsf', 'asff'] as const;
export type Feed = (typeof FEEDS)[number];

/** `asff` needs to know whose findings they are. */
export type FeedForm =
  | { readonly format: Exclude<Feed, 'asff'> }
  | { readonly format: 'asff'; readonly product: Product };
export type Form = { readonly format: Chat } | FeedForm;

export function isChat(format: Form['format']): format is Chat {
  return CHATS.some((chat) => chat === format);
}

/** What a machine is told of an event. Undefined where it is none of its: findings are of cases. */
export function bodyOf(form: FeedForm, event: Event): unknown {
  switch (form.format) {
    case 'events':
      return { type: event.type.toLowerCase().replaceAll(' ', '.'), timestamp: event.at, data: event };
    case 'ocsf':
      return ocsfOf(event);
    case 'asff':
      return asffOf(event, form.product);
  }
}

/** The form that settings ask for. Undefined where `asff` is not told whose findings they are. */
export function formOf(format: Form['format'], productArn: string | undefined): Form | undefined {
  return isChat(format) ? { format } : feedOf(format, productArn);
}

/** The same of what machines are told. */
export function feedOf(format: Feed, productArn: string | undefined): FeedForm | undefined {
  if (format !== 'asff') return { format };
  const product = productOf(productArn ?? '');
  return product && { format, product };
}
