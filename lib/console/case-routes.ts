import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { Principal, ReviewText } from '../core/records-cases.ts';
import { actOn, type Order, refreshed } from '../review/act.ts';
import { latestOf, type ReviewedCase } from '../review/cases.ts';
import { readEvidence } from '../review/masked.ts';
import { pastOf } from '../review/past.ts';
import { possible } from '../review/transitions.ts';
import { recordView, type Views, viewsOf } from '../review/viewed.ts';
import { casePage, DAYS, HOURS } from './case-page.ts';
import { type Env, type SignedIn, signedIn, wrong } from './context.ts';
import { nothing, notice, page } from './page.ts';
import { type Evidenced, PAGE_PATIENCE_MS, PICTURE_PATIENCE_MS, pictureOf } from './pictures.ts';
import type { Pictures } from './pictures-section.ts';
import type { ConsolePorts } from './ports.ts';

const SIMPLE = ['withdraw', 'reject', 'reopen', 'rerun', 'delete', 'hold', 'unhold', 'revoke'] as const;

export function caseRoutes(app: Hono<Env>): void {
  app.get('/cases/:id', async (context) => {
    const view = signedIn(context);
    const ports = context.get('ports');
    const { review } = ports;
    const seen = await refreshed(review, context.req.param('id'));
    if (!seen) return wrong(context, 404, (texts) => texts.case.notFound);
    const { caseId } = seen.evidence;
    // On record before it is shown.
    await recordView(review, view.identity.actor.principal, caseId, 'case');
    const asked = Number(context.req.query('page') ?? '1');
    const pageNumber = Number.isInteger(asked) && asked > 0 && asked <= 100_000 ? asked : 1;
    const { evidence } = seen;
    const rows = await readEvidence(review.ledger, caseId);
    const said = context.req.query('did') === undefined ? nothing : notice('good', view.texts.form.done);
    const body = casePage(view, {
      ...{
        seen,
        said,
        rows,
        views: await viewsFor(ports, view, caseId),
        timeline: await latestOf(review.audit, seen.review),
      },
      past: await pastOf(review.ledger, evidence),
      possible: possible(evidence, seen.review, view.identity.actor),
      pictures: await picturesOf(ports, seen, rows, pageNumber),
    });
    return context.html(page(view, `${view.texts.case.heading} ${caseId.slice(0, 8)}`, body));
  });

  for (const [place, what] of [
    ['pages', 'before'],
    ['rebuilt', 'after'],
  ] as const)
    app.get(`/cases/:id/${place}/:file{[1-9][0-9]{0,4}\\.png}`, async (context) => {
      const view = signedIn(context);
      const ports = context.get('ports');
      const seen = await refreshed(ports.review, context.req.param('id'));
      const number = Number.parseInt(context.req.param('file'), 10);
      if (!seen) return wrong(context, 404, (texts) => texts.error.notHere);
      const { evidence } = seen;
      const rows = await readEvidence(ports.review.ledger, evidence.caseId);
      const picture = await pictureOf(ports, seen, rows, { what, page: number }, PICTURE_PATIENCE_MS);
      if (picture.is !== 'picture') return wrong(context, 404, (texts) => texts.error.notHere);
      const name = what === 'before' ? `page ${number}` : `rebuilt page ${number}`;
      await recordView(ports.review, view.identity.actor.principal, evidence.caseId, name);
      return context.body(Buffer.from(picture.png), 200, { 'content-type': 'image/png' });
    });

  app.post('/cases/:id/:what', async (context) => {
    const view = signedIn(context);
    const order = orderIn(
      context.req.param('what'),
      await context.req.parseBody({ all: true }),
      view.identity.actor.principal,
      view.now,
    );
    if (!order) return wrong(context, 422, (texts) => texts.error.input);
    const caseId = context.req.param('id');
    const acted = await actOn(context.get('ports').review, view.identity.actor, caseId, order);
    if (acted.done) return context.redirect(`/cases/${acted.evidence.caseId}?did=${order.what}`, 303);
    return wrong(context, acted.refused === 'not-found' ? 404 : 403, (texts) => texts.refused[acted.refused]);
  });
}

const Text = z.string().trim().pipe(ReviewText);
const oneOf = (offered: readonly number[]) => z.coerce.number().refine((number) => offered.includes(number));
const [Hours, Days] = [oneOf(HOURS), oneOf(DAYS)];

/** For leads alone: who looked is no colleague's to know. */
async function viewsFor({ review }: ConsolePorts, { identity }: SignedIn, caseId: string): Promise<Views | undefined> {
  return identity.actor.roles.includes('lead') ? viewsOf(review.audit, caseId) : undefined;
}

/** What a form asks for; undefined for what is none of ours. */
function orderIn(
  what: string,
  untrusted: Awaited<ReturnType<Context['req']['parseBody']>>,
  principal: string,
  now: Date,
): Order | undefined {
  const text = (name: string) => Text.safeParse(untrusted[name]).data;
  const reason = text('reason');
  switch (what) {
    case 'request-release': {
      const rules = [untrusted.rule ?? []].flat().filter((one) => typeof one === 'string');
      const after = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
      if (untrusted.allow === undefined) {
        const hours = Hours.safeParse(untrusted.hours).data;
        return reason === undefined || hours === undefined
          ? undefined
          : { what, reason, rules, expiresAt: after(hours) };
      }
      const days = Days.safeParse(untrusted.days).data;
      const owner = untrusted.owner === 'me' ? principal : Principal.safeParse(untrusted.owner).data;
      if (reason === undefined || days === undefined || owner === undefined) return undefined;
      return { what, reason, rules, expiresAt: after(24 * days), allow: { owner } };
    }
    case 'approve':
      return typeof untrusted.request === 'string'
        ? { what, request: untrusted.request, reason: reason ?? null }
        : undefined;
    case 'assign':
      if (untrusted.to !== 'me' && untrusted.to !== 'nobody') return undefined;
      return { what, to: untrusted.to === 'me' ? principal : null };
    case 'comment': {
      const said = text('text');
      return said === undefined ? undefined : { what, text: said };
    }
    default: {
      const simple = SIMPLE.find((one) => one === what);
      return simple && reason !== undefined ? { what: simple, reason } : undefined;
    }
  }
}

/** Undefined where nobody draws. */
async function picturesOf(
  ports: ConsolePorts,
  seen: ReviewedCase,
  rows: Evidenced,
  asked: number,
): Promise<Pictures | undefined> {
  if (!ports.pictures) return undefined;
  const before = await pictureOf(ports, seen, rows, { what: 'before', page: asked }, PAGE_PATIENCE_MS);
  if (before.is !== 'picture') return { page: asked, rows, before, after: before };
  const page = Math.min(asked, before.pages);
  const after = await pictureOf(ports, seen, rows, { what: 'after', page }, PAGE_PATIENCE_MS);
  return { page, rows, before, after };
}
