// Programs, what they are let do, and who is none.

import { describe, expect, test } from 'vitest';
import { ApiCase, ApiCases, ApiDone } from '../../lib/console/api-shapes.ts';
import { putOnce, toJson } from '../../lib/core/ledger.ts';
import { Evidence, evidenceKey } from '../../lib/core/records-evidence.ts';
import { readCase, timelineOf } from '../../lib/review/cases.ts';
import { CLIENT, ISSUER, SIGNED } from '../support/oidc-issuer.ts';
import { ADA, GRACE, SESSION } from '../support/oidc-rig.ts';
import {
  type Asking,
  AUDIENCE,
  DESK,
  HEAD,
  type ProgramsRig,
  passedOn,
  problemOf,
  programsRig,
  READER,
} from '../support/programs-rig.ts';

const now = Math.floor(Date.now() / 1000);
const DAY_S = 24 * 3600;
describe('a program', () => {
  test('lists cases, a page at a time, and is shown one, which is on record', async () => {
    const rig = programsRig();
    const ids = [await rig.quarantined('bad one', 'a.txt'), await rig.quarantined('bad two', 'b.txt')];
    const desk = rig.program(rig.issuer.bearer(DESK));
    const first = ApiCases.parse((await desk.get('/api/cases?max=1')).body);
    const second = ApiCases.parse((await desk.get(`/api/cases?max=1&after=${first.next}`)).body);
    expect([...first.cases, ...second.cases].map(({ caseId, key }) => [caseId, key])).toEqual([
      [ids[0], 'a.txt'],
      [ids[1], 'b.txt'],
    ]);
    const { body, headers } = await desk.get(`/api/cases/${ids[0]}`);
    const shown = ApiCase.parse(body);
    expect([shown.evidence.key, shown.review.state, shown.rules, shown.earlier]).toEqual([
      ...['a.txt', 'open', ['test.hidden'], 0],
    ]);
    expect(shown.past).toMatchObject({ isPublic: false, wasThere: false, stretches: [], others: [], twins: [] });
    expect(shown.possible).toEqual(['reject', 'rerun', 'assign', 'comment', 'hold']);
    expect([headers.get('cache-control'), headers.get('set-cookie')]).toEqual(['no-store', null]);
    const views: unknown[] = [];
    for await (const { key } of rig.review.audit.list('audit/'))
      views.push(JSON.parse(Buffer.from((await rig.review.audit.get(key))?.body ?? []).toString()));
    expect(views.filter((one) => Object(one).type === 'Case Viewed')).toEqual([
      expect.objectContaining({ type: 'Case Viewed', caseId: ids[0], by: `oidc:${ISSUER}#p-1`, what: 'case' }),
    ]);
  });

  test('is shown nothing that is not on record before', async () => {
    const fails = async () => {
      throw new Error('no disk');
    };
    const rig = programsRig({}, { places: (made) => ({ ...made, audit: { ...made.audit, put: fails } }) });
    const caseId = await rig.quarantined();
    const said = await rig.program(rig.issuer.bearer(DESK)).get(`/api/cases/${caseId}`);
    expect([problemOf(said), said.text.includes('no disk')]).toEqual([[500, 'failed'], false]);
  });

  test('lists by the filters of the command, and each finds only its own', async () => {
    const rig = programsRig();
    const caseId = await rig.quarantined('bad one', 'tax/a.txt');
    await rig.quarantined('bad two', 'b.txt');
    const desk = rig.program(rig.issuer.bearer(DESK));
    await desk.post(`/api/cases/${caseId}/deeds`, { what: 'assign', to: 'me' });
    const found = async (query: string) => ApiCases.parse((await desk.get(`/api/cases?${query}`)).body).cases.length;
    const all = ['state=open,approved', 'reason=hidden-content', 'older-than=1d', 'max=200'];
    const one = [
      'prefix=tax/',
      'assignee=me',
      'assignee=nobody',
      `assignee=${encodeURIComponent(`oidc:${ISSUER}#p-1`)}`,
    ];
    const none = ['ended=yes', 'newer-than=1d', 'held=yes', 'state=approved', 'reason=malware', 'format=pdf', 'tier=L'];
    const counts = async (queries: readonly string[]) => Promise.all(queries.map(found));
    expect(await counts(all)).toEqual(all.map(() => 2));
    expect(await counts(one)).toEqual(one.map(() => 1));
    expect(await counts(none)).toEqual(none.map(() => 0));
  });

  test('does what its roles let it, in its own name, and nothing of a dry run', async () => {
    const rig = programsRig();
    const caseId = await rig.quarantined();
    const [desk, head] = [rig.program(rig.issuer.bearer(DESK)), rig.program(rig.issuer.bearer(HEAD))];
    const path = `/api/cases/${caseId}/deeds`;
    const tried = await desk.post(path, { what: 'reject', reason: 'no', dryRun: true });
    expect(ApiDone.parse(tried.body)).toMatchObject({ done: false, state: 'open' });
    expect(await timelineOf(rig.review.audit, caseId)).toEqual([]);
    const bodies = [
      { what: 'comment', text: ' see the ticket ' },
      { what: 'assign', to: `oidc:${ISSUER}#u-1` },
      { what: 'hold', reason: 'a court asked' },
      { what: 'rerun', reason: 'new policy' },
    ];
    for (const body of bodies)
      expect(ApiDone.parse((await desk.post(path, body)).body)).toMatchObject({ done: true, state: 'open' });
    expect(ApiDone.parse((await desk.post(path, { what: 'reject', reason: 'no' })).body).state).toBe('rejected');
    expect(problemOf(await desk.post(path, { what: 'reopen', reason: 'hm' }))).toEqual([403, 'role']);
    expect(ApiDone.parse((await head.post(path, { what: 'reopen', reason: 'hm' })).body).state).toBe('open');
    const trail = await timelineOf(rig.review.audit, caseId);
    expect(trail.map(({ by, roles, deed }) => [by.split('#')[1], ...roles, deed.what])).toEqual([
      ...['comment', 'assign', 'hold', 'rerun', 'reject'].map((what) => ['p-1', 'reviewer', what]),
      ['p-2', 'approver', 'reopen'],
    ]);
  });

  test('asks for a release only where settings let it, and somebody else approves', async () => {
    const asked = { what: 'request-release', reason: 'fine', rules: ['test.hidden'] };
    const closed = programsRig();
    const path = async (rig: ProgramsRig) => `/api/cases/${await rig.quarantined()}/deeds`;
    const kept = await closed.program(closed.issuer.bearer(DESK)).post(await path(closed), asked);
    expect(problemOf(kept)).toEqual([403, 'program']);

    const rig = programsRig({ mayRequest: true });
    const caseId = await rig.quarantined();
    // Grace's own program, and Grace.
    const hers = rig.program(rig.issuer.bearer({ ...DESK, sub: GRACE.sub }));
    expect(ApiCase.parse((await hers.get(`/api/cases/${caseId}`)).body).possible).toContain('request-release');
    const done = ApiDone.parse((await hers.post(`/api/cases/${caseId}/deeds`, asked)).body);
    expect([done.state, done.request]).toEqual(['release-requested', expect.any(String)]);
    const [grace, ada] = [rig.browser(), rig.browser()];
    await grace.signIn(GRACE);
    await grace.get('/');
    expect((await grace.post(`/cases/${caseId}/approve`, { request: done.request ?? '' })).status).toBe(403);
    await ada.signIn(ADA);
    await ada.get('/');
    expect((await ada.post(`/cases/${caseId}/approve`, { request: done.request ?? '' })).status).toBe(303);
    expect(
      ApiDone.parse((await hers.post(`/api/cases/${caseId}/deeds`, { what: 'withdraw', reason: 'no' })).body).state,
    ).toBe('open');
  });

  test('is shown beginnings of words of metadata, and of nothing that was hidden', async () => {
    const rig = programsRig();
    const { ledger } = rig.stores;
    const seen = await readCase(ledger, await rig.quarantined());
    const masked = async (code: 'metadata' | 'hidden-content', caseId: string) => {
      if (!seen) throw new Error('no case');
      const findings = seen.evidence.findings.map((finding) => ({ ...finding, code }));
      await putOnce(ledger, `cases/${caseId}/case.json`, toJson({ ...seen.evidence, caseId, findings }));
      const rows = findings.map(({ carrier, at, action }) => ({ carrier, at, action, on: [], masked: ['j•••'] }));
      await putOnce(ledger, evidenceKey(caseId), toJson(Evidence.parse({ v: 1, caseId, rows })));
      const { body } = await rig.program(rig.issuer.bearer(READER)).get(`/api/cases/${caseId}`);
      return ApiCase.parse(body).masked.flatMap((one) => one.values);
    };
    expect(await masked('metadata', 'a'.repeat(32))).toContain('j•••');
    expect(await masked('hidden-content', 'b'.repeat(32))).toEqual([]);
  });

  test.each([
    { shows: 'a text of scopes', claim: 'scope', claims: { scope: 'openid desk' } },
    { shows: 'a list of scopes', claim: 'scp', claims: { scp: ['openid', 'desk'] } },
    { shows: 'groups of Cognito', claim: 'cognito:groups', claims: { 'cognito:groups': ['desk'] } },
    { shows: 'an audience among others', claim: 'groups', claims: { aud: ['x', AUDIENCE], groups: ['desk'] } },
    {
      shows: 'its client in place of an audience',
      claim: 'groups',
      claims: { aud: undefined, client_id: AUDIENCE, groups: ['desk'] },
    },
  ])('has its role by $shows', async ({ claim, claims }) => {
    const rig = programsRig({ claim });
    const said = await rig.program(rig.issuer.bearer({ aud: AUDIENCE, sub: 'p-1', ...claims })).get('/api/cases');
    expect(said.status).toBe(200);
  });
});

describe('no program is', () => {
  type Row = {
    readonly shows: string;
    readonly claims?: Record<string, unknown>;
    readonly signed?: keyof typeof SIGNED;
  };
  const rows: readonly Row[] = [
    { shows: 'of another issuer', claims: { iss: 'https://evil.example' } },
    { shows: 'for another audience', claims: { aud: 'another' } },
    { shows: "for the console's own sign-in", claims: { aud: CLIENT } },
    {
      shows: 'for another audience and of a client that is one of ours',
      claims: { aud: 'another', client_id: AUDIENCE },
    },
    { shows: 'for no audience, of another client', claims: { aud: undefined, client_id: 'another' } },
    { shows: 'for an audience that is no text', claims: { aud: { 0: AUDIENCE } } },
    { shows: 'that has expired', claims: { exp: now - 60 } },
    { shows: 'that is not valid yet', claims: { nbf: now + 600 } },
    { shows: 'without an end', claims: { exp: undefined } },
    { shows: 'without a beginning', claims: { iat: undefined } },
    { shows: 'of more than a day ago', claims: { iat: now - DAY_S - 60, exp: now + DAY_S } },
    { shows: 'of tomorrow', claims: { iat: now + 600 } },
    { shows: 'of nobody', claims: { sub: undefined } },
    { shows: 'of somebody whose name is too long to be put on record', claims: { sub: 'x'.repeat(300) } },
    { shows: 'that is too long', claims: { more: 'x'.repeat(20_000) } },
    { shows: 'that is signed by nobody', signed: 'not' },
    { shows: 'that is signed by another key', signed: 'byAnother' },
    { shows: 'that is signed with the public key as a secret', signed: 'withThePublicKey' },
    { shows: 'that was changed after it was signed', signed: 'thenChanged' },
  ];
  test.each(rows)('known by a token $shows', async ({ claims = {}, signed = 'well' }) => {
    const rig = programsRig();
    expect((await rig.program(rig.issuer.bearer(DESK)).get('/api/cases')).status, 'a control').toBe(200);
    rig.issuer.signs = SIGNED[signed];
    const token = rig.issuer.bearer({ ...DESK, ...claims });
    // API Gateway says that it is one of ours.
    const claimed = passedOn(SIGNED.not({ ...DESK, iss: ISSUER, ...claims, sub: claims.sub ?? DESK.sub }));
    const said = await rig.program(token).get('/api/cases', { claimed });
    expect([problemOf(said), said.headers.get('www-authenticate')]).toEqual([[401, 'token'], 'Bearer']);
    expect([rig.refused, rig.failures]).toEqual([['sign-in'], []]);
  });

  test.each([
    { shows: 'no groups', groups: undefined },
    { shows: 'no group', groups: [] },
    { shows: 'groups without a role', groups: ['visitors'] },
    { shows: 'a group of people that gives a role in the console', groups: ['leads', 'reviewers'] },
    { shows: 'a group whose name holds one of ours, as API Gateway would write two', groups: ['x desk'] },
    { shows: 'a group that is written like a list', groups: ['[desk]', 'desk]', '[desk', 'x,desk'] },
    { shows: 'one text for a list of groups', groups: 'desk' },
    { shows: 'an object for a list of groups', groups: { 0: 'desk' } },
    { shows: 'a group among things that are none', groups: ['desk', 1] },
    { shows: 'more groups than anybody has', groups: [...Array.from({ length: 2000 }, () => 'g'), 'desk'] },
    { shows: 'its role in another claim', groups: undefined, roles: ['desk'], 'cognito:groups': ['desk'] },
  ])('let in with $shows', async ({ shows: _, ...claims }) => {
    const rig = programsRig();
    expect((await rig.program(rig.issuer.bearer(DESK)).get('/api/cases')).status, 'a control').toBe(200);
    const said = await rig.program(rig.issuer.bearer({ ...DESK, ...claims })).get('/api/cases');
    expect(problemOf(said)).toEqual([403, 'role']);
  });

  const FORGED = passedOn(SIGNED.not({ ...DESK, iss: ISSUER }));
  const forgeries: readonly { readonly shows: string; readonly asking: Asking }[] = [
    { shows: 'without API Gateway’s word', asking: { claimed: undefined } },
    { shows: 'with a word of API Gateway that names nobody', asking: { claimed: { jwt: { claims: {} } } } },
    { shows: 'with another authorizer’s word', asking: { claimed: { lambda: { sub: 'p-1' } } } },
    {
      shows: 'whose headers say what API Gateway would',
      asking: {
        claimed: undefined,
        headers: {
          'x-amzn-request-context': JSON.stringify({ authorizer: FORGED }),
          'x-amzn-oidc-identity': 'p-1',
          authorizer: JSON.stringify(FORGED),
          'x-spoorloos-source': '10.0.0.1',
        },
      },
    },
    {
      shows: 'with API Gateway’s word of somebody else',
      asking: { claimed: passedOn(SIGNED.not({ ...HEAD, iss: ISSUER })) },
    },
    { shows: 'without a token', asking: { headers: { authorization: '' } } },
    { shows: 'with a token that is none', asking: { headers: { authorization: 'Bearer a.b.c' } } },
    { shows: 'with a password', asking: { headers: { authorization: 'Basic cC0xOnA=' } } },
  ];
  test.each(forgeries)('known by a request $shows', async ({ asking }) => {
    const rig = programsRig();
    const token = rig.issuer.bearer(DESK);
    expect((await rig.program(token).get('/api/cases')).status, 'a control').toBe(200);
    const said = await rig.program(token).get('/api/cases', { claimed: passedOn(token), ...asking });
    expect(problemOf(said)).toEqual([401, 'token']);
  });

  test('known by two tokens, by one in the address, or by the sign-in of a person', async () => {
    const rig = programsRig();
    const token = rig.issuer.bearer(DESK);
    const claimed = passedOn(token);
    const ada = rig.browser();
    await ada.signIn(ADA);
    expect((await ada.get('/')).status, 'a control').toBe(200);
    const cookie = `${SESSION}=${ada.cookies.get(SESSION)}`;
    for (const [path, headers] of [
      ['/api/cases', { authorization: `Bearer ${token}, Bearer ${token}` }],
      [`/api/cases?access_token=${token}`, { authorization: '' }],
      ['/api/cases', { authorization: '', cookie }],
    ] as const)
      expect(problemOf(await rig.program(token).get(path, { claimed, headers }))).toEqual([401, 'token']);
    // Nor is a person by the token of a program.
    expect((await rig.program(token).get('/', { claimed })).status).toBe(303);
  });

  test('turned away for good while the issuer does not answer', async () => {
    for (const what of ['isDown', 'isWithoutKeys'] as const) {
      const rig = programsRig();
      rig.issuer[what] = true;
      const desk = rig.program(rig.issuer.bearer(DESK));
      expect(problemOf(await desk.get('/api/cases'))).toEqual([503, 'outage']);
      rig.issuer[what] = false;
      expect((await desk.get('/api/cases')).status).toBe(200);
    }
  });
});
