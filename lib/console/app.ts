// The console: pages as (Request) => Response, rendered here, without a need for scripts. Who somebody is and which
// roles they have is checked at every request; what they may do is decided where it is done. Quarantined bytes are
// never served: what a page looks like is drawn elsewhere, and leaves as a picture.

import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { UnreadableRecord } from '../core/ledger.ts';
import { apiApp } from './api-app.ts';
import { ICON, SCRIPT, STYLE } from './assets.ts';
import { caseRoutes } from './case-routes.ts';
import { type Env, wrong } from './context.ts';
import { downloadRoutes } from './download-routes.ts';
import { FORM_TOKEN, formTokenOf, isFormTokenOf } from './forms-token.ts';
import { languageRoute, textsFor } from './language.ts';
import { listRoutes } from './list-routes.ts';
import { notice, page } from './page.ts';
import type { ConsolePorts } from './ports.ts';
import { rateLimit } from './rate.ts';
import { statusRoute } from './status-route.ts';

const MAX_FORM_BYTES = 256 * 1024;
const MAX_PER_MINUTE = 300;

export function consoleApp(ports: ConsolePorts): Hono<Env> {
  const app = new Hono<Env>();
  const mayGoOn = rateLimit(MAX_PER_MINUTE);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
      crossOriginResourcePolicy: 'same-origin',
      crossOriginOpenerPolicy: 'same-origin',
    }),
  );
  app.use(async (context, next) => {
    context.set('ports', ports);
    if (!ports.isOurHost(context.req.header('host') ?? '')) return context.text('not this host', 421);
    context.header('cache-control', 'no-store');
    return next();
  });
  const fixed = (path: string, type: string, text: string) =>
    app.get(path, (context) => context.body(text, 200, { 'content-type': type, 'cache-control': 'max-age=300' }));
  fixed('/style.css', 'text/css; charset=utf-8', STYLE);
  fixed('/console.js', 'text/javascript; charset=utf-8', SCRIPT);
  fixed('/icon.svg', 'image/svg+xml', ICON);
  const { status } = ports;
  if (status) app.get('/health', (context) => context.json({ ...status() }));
  // Bearer tokens only: what a browser sends along by itself signs in nobody there, so nothing there needs a form's token.
  if (ports.programs) app.route('/api', apiApp(ports, ports.programs));
  app.use(csrf());
  app.use(async (context, next) => {
    const here = new URL(context.req.url).pathname;
    const { channels } = ports;
    const view = { texts: textsFor(context), identity: undefined, form: '', here, now: ports.review.now(), channels };
    // What is said where the sign-in cannot be looked at.
    context.set('view', view);
    const identity = await ports.signIn.identify(context);
    if (identity) context.set('view', { ...view, identity, form: formTokenOf(identity.session) });
    // Of a person, however many browsers they use.
    if (!mayGoOn(identity?.actor.principal ?? ports.sourceOf?.(context) ?? 'nobody'))
      return wrong(context, 429, (texts) => texts.error.tooMany);
    return next();
  });
  const limits = {
    form: bodyLimit({ maxSize: MAX_FORM_BYTES }),
    upload: bodyLimit({ maxSize: (ports.maxUploadBytes ?? 0) + MAX_FORM_BYTES }),
  };
  app.use((context, next) => limits[context.req.path === '/upload' ? 'upload' : 'form'](context, next));
  languageRoute(app);
  ports.signIn.routes(app);
  app.use(needsSignIn);
  if (ports.documents) app.route('/', statusRoute(ports.documents));
  app.use(async (context, next) => {
    if (context.req.method === 'GET' || context.req.method === 'HEAD') return next();
    const { [FORM_TOKEN]: token } = await context.req.parseBody();
    const { identity } = context.get('view');
    if (!identity || typeof token !== 'string' || !isFormTokenOf(identity.session, token))
      return wrong(context, 403, (texts) => texts.error.forged);
    return next();
  });
  app.post('/sign-out', async (context) => context.redirect(await ports.signIn.signOut(context), 303));
  listRoutes(app, ports.review);
  downloadRoutes(app);
  caseRoutes(app);
  app.notFound((context) => wrong(context, 404, (texts) => texts.error.notHere));
  app.onError((error, context) => {
    if ('getResponse' in error && 'status' in error && typeof error.status === 'number' && error.status < 500)
      return wrong(context, error.status === 413 ? 413 : 403, (texts) =>
        error.status === 413 ? texts.error.input : texts.error.forged,
      );
    ports.onFailure(error);
    const says = error instanceof UnreadableRecord ? 'edited' : 'failed';
    return wrong(context, 500, (texts) => texts.error[says]);
  });
  return app;
}

const needsSignIn: MiddlewareHandler<Env> = async (context, next) => {
  const view = context.get('view');
  // Without any role there is nothing to see.
  if (view.identity && view.identity.actor.roles.length > 0) return next();
  const elsewhere = context.get('ports').signIn.invite?.(context);
  if (elsewhere) return elsewhere;
  const body = html`${notice('bad', view.texts.signInNeeded)}`;
  return context.html(page(view, view.texts.signIn, body), 401);
};
