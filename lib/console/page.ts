// The frame of every page: a landmark for each part, a way past the head, one style sheet, one script that nothing needs.

import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { FORM_TOKEN } from './forms-token.ts';
import { harmless, personOf } from './harmless.ts';
import type { Channels, Identity } from './ports.ts';
import type { Texts } from './texts-en.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export type View = {
  readonly texts: Texts;
  readonly identity: Identity | undefined;
  /** The token of the forms on this page. */
  readonly form: string;
  /** Where the page is, to come back to after a change of language. */
  readonly here: string;
  readonly now: Date;
  readonly channels?: Channels | undefined;
};

/** The id of what a page is about. */
export const HEADING = 'about';

export function page({ texts, identity, form, here, channels }: View, heading: string, body: Html): Html {
  return html`<!doctype html>
<html lang="${texts.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} · Spoorloos</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="/icon.svg" type="image/svg+xml">
<script src="/console.js" defer></script></head>
<body><a class="skip" href="#content">${texts.skip}</a>
<header><nav aria-label="Spoorloos"><a class="home" href="/">Spoorloos</a>${channels && identity ? nav(texts, channels) : ''}</nav>
<div class="who">${
    identity
      ? html`<span>${texts.signedInAs(identity.name === undefined ? personOf(identity.actor.principal) : harmless(identity.name))}</span>
<form method="post" action="/sign-out">${formToken(form)}<button class="plain">${texts.signOut}</button></form>`
      : ''
  }<form method="post" action="/language"><input type="hidden" name="back" value="${here}"><button class="plain" name="to" value="${texts.lang === 'en' ? 'nl' : 'en'}" lang="${texts.lang === 'en' ? 'nl' : 'en'}">${texts.otherLanguage}</button></form></div></header>
<main id="content" tabindex="-1"><h1 id="${HEADING}">${heading}</h1>
${body}
</main></body></html>`;
}

function nav(texts: Texts, { own, others }: Channels): Html {
  return html` <span>${texts.channel} <strong>${own}</strong></span>${others.map(({ name, url }) => html` <a href="${url}">${name}</a>`)}`;
}

export function formToken(form: string): Html {
  return html`<input type="hidden" name="${FORM_TOKEN}" value="${form}">`;
}

/** A message about what was just done: read aloud when the page opens. */
export function notice(kind: 'good' | 'bad', text: string): Html {
  return html`<p class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${text}</p>`;
}

/** The moment for machines, and to the minute for people, in UTC: whoever reads it may be anywhere. */
export function moment(at: string): Html {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time>`;
}

export const nothing: Html = raw('');
