import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { payloadKey, ReviewText } from '../core/records-cases.ts';
import type { Drawn } from '../preview.ts';
import { actOn, type Order, type ReviewPlaces, refreshed } from '../review/act.ts';
import { type ReviewedCase, timelineOf } from '../review/cases.ts';
import { pastOf } from '../review/past.ts';
import { possible } from '../review/transitions.ts';
import { recordView } from '../review/viewed.ts';
import { casePage, HOURS } from './case-page.ts';
import { type Env, signedIn, wrong } from './context.ts';
import { nothing, notice, page } from './page.ts';
import type { ConsolePorts } from './ports.ts';

const SIMPLE = ['withdraw', 'reject', 'reopen', 'rerun', 'delete', 'hold', 'unhold'] as const;
const MAX_DRAWN_BYTES = 100 * 1024 * 1024;

export function caseRoutes(app: Hono<Env>): void {
  app.get('/cases/:id', async (context) => {
    const view = signedIn(context);
    const { review, draw } = context.get('ports');
    const seen = await refreshed(review, context.req.param('id'));
    if (!seen) return wrong(context, 404, (texts) => texts.case.notFound);
    const { caseId } = seen.evidence;
    // On record before it is shown.
    await recordView(review, view.identity.actor.principal, caseId, 'case');
    const asked = Number(context.req.query('page') ?? '1');
    const pageNumber = Number.isInteger(asked) && asked > 0 && asked <= 100_000 ? asked : 1;
    const drawn = await picture(review, draw, seen, pageNumber);
    const said = context.req.query('did') === undefined ? nothing : notice('good', view.texts.form.done);
    const body = casePage(view, {
      ...{
        seen,
        said,
        timeline: await timelineOf(review.audit, caseId),
        past: await pastOf(review.ledger, seen.evidence),
      },
      possible: possible(seen.evidence, seen.review, view.identity.actor),
      picture: draw && { page: Math.min(pageNumber, drawn?.pages ?? 1), pages: drawn?.pages ?? 0 },
    });
    return context.html(page(view, `${view.texts.case.heading} ${caseId.slice(0, 8)}`, body));
  });

  app.get('/cases/:id/pages/:file{[1-9][0-9]{0,4}\\.png}', async (context) => {
    const view = signedIn(context);
    const { review, draw } = context.get('ports');
    const seen = await refreshed(review, context.req.param('id'));
    const number = Number.parseInt(context.req.param('file'), 10);
    const drawn = seen && (await picture(review, draw, seen, number));
    if (!drawn) return wrong(context, 404, (texts) => texts.error.notHere);
    await recordView(review, view.identity.actor.principal, seen.evidence.caseId, `page ${number}`);
    return context.body(Buffer.from(drawn.png), 200, { 'content-type': 'image/png' });
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
const Hours = z.coerce.number().refine((hours) => HOURS.some((one) => one === hours));

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
      const hours = Hours.safeParse(untrusted.hours).data;
      if (reason === undefined || hours === undefined) return undefined;
      return { what, reason, rules, expiresAt: new Date(now.getTime() + hours * 3_600_000).toISOString() };
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

async function picture(
  { quarantine }: ReviewPlaces,
  draw: ConsolePorts['draw'],
  { evidence }: ReviewedCase,
  page: number,
): Promise<Drawn | undefined> {
  if (!draw || evidence.reason === 'malware' || evidence.source.size > MAX_DRAWN_BYTES) return undefined;
  const payload = await quarantine.get(payloadKey(evidence.caseId));
  return payload && draw(payload.body, evidence.format, page);
}
