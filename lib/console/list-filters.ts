// What the address of a list says, and the form that makes such addresses: by the words of the command and of programs.

import { html } from 'hono/html';
import { CASE_STATES, type CaseState, ENDED_STATES } from '../core/records-cases.ts';
import { REASONS, type Reason } from '../core/refusal.ts';
import { type CaseFilter, caseQuery } from '../review/case-query.ts';
import type { CaseQuery } from '../review/list.ts';
import { harmless } from './harmless.ts';
import type { Html } from './page.ts';
import type { Texts } from './texts-en.ts';

export const AGES = ['1h', '1d', '7d', '30d'] as const;
const TIERS = ['H', 'M', 'L'] as const;
const MAX_FORMAT = 40;

export type Asked = {
  readonly show: 'waiting' | 'ended';
  readonly state: CaseState | undefined;
  readonly reason: Reason | undefined;
  readonly tier: (typeof TIERS)[number] | undefined;
  readonly format: string;
  /** Held back for longer than that. */
  readonly older: (typeof AGES)[number] | undefined;
  readonly newer: (typeof AGES)[number] | undefined;
  readonly prefix: string;
  readonly assignee: 'me' | 'nobody' | undefined;
  readonly held: boolean;
  readonly after: string | undefined;
};

/** What is none of ours is left out: an address that somebody mistyped shows more, and nothing is done by it. */
export function readAsked(untrusted: (name: string) => string | undefined): Asked {
  const among = <T extends string>(known: readonly T[], name: string) => known.find((one) => one === untrusted(name));
  const state = among(CASE_STATES, 'state') ?? among(CASE_STATES, 'show');
  const isEnded = state ? ENDED_STATES.some((one) => one === state) : untrusted('show') === 'ended';
  return {
    show: isEnded ? 'ended' : 'waiting',
    state,
    reason: among(REASONS, 'reason'),
    tier: among(TIERS, 'tier'),
    format: (untrusted('format') ?? '').replaceAll(/\s+/g, '').toLowerCase().slice(0, MAX_FORMAT),
    older: among(AGES, 'older-than'),
    newer: among(AGES, 'newer-than'),
    prefix: (untrusted('prefix') ?? '').slice(0, 1024),
    assignee: among(['me', 'nobody'], 'assignee'),
    held: untrusted('held') === 'yes',
    after: untrusted('after'),
  };
}

export function queryOf(asked: Asked, principal: string, now: Date): CaseQuery {
  const { assignee, after } = asked;
  const words = wordsOf(asked);
  return {
    ...caseQuery((filter) => words[filter], now),
    ...(assignee && { assignee: assignee === 'me' ? principal : null }),
    ...(after !== undefined && { after }),
  };
}

export function addressOf(asked: Partial<Asked>): string {
  const { show, state, after } = asked;
  const { ended: _, ...words } = wordsOf(asked);
  const said = { ...(show === 'ended' && !state && { show }), ...words, ...(after !== undefined && { after }) };
  const query = new URLSearchParams(said);
  return query.size > 0 ? `/?${query}` : '/';
}

export const isEverything = (asked: Asked): boolean => addressOf(asked) === '/';

/** In the words of the command. */
function wordsOf(asked: Partial<Asked>): Partial<Record<CaseFilter, string>> {
  const { show, state, reason, tier, format, older, newer, prefix, assignee, held } = asked;
  return {
    ...(state ? { state } : show === 'ended' && { ended: 'yes' }),
    ...{ ...(reason && { reason }), ...(tier && { tier }), ...(format && { format }) },
    ...{ ...(older && { 'older-than': older }), ...(newer && { 'newer-than': newer }) },
    ...{ ...(prefix && { prefix }), ...(assignee && { assignee }), ...(held && { held: 'yes' }) },
  };
}

export function filters(texts: Texts, asked: Asked): Html {
  const { filter } = texts;
  const option = (value: string, chosen: string | undefined, says: string) =>
    html`<option value="${value}"${value === (chosen ?? '') ? ' selected' : ''}>${says}</option>`;
  const ages = (name: 'older-than' | 'newer-than', chosen: string | undefined) =>
    html`<label>${filter[name]} <select name="${name}">${option('', chosen, filter.any)}${AGES.map((age) => option(age, chosen, filter.ages[age]))}</select></label>`;
  const shown = asked.state ?? (asked.show === 'ended' ? 'ended' : '');
  return html`<form class="filters" method="get" action="/" role="search" aria-label="${filter.heading}">
<label>${filter.show} <select name="show">${option('', shown, filter.waiting)}${option('ended', shown, filter.ended)}${CASE_STATES.map((state) => option(state, shown, texts.state[state]))}</select></label>
<label>${filter.reason} <select name="reason">${option('', asked.reason, filter.any)}${REASONS.map((reason) => option(reason, asked.reason, texts.reason[reason]))}</select></label>
<label>${filter.tier} <select name="tier">${option('', asked.tier, filter.any)}${TIERS.map((tier) => option(tier, asked.tier, texts.tier[tier]))}</select></label>
${ages('older-than', asked.older)}${ages('newer-than', asked.newer)}
<label>${filter.assignee} <select name="assignee">${option('', asked.assignee, filter.any)}${option('me', asked.assignee, filter.mine)}${option('nobody', asked.assignee, filter.nobody)}</select></label>
<label>${filter.prefix} <input type="search" name="prefix" value="${harmless(asked.prefix)}" maxlength="1024" autocomplete="off"></label>
<label>${filter.format} <input name="format" value="${harmless(asked.format)}" maxlength="${MAX_FORMAT}" size="8" autocomplete="off" placeholder="pdf,docx"></label>
<label class="check"><input type="checkbox" name="held" value="yes"${asked.held ? ' checked' : ''}> ${filter.held}</label>
<button>${filter.apply}</button> <a href="/">${filter.clear}</a></form>`;
}
