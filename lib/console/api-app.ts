// What programs read and do, as JSON: the lists, pages and deeds of the console, through the same functions. A program
// approves, deletes, ends holds and fetches originals never, whatever groups its token names: its token would be the second
// pair of eyes of whoever holds it.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { waivableRules } from '../core/waivers.ts';
import { actOn, type Order, refreshed, settling } from '../review/act.ts';
import { CASE_FILTERS, caseQuery, WrongFilter } from '../review/case-query.ts';
import { latestOf } from '../review/cases.ts';
import { type CaseQuery, listCases } from '../review/list.ts';
import { maskedOf } from '../review/masked.ts';
import { pastOf } from '../review/past.ts';
import { pastRow, rowOf } from '../review/row.ts';
import { type Actor, DEEDS, possible } from '../review/transitions.ts';
import { recordView } from '../review/viewed.ts';
import { type Problem, problem, refusedDeed } from './api-problems.ts';
import { type ApiCase, type ApiCases, type ApiDone, ApiOrder, PROGRAM_DEEDS } from './api-shapes.ts';
import type { Env } from './context.ts';
import { IssuerOutage } from './oidc-issuer.ts';
import type { ConsolePorts } from './ports.ts';
import type { Programs } from './programs.ts';
import { rateLimit } from './rate.ts';

type ApiEnv = Env & { Variables: { actor: Actor } };

const MAX_BODY_BYTES = 64 * 1024;
const MAX_PER_MINUTE = 300;
const MAX_ROWS = 200;
/** A deed of the console, which may be one for people. */
const Named = z.object({ what: z.enum(DEEDS) });

export function apiApp(ports: ConsolePorts, programs: Programs): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const mayGoOn = rateLimit(MAX_PER_MINUTE);
  const { review } = ports;

  app.use(async (context, next) => {
    const { authorizer } = context.env ?? {};
    const actor = await programs.identify(context.req.header('authorization'), authorizer);
    const isKnown = typeof actor === 'object';
    const source = isKnown ? actor.principal : (ports.sourceOf?.(context) ?? 'nobody');
    if (!mayGoOn(source)) return problem(context, 'too-many');
    if (!isKnown) return problem(context, actor);
    context.set('actor', actor);
    return next();
  });

  app.get('/cases', async (context) => {
    const { principal } = context.get('actor');
    const query = queryIn(new URL(context.req.url).searchParams, principal, review.now());
    if (typeof query === 'string') return problem(context, 'input', query);
    const { rows, unreadable, next } = await listCases(review.ledger, query, settling(review, ports.onFailure));
    const said: ApiCases = { v: 1, cases: rows.map(rowOf), unreadable: [...unreadable], next: next ?? null };
    return context.json(said);
  });

  app.get('/cases/:id', async (context) => {
    const actor = context.get('actor');
    const seen = await refreshed(review, context.req.param('id'));
    if (!seen) return problem(context, 'not-found');
    const { evidence } = seen;
    // On record before it is shown.
    await recordView(review, actor.principal, evidence.caseId, 'case');
    const { entries, earlier } = await latestOf(review.audit, seen.review);
    const could = possible(evidence, seen.review, actor);
    const said: ApiCase = {
      ...{ v: 1, evidence, review: seen.review, timeline: [...entries], earlier },
      masked: (await maskedOf(review.ledger, evidence)).map((one) => ({ ...one, values: [...one.values] })),
      past: pastRow(await pastOf(review.ledger, evidence)),
      rules: [...(waivableRules(evidence) ?? [])],
      possible: PROGRAM_DEEDS.filter((what) => isForPrograms(what) && could.includes(what)),
    };
    return context.json(said);
  });

  const isForPrograms = (what: string) =>
    what === 'request-release' ? programs.mayRequest : PROGRAM_DEEDS.some((one) => one === what);

  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (context) => problem(context, 'too-large') });
  app.post('/cases/:id/deeds', limit, async (context) => {
    if (!/^application\/json *(;|$)/i.test(context.req.header('content-type') ?? ''))
      return problem(context, 'media-type');
    const untrusted = jsonIn(await context.req.text());
    const named = Named.safeParse(untrusted).data;
    if (named && !isForPrograms(named.what)) return problem(context, 'program');
    const body = ApiOrder.safeParse(untrusted);
    if (!body.success) return problem(context, 'input', sayWrong(body.error));
    const actor = context.get('actor');
    const { dryRun, order } = orderOf(body.data, actor.principal, review.now());
    const acted = await actOn(review, actor, context.req.param('id'), order, { dryRun });
    if (!acted.done) return refusedDeed(context, acted.refused);
    const { caseId, state, request } = acted.review;
    const said: ApiDone = {
      ...{ v: 1, caseId, what: body.data.what, done: !dryRun, state, request: request?.id ?? null },
    };
    return context.json(said);
  });

  for (const [path, allow] of Object.entries({ '/cases': 'GET', '/cases/:id': 'GET', '/cases/:id/deeds': 'POST' }))
    app.all(path, (context) => {
      context.header('allow', allow);
      return problem(context, 'method');
    });
  app.all('*', (context) => problem(context, 'not-found'));
  app.onError((error, context) => {
    const name: Problem = error instanceof IssuerOutage ? 'outage' : 'failed';
    ports.onFailure(error);
    return problem(context, name);
  });
  return app;
}

/** What is wrong with it, where something is. A filter that nobody knows would list more than was meant. */
function queryIn(params: URLSearchParams, me: string, now: Date): CaseQuery | string {
  const known: readonly string[] = [...CASE_FILTERS, 'max', 'after'];
  const names = [...params.keys()];
  if (names.some((name) => !known.includes(name)) || new Set(names).size < names.length)
    return `each of ${known.join(', ')} at most once, and nothing else`;
  const given = (name: string) => params.get(name) ?? undefined;
  const max = given('max') ?? '50';
  if (!/^[1-9]\d{0,2}$/.test(max) || Number(max) > MAX_ROWS) return `max is a number from 1 to ${MAX_ROWS}`;
  const after = given('after');
  if (after !== undefined && !/^\d{13}\.[0-9a-f]{32}$/.test(after)) return 'after is the `next` of the page before';
  const assignee = given('assignee');
  try {
    return {
      ...{ ...caseQuery(given, now), max: Number(max) },
      ...(assignee !== undefined && { assignee: personNamed(assignee, me) }),
      ...(after !== undefined && { after }),
    };
  } catch (error) {
    if (error instanceof WrongFilter) return `${error.filter} ${error.message}`;
    throw error;
  }
}

function personNamed(name: string, me: string): string | null {
  return name === 'me' ? me : name === 'nobody' ? null : name;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of ours only: a body may hold anything. */
function sayWrong(error: z.ZodError): string {
  const names = error.issues.map(({ path: [name] }) => name);
  const known = ['what', 'reason', 'text', 'to', 'rules', 'hours', 'dryRun'].filter((name) => names.includes(name));
  return `an object as the schema says${known.length > 0 ? `; look at ${known.join(', ')}` : ''}`;
}

function orderOf(order: ApiOrder, me: string, now: Date): { readonly dryRun: boolean; readonly order: Order } {
  const { dryRun, ...asked } = order;
  switch (asked.what) {
    case 'request-release': {
      const { what, reason, rules, hours } = asked;
      const expiresAt = new Date(now.getTime() + hours * 3_600_000).toISOString();
      return { dryRun, order: { what, reason, rules, expiresAt } };
    }
    case 'assign':
      return { dryRun, order: { what: asked.what, to: personNamed(asked.to, me) } };
    default:
      return { dryRun, order: asked };
  }
}
