import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { actOn, type Order, type ReviewPlaces, settling } from '../review/act.ts';
import { caseCounts } from '../review/counts.ts';
import { listCases } from '../review/list.ts';
import { allowRoute } from './allow-route.ts';
import { casesPage } from './cases-page.ts';
import { type Env, signedIn, wrong } from './context.ts';
import { queryOf, readAsked } from './list-filters.ts';
import { formToken, type Html, nothing, notice, page } from './page.ts';
import { trendRoute } from './trend-route.ts';

const MAX_CHOSEN = 200;
const BULK = ['reject', 'rerun', 'assign'] as const;

/** What waits is counted in the ledger that is given here, so that one count serves many pages. */
export function listRoutes(app: Hono<Env>, { ledger, now }: Pick<ReviewPlaces, 'ledger' | 'now'>): void {
  const counts = caseCounts(ledger, { now });
  trendRoute(app, { ledger, now }, counts);
  allowRoute(app);
  app.get('/', async (context) => {
    const view = signedIn(context);
    const { review, status, upload, onFailure } = context.get('ports');
    const { principal, roles } = view.identity.actor;
    const asked = readAsked((name) => context.req.query(name));
    const listing = listCases(review.ledger, queryOf(asked, principal, view.now), settling(review, onFailure));
    const [list, before] = await Promise.all([listing, counts()]);
    const counted = list.settled > 0 ? await counts() : before;
    const mayDecide = roles.some((role) => role !== 'viewer');
    const said = context.req.query('did') === 'upload' ? notice('good', view.texts.upload.done) : nothing;
    const body = casesPage(view, {
      ...{ asked, page: list, counted, status: status?.(), said },
      mayUpload: upload !== undefined && mayDecide,
      bulk: mayDecide ? BULK : [],
    });
    return context.html(page(view, view.texts.title, body));
  });

  app.post('/upload', async (context) => {
    const { upload, maxUploadBytes = 0 } = context.get('ports');
    const view = signedIn(context);
    if (!upload) return wrong(context, 404, (texts) => texts.error.notHere);
    if (!view.identity.actor.roles.some((role) => role !== 'viewer'))
      return wrong(context, 403, (texts) => texts.refused.role);
    const { document } = await context.req.parseBody({ all: true });
    const files = (Array.isArray(document) ? document : [document]).filter((one) => one instanceof File);
    const named = files.map((file) => ({ file, name: nameOf(file.name) }));
    if (named.length === 0 || named.some(({ file, name }) => name === undefined || file.size > maxUploadBytes))
      return wrong(context, 422, (texts) => texts.upload.bad);
    for (const { file, name } of named) if (name) await upload(name, await file.bytes(), view.identity.actor.principal);
    return context.redirect('/?did=upload', 303);
  });

  app.post('/cases', bulk);
}

/** The file's own name: folders that a browser names with it are not ours to make. */
function nameOf(untrusted: string): string | undefined {
  const name = untrusted.split(/[/\\]/).at(-1)?.normalize('NFC') ?? '';
  const isOdd = name === '' || name.startsWith('.') || Buffer.byteLength(name) > 200 || /[\p{Cc}\p{Cs}]/u.test(name);
  return isOdd ? undefined : name;
}

/** Tried first, always; done by the button of the page that says what would happen. */
async function bulk(context: Context<Env>): Promise<Response> {
  const view = signedIn(context);
  const { texts } = view;
  const { review, onFailure } = context.get('ports');
  const form = await context.req.parseBody({ all: true });
  const chosen = [...new Set([form.case ?? []].flat().filter((one) => typeof one === 'string'))];
  const what = BULK.find((one) => one === form.what);
  const reason = typeof form.reason === 'string' ? form.reason.trim() : '';
  const isReal = form.really === 'yes';
  if (chosen.length === 0) return wrong(context, 422, () => texts.form.noneChosen);
  // Whom a case is assigned to needs no reason, and none is kept.
  if (!what || (reason === '' && what !== 'assign') || reason.length > 4000 || chosen.length > MAX_CHOSEN)
    return wrong(context, 422, () => texts.error.input);
  const { actor } = view.identity;
  const order: Order = what === 'assign' ? { what, to: actor.principal } : { what, reason };
  const refused = new Map<string, number>();
  const would: string[] = [];
  for (const caseId of chosen) {
    // One whose record was edited, say, keeps nobody from hearing what became of the others.
    const acted = await actOn(review, actor, caseId, order, { dryRun: !isReal }).catch(onFailure);
    if (acted?.done) would.push(caseId);
    else {
      const why = acted ? texts.refused[acted.refused] : texts.error.failed;
      refused.set(why, (refused.get(why) ?? 0) + 1);
    }
  }
  const left = chosen.length - would.length;
  const why: Html = html`<ul>${[...refused].map(([says, count]) => html`<li>${count} × ${says}</li>`)}</ul>`;
  const said = isReal ? texts.form.didBulk(would.length, left) : texts.form.would(would.length, left);
  const go: Html =
    isReal || would.length === 0
      ? nothing
      : html`<form method="post" action="/cases">${formToken(view.form)}<input type="hidden" name="really" value="yes"><input type="hidden" name="what" value="${what}"><input type="hidden" name="reason" value="${reason}">
${would.map((caseId) => html`<input type="hidden" name="case" value="${caseId}">`)}<button>${texts.button[what]}: ${texts.form.really(would.length)}</button></form>`;
  const body = html`${notice(left > 0 ? 'bad' : 'good', said)}${refused.size > 0 ? why : ''}${go}<p><a href="/">${texts.case.back}</a></p>`;
  return context.html(page(view, texts.button[what], body));
}
