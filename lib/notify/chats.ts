// The shapes that Slack's and Teams' webhooks take. Object keys are anybody's text: they stand in the one kind of element
// of each that knows no markup (rich text, text runs), and what could be markup, a mention or a direction mark all the
// same is written as an escape.

import type { Line, Said } from './said.ts';

export const CHATS = ['slack', 'teams', 'plain'] as const;
export type Chat = (typeof CHATS)[number];

/** The message as JSON that the chat's webhook takes. */
export function payloadOf(chat: Chat, said: Said): unknown {
  switch (chat) {
    case 'slack':
      return slack(said);
    case 'teams':
      return teams(said);
    case 'plain':
      return plain(said);
  }
}

/** What much else takes: one text. Links, mentions and entities of a key are escapes; an asterisk is not, and makes bold. */
function plain({ title, lines }: Said): unknown {
  const texts = lines.map(({ says, key }) => (key === undefined ? `- ${says}` : `- ${says}\n  ${shown(key)}`));
  return { text: [title, ...texts].join('\n') };
}

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/ */
function slack({ title, lines }: Said): unknown {
  const line = ({ says, key }: Line) => ({
    type: 'rich_text_section',
    elements: [
      { type: 'text', text: says },
      ...(key === undefined ? [] : [{ type: 'text', text: `\n${shown(key)}`, style: { code: true } }]),
    ],
  });
  return {
    // For notifications of phones, which show no blocks; it is read as markup, and nothing but our words is in it.
    text: title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
      ...(lines.length === 0
        ? []
        : [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements: lines.map(line) }] }]),
    ],
  };
}

/** An Adaptive Card in the envelope of a workflow: https://adaptivecards.io/explorer/TextRun.html */
function teams({ title, lines }: Said): unknown {
  const block = ({ says, key }: Line) => ({
    type: 'RichTextBlock',
    inlines: [
      { type: 'TextRun', text: says },
      ...(key === undefined ? [] : [{ type: 'TextRun', text: `\n${shown(key)}`, fontType: 'Monospace' }]),
    ],
  });
  const heading = { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: title, weight: 'Bolder' }] };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [heading, ...lines.map(block)],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

// What moves or hides other text (controls, direction and zero-width marks, unpaired halves), and what begins markup.
const ESCAPED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>&@`[\]\\]/gu;
const MAX_SHOWN = 300;

/** The key as harmless text: no longer than people read. */
export function shown(key: string): string {
  const cut = [...key];
  const short = cut.length > MAX_SHOWN ? `${cut.slice(0, MAX_SHOWN).join('')}…` : key;
  return short.replace(ESCAPED, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
