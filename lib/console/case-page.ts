// One case: why, what was found and where, what was done, what it looks like, and what can be done. What was found is
// never repeated: places are numbers, and pictures are asked for one by one.

import { html } from 'hono/html';
import type { Case } from '../core/records.ts';
import type { CaseEntry, DeedName } from '../core/records-cases.ts';
import { waivableRules } from '../core/waivers.ts';
import type { ReviewedCase } from '../review/cases.ts';
import type { Past } from '../review/past.ts';
import type { Views } from '../review/viewed.ts';
import { findingsSection } from './findings-section.ts';
import { harmless, named, personOf, written } from './harmless.ts';
import { formToken, type Html, moment, nothing, notice, type View } from './page.ts';
import { pastSection } from './past-section.ts';
import type { Evidenced } from './pictures.ts';
import { type Pictures, picturesSection } from './pictures-section.ts';
import type { Texts } from './texts-en.ts';

export type Shown = {
  readonly seen: ReviewedCase;
  readonly past: Past;
  readonly timeline: { readonly entries: readonly CaseEntry[]; readonly earlier: number };
  readonly possible: readonly DeedName[];
  readonly rows: Evidenced;
  /** Undefined where nobody can draw. */
  readonly pictures: Pictures | undefined;
  readonly said: Html;
  /** Undefined for whoever is not told. */
  readonly views: Views | undefined;
};

export function casePage(view: View, shown: Shown): Html {
  const { texts } = view;
  const { timeline, possible, pictures, said, past, rows, views } = shown;
  const { evidence, review } = shown.seen;
  const words = texts.case;
  const { means, mend } = texts.explain(evidence.reason);
  return html`<p><a href="/">${words.back}</a></p>${said}
${evidence.reason === 'malware' ? notice('bad', words.malware) : ''}
<p class="state"><strong>${texts.state[review.state]}</strong> · ${named(evidence.key)}${review.ended ? html` · ${words.ended[review.ended.why]}` : ''}${
    review.ended?.caseId
      ? html` <a href="/cases/${review.ended.caseId}">${words.heading} ${review.ended.caseId.slice(0, 8)}</a>`
      : ''
  }</p>
${review.hold ? notice('bad', words.hold(personOf(review.hold.by), written(review.hold.reason))) : ''}
${review.request ? requested(texts, review) : ''}
<section aria-labelledby="why"><h2 id="why">${words.why}</h2>
<p><strong>${texts.reason[evidence.reason]}</strong>: ${means}.</p><p>${words.mend}: ${mend}.</p><p>${words.detail}: ${harmless(evidence.detail)}</p></section>
${findingsSection(texts, evidence, rows)}
${pictures ? picturesSection(texts, evidence, pictures) : ''}
${actions(view, evidence, review, possible)}
${pastSection(texts, evidence, past)}
<section aria-labelledby="facts"><h2 id="facts">${words.facts}</h2>${facts(texts, evidence, review.assignee)}</section>
<section aria-labelledby="timeline"><h2 id="timeline">${words.timeline}</h2>${
    timeline.entries.length === 0
      ? html`<p>${words.untouched}</p>`
      : html`${timeline.earlier > 0 ? html`<p>${words.earlier(timeline.earlier)}</p>` : ''}<ol class="timeline" start="${timeline.earlier + 1}">${timeline.entries.map((entry) => did(texts, entry))}</ol>`
  }</section>${views ? viewsSection(texts, views) : nothing}`;
}

function viewsSection({ case: words }: Texts, { views, unreadable }: Views): Html {
  const rows = views.map(
    ({ at, by, what }) =>
      html`<li>${moment(at)} <bdi>${personOf(by)}</bdi>${what === 'original' ? html`: ${words.tookOriginal}` : ''}</li>`,
  );
  return html`
<section aria-labelledby="views"><h2 id="views">${words.views}</h2><ol class="timeline">${rows}</ol>${unreadable > 0 ? notice('bad', words.viewsUnreadable(unreadable)) : nothing}</section>`;
}

function requested(texts: Texts, { state, request, approval, revoked }: ReviewedCase['review']): Html {
  if (!request) return html``;
  const until = request.expiresAt.slice(0, 16).replace('T', ' ');
  const words = texts.case;
  // Of a case that has ended, or was opened again, it is what was.
  const [asks, isGood] =
    state === 'release-requested'
      ? [words.request, words.approved]
      : [words.requested, state === 'approved' ? words.approved : words.wasApproved];
  return html`<p class="notice good">${asks(personOf(request.by), written(request.reason), `${until} UTC`)}<br>
${words.rules}: ${request.rules.map((rule) => html`<code>${rule}</code> `)}${
    approval ? html`<br>${isGood(personOf(approval.by), approval.at.slice(0, 10))}` : ''
  }${request.allow ? html`<br><a href="/allowed">${texts.allow.heading}</a>. ${texts.allow.asked(personOf(request.allow.owner))}` : ''}${
    revoked ? html`<br>${texts.allow.revoked(personOf(revoked.by), revoked.at.slice(0, 10))}` : ''
  }</p>`;
}

function facts(texts: Texts, evidence: Case, assignee: string | null): Html {
  const words = texts.case;
  const { key, source, uploader, format, mediaType, policy, version, at, caseId } = evidence;
  const rows: readonly (readonly [string, Html | string])[] = [
    [words.document, named(key)],
    [words.quarantinedAt, moment(at)],
    [words.format, format === null ? '?' : `${format} (${mediaType ?? '?'})`],
    [words.bytes, `${source.size}`],
    [words.sha256, source.sha256 ?? words.notRead],
    [words.version, harmless(source.versionId)],
    [words.uploader, uploader === undefined ? words.notKnown : html`<bdi>${personOf(uploader)}</bdi>`],
    [words.policy, policy],
    [words.release, `${version}, ${texts.scanner[evidence.scanner]}`],
    [words.assignee, assignee === null ? words.nobody : personOf(assignee)],
    [words.heading, html`<code>${caseId}</code>`],
  ];
  return html`<dl class="facts">${rows.map(([term, what]) => html`<div><dt>${term}</dt><dd>${what}</dd></div>`)}</dl>`;
}

function did(texts: Texts, { at, by, roles, deed }: CaseEntry): Html {
  const who =
    by === 'spoorloos' ? '' : html`<bdi>${personOf(by)}</bdi> (${roles.map((role) => texts.role[role]).join(', ')}): `;
  const text =
    'reason' in deed
      ? deed.reason
      : 'text' in deed
        ? deed.text
        : 'request' in deed && typeof deed.request === 'object'
          ? deed.request.reason
          : undefined;
  const to = deed.what === 'assign' ? personOf(deed.to ?? texts.case.nobody) : undefined;
  return html`<li>${moment(at)} ${who}${texts.deed[deed.what]}${to ? html` → <bdi>${to}</bdi>` : ''}${text ? html`<blockquote>${written(text)}</blockquote>` : ''}</li>`;
}

/** How long a release may take to happen. */
export const HOURS = [24, 8, 72, 168, 720] as const;
/** How long an entry of the allow-list may hold. */
export const DAYS = [90, 30, 180, 365] as const;

function everywhere({ allow: words }: Texts, assignee: string | null): Html {
  const owners = html`<option value="me">${words.mine}</option>${assignee === null ? '' : html`<option value="${assignee}">${personOf(assignee)}</option>`}`;
  return html`<fieldset><legend>${words.heading}</legend><label class="check"><input type="checkbox" name="allow" value="yes"> ${words.everywhere}</label>
<label>${words.holds} <select name="days">${DAYS.map((days) => html`<option value="${days}">${words.days(days)}</option>`)}</select></label>
<label>${words.owner} <select name="owner">${owners}</select></label></fieldset>`;
}

function actions(view: View, evidence: Case, review: ReviewedCase['review'], possible: readonly DeedName[]): Html {
  const { texts } = view;
  const { form: words, button } = texts;
  const reason = (id: string) =>
    html`<label>${words.reason} <textarea name="reason" required maxlength="4000" rows="2" id="${id}"></textarea></label>`;
  const one = (
    what: keyof typeof button,
    fields: Html,
    kind = '',
  ) => html`<form method="post" action="/cases/${evidence.caseId}/${what}" class="deed ${kind}">${formToken(view.form)}
<details><summary>${button[what]}</summary>${fields}<button>${button[what]}</button></details></form>`;
  const rows = possible.flatMap((what) => {
    switch (what) {
      case 'request-release':
        return [
          one(
            what,
            html`<fieldset><legend>${words.rules}</legend>${(waivableRules(evidence) ?? []).map((rule) => html`<label class="check"><input type="checkbox" name="rule" value="${rule}" checked> <code>${rule}</code></label>`)}</fieldset>
<label>${words.until} <select name="hours">${HOURS.map((hours) => html`<option value="${hours}">${words.hours(hours)}</option>`)}</select></label>
${evidence.reason === 'malware' ? '' : everywhere(texts, review.assignee)}${reason(what)}`,
            'first',
          ),
        ];
      case 'approve':
        return [
          one(
            what,
            html`<input type="hidden" name="request" value="${review.request?.id ?? ''}"><label>${words.optionalReason} <textarea name="reason" maxlength="4000" rows="2"></textarea></label>`,
            'first',
          ),
        ];
      case 'assign':
        return [
          one(
            what,
            html`<label>${words.to} <select name="to"><option value="me">${words.toMe}</option><option value="nobody">${words.toNobody}</option></select></label>`,
          ),
        ];
      case 'comment':
        return [
          one(
            what,
            html`<label>${words.comment} <textarea name="text" required maxlength="4000" rows="2"></textarea></label>`,
          ),
        ];
      case 'withdraw':
      case 'reject':
      case 'reopen':
      case 'rerun':
      case 'hold':
      case 'unhold':
      case 'download':
      case 'revoke':
        return [one(what, reason(what))];
      case 'delete':
        return [one(what, reason(what), 'grave')];
      default:
        return [];
    }
  });
  return html`<section aria-labelledby="actions" class="actions"><h2 id="actions">${texts.case.actions}</h2>${rows.length === 0 ? html`<p>${texts.case.noActions}</p>` : rows}</section>`;
}
