// The original of a case, for who has said why: the page that answers shows the password once, and links to the archive
// for a minute. Both times it is on record before.

import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { ReviewText } from '../core/records-cases.ts';
import { actOn } from '../review/act.ts';
import { readCase } from '../review/cases.ts';
import { type DownloadLinks, downloadLinks } from '../review/download.ts';
import { possible } from '../review/transitions.ts';
import { recordView } from '../review/viewed.ts';
import { type Env, type SignedIn, signedIn, wrong } from './context.ts';
import { notice, page } from './page.ts';

const Text = z.string().trim().pipe(ReviewText);

/** To be registered before what takes any other deed. */
export function downloadRoutes(app: Hono<Env>): void {
  app.post('/cases/:id/download', async (context) => {
    const view = signedIn(context);
    const { actor } = view.identity;
    const { review } = context.get('ports');
    const reason = Text.safeParse((await context.req.parseBody()).reason);
    if (!reason.success) return wrong(context, 422, (texts) => texts.error.input);
    const acted = await actOn(review, actor, context.req.param('id'), { what: 'download', reason: reason.data });
    if (!acted.done)
      return wrong(context, acted.refused === 'not-found' ? 404 : 403, (texts) => texts.refused[acted.refused]);
    const { caseId } = acted.evidence;
    const { token, password } = linksOf(view).make(caseId, actor.principal, review.now());
    const words = view.texts.download;
    const body = html`${notice('good', words.said)}<dl class="facts"><div><dt>${words.password}</dt><dd><code>${password}</code></dd></div></dl>
<p><a href="/cases/${caseId}/original/${token}.zip" download>${words.fetch}</a></p><p><a href="/cases/${caseId}">${view.texts.case.heading} ${caseId.slice(0, 8)}</a></p>`;
    return context.html(page(view, words.heading, body));
  });

  app.get('/cases/:id/original/:file{[0-9a-f.]{1,120}\\.zip}', async (context) => {
    const view = signedIn(context);
    const { actor } = view.identity;
    const { review } = context.get('ports');
    const caseId = context.req.param('id');
    const token = context.req.param('file').slice(0, -'.zip'.length);
    const password = linksOf(view).passwordOf(token, caseId, actor.principal, review.now());
    if (password === undefined) return wrong(context, 404, (texts) => texts.download.tooOld);
    const seen = await readCase(review.ledger, caseId);
    if (!seen) return wrong(context, 404, (texts) => texts.case.notFound);
    const { evidence } = seen;
    if (!possible(evidence, seen.review, actor).includes('download'))
      return wrong(context, 403, (texts) => texts.refused.role);
    await recordView(review, actor.principal, caseId, 'original');
    const handed = await context.get('ports').handOut(evidence, { token, password });
    if (handed.is === 'address') return context.redirect(handed.address, 303);
    if (handed.is === 'waiting') return wrong(context, 429, (texts) => texts.download.notYet);
    if (handed.is === 'gone') return wrong(context, 404, (texts) => texts.refused['no-payload']);
    return context.body(Buffer.from(handed.archive), 200, {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${caseId}.zip"`,
    });
  });
}

/** Signed with what nobody can guess and no page holds: a link ends with its sign-in. */
function linksOf({ identity }: SignedIn): DownloadLinks {
  return downloadLinks(Buffer.from(identity.session));
}
