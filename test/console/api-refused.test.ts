// What programs get that want more than they are let do. Each row's control is a request that is let through.

import { describe, expect, test } from 'vitest';
import { ApiProblem } from '../../lib/console/api-problems.ts';
import { ApiCase, ApiDone } from '../../lib/console/api-shapes.ts';
import type { ProgramSettings } from '../../lib/console/programs.ts';
import { timelineOf } from '../../lib/review/cases.ts';
import { HOST, ORIGIN, oidcRig } from '../support/oidc-rig.ts';
import { DESK, HEAD, passedOn, problemOf, programsRig, READER } from '../support/programs-rig.ts';

describe('a program that wants more', () => {
  const settings: Partial<ProgramSettings> = { mayRequest: true };

  test.each(['approve', 'delete', 'unhold', 'download', 'revoke'])(
    'is refused %s, which is for people',
    async (what) => {
      const rig = programsRig(settings);
      const caseId = await rig.quarantined();
      const head = rig.program(rig.issuer.bearer({ ...HEAD, groups: ['desk-heads', 'leads', 'approvers', 'lead'] }));
      const path = `/api/cases/${caseId}/deeds`;
      const asked = { what: 'request-release', reason: 'fine', rules: ['test.hidden'] };
      const { request } = ApiDone.parse((await rig.program(rig.issuer.bearer(DESK)).post(path, asked)).body);
      await head.post(path, { what: 'hold', reason: 'a court asked' });
      expect(problemOf(await head.post(path, { what, reason: 'please', request }))).toEqual([403, 'program']);
      expect(ApiCase.parse((await head.get(`/api/cases/${caseId}`)).body).possible).not.toContain(what);
      // Not by the pages of people, either.
      const form = await head.post(`/cases/${caseId}/${what}`, `reason=x&request=${request}`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect([303, 401, 403]).toContain(form.status);
      expect((await timelineOf(rig.review.audit, caseId)).map(({ deed }) => deed.what)).toEqual([
        'request-release',
        'hold',
      ]);
    },
  );

  test('may look and nothing else, where it is let look', async () => {
    const rig = programsRig(settings);
    const caseId = await rig.quarantined();
    const reader = rig.program(rig.issuer.bearer(READER));
    for (const body of [
      { what: 'reject', reason: 'no' },
      { what: 'comment', text: 'hm' },
      { what: 'request-release', reason: 'fine', rules: ['test.hidden'] },
    ])
      expect(problemOf(await reader.post(`/api/cases/${caseId}/deeds`, body))).toEqual([403, 'role']);
    expect(await timelineOf(rig.review.audit, caseId)).toEqual([]);
  });

  test.each([
    { shows: 'a rule that did not hold it back', body: { what: 'request-release', reason: 'x', rules: ['pdf.info'] } },
    { shows: 'a deed that its state does not take', body: { what: 'withdraw', reason: 'x' } },
  ])('is told why $shows is refused', async ({ body }) => {
    const rig = programsRig(settings);
    const caseId = await rig.quarantined();
    const said = await rig.program(rig.issuer.bearer(DESK)).post(`/api/cases/${caseId}/deeds`, body);
    expect([said.status, ApiProblem.parse(said.body).problem]).toEqual([409, 'refused']);
  });

  test.each([
    '0'.repeat(32),
    '..%2fheads%2fx',
    '%2e%2e%2f%2e%2e',
    'A'.repeat(32),
    '0'.repeat(33),
    '%00',
    '%ff',
    '<script>',
  ])('finds nothing under %s', async (id) => {
    const rig = programsRig();
    await rig.quarantined();
    const desk = rig.program(rig.issuer.bearer(DESK));
    expect(problemOf(await desk.get(`/api/cases/${id}`))).toEqual([404, 'not-found']);
    expect(problemOf(await desk.post(`/api/cases/${id}/deeds`, { what: 'reject', reason: 'x' }))).toEqual([
      404,
      'not-found',
    ]);
    expect(rig.failures).toEqual([]);
  });

  const REJECT = { what: 'reject', reason: 'no' };
  test.each([
    { shows: 'no JSON', body: '{', answers: [400, 'input'] },
    { shows: 'nothing', body: '', answers: [400, 'input'] },
    { shows: 'a list', body: [REJECT], answers: [400, 'input'] },
    { shows: 'a text', body: '"reject"', answers: [400, 'input'] },
    { shows: 'a deed that there is not', body: { what: 'superseded', reason: 'x' }, answers: [400, 'input'] },
    { shows: 'a field more', body: { ...REJECT, roles: ['lead'] }, answers: [400, 'input'] },
    { shows: 'another name', body: { ...REJECT, by: 'local:ada' }, answers: [400, 'input'] },
    { shows: 'a prototype', body: '{"__proto__":{"what":"reject","reason":"no"}}', answers: [400, 'input'] },
    { shows: 'a reason of blanks', body: { ...REJECT, reason: '  ' }, answers: [400, 'input'] },
    { shows: 'a reason that is too long', body: { ...REJECT, reason: 'x'.repeat(4001) }, answers: [400, 'input'] },
    { shows: 'a dry run that is no yes or no', body: { ...REJECT, dryRun: 'false' }, answers: [400, 'input'] },
    { shows: 'somebody who is no principal', body: { what: 'assign', to: 'ada' }, answers: [400, 'input'] },
    {
      shows: 'somebody with a name that turns letters around',
      body: { what: 'assign', to: 'oidc:x#\u202Ea' },
      answers: [400, 'input'],
    },
    {
      shows: 'a release without an end',
      body: { what: 'request-release', reason: 'x', rules: ['test.hidden'], hours: 721 },
      answers: [400, 'input'],
    },
    { shows: 'too much', body: { ...REJECT, reason: 'x'.repeat(70_000) }, answers: [413, 'too-large'] },
  ])('is refused a body of $shows', async ({ body, answers }) => {
    const rig = programsRig(settings);
    const caseId = await rig.quarantined();
    const desk = rig.program(rig.issuer.bearer(DESK));
    const path = `/api/cases/${caseId}/deeds`;
    const said = await desk.post(path, body);
    expect(problemOf(said)).toEqual(answers);
    expect(await timelineOf(rig.review.audit, caseId)).toEqual([]);
    expect((await desk.post(path, REJECT)).status, 'a control').toBe(200);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('is refused a body that is called %j', async (type) => {
    const rig = programsRig();
    const caseId = await rig.quarantined();
    const desk = rig.program(rig.issuer.bearer(DESK));
    const headers = { 'content-type': type };
    expect(problemOf(await desk.post(`/api/cases/${caseId}/deeds`, REJECT, { headers }))).toEqual([415, 'media-type']);
  });

  test.each([
    { shows: 'a filter that there is not', query: 'reasons=malware' },
    { shows: 'a filter twice', query: 'reason=malware&reason=hidden-content' },
    { shows: 'a reason that there is not', query: 'reason=bad' },
    { shows: 'states of both lists', query: 'state=open,rejected' },
    { shows: 'an age that is none', query: 'older-than=week' },
    { shows: 'a flag that says no', query: 'held=no' },
    { shows: 'no cases', query: 'max=0' },
    { shows: 'all cases', query: 'max=201' },
    { shows: 'a place that is none', query: 'after=../x' },
  ])('is refused a list by $shows', async ({ query }) => {
    const rig = programsRig();
    const desk = rig.program(rig.issuer.bearer(DESK));
    expect((await desk.get('/api/cases?reason=malware')).status, 'a control').toBe(200);
    expect(problemOf(await desk.get(`/api/cases?${query}`))).toEqual([400, 'input']);
  });

  test('is told which method an address takes, and of no address that there is not', async () => {
    const rig = programsRig();
    const caseId = await rig.quarantined();
    const desk = rig.program(rig.issuer.bearer(DESK));
    const said = await Promise.all([
      desk.post('/api/cases', {}),
      desk.post('/api/cases', {}, { method: 'DELETE' }),
      desk.post(`/api/cases/${caseId}`, {}, { method: 'PUT' }),
      desk.get(`/api/cases/${caseId}/deeds`),
      desk.get('/api/cases', { method: 'OPTIONS' }),
    ]);
    expect(said.map((one) => [...problemOf(one), one.headers.get('allow')])).toEqual([
      ...[1, 2].map(() => [405, 'method', 'GET']),
      [405, 'method', 'GET'],
      [405, 'method', 'POST'],
      [405, 'method', 'GET'],
    ]);
    const overridden = await desk.get(`/api/cases/${caseId}/deeds`, { headers: { 'x-http-method-override': 'POST' } });
    expect(problemOf(overridden)).toEqual([405, 'method']);
    for (const path of ['/api', '/api/', '/api/case', `/api/cases/${caseId}/pages/1.png`, '/api/api/cases'])
      expect(problemOf(await desk.get(path)), path).toEqual([404, 'not-found']);
    for (const path of ['/API/cases', '//api/cases', '/api%2Fcases'])
      expect((await desk.get(path)).status, path).toBe(303);
  });

  test('is asked to wait, without anybody else', async () => {
    const rig = programsRig();
    const [desk, head] = [rig.program(rig.issuer.bearer(DESK)), rig.program(rig.issuer.bearer(HEAD))];
    for (let at = 0; at < 300; at += 1) await desk.get('/api');
    const said = await desk.get('/api/cases');
    expect([problemOf(said), said.headers.get('retry-after')]).toEqual([[429, 'too-many'], '60']);
    expect((await head.get('/api/cases')).status).toBe(200);
  });

  test('gets names of documents as they are, in what no browser takes for a page', async () => {
    const rig = programsRig();
    const key = '"><script>alert(1)</script>\u202Egnp.exe=HYPERLINK("http://x")';
    const caseId = await rig.quarantined('bad one', key);
    const desk = rig.program(rig.issuer.bearer(DESK));
    for (const path of ['/api/cases', `/api/cases/${caseId}`]) {
      const { text, headers } = await desk.get(path);
      expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(key).slice(1, -1));
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
        'nosniff',
        expect.stringContaining("default-src 'none'"),
      ]);
    }
  });

  test('finds nothing where settings let no programs in', async () => {
    const rig = programsRig();
    const token = rig.issuer.bearer(DESK);
    const headers = { host: HOST, authorization: `Bearer ${token}` };
    const said = await oidcRig().app.request(`${ORIGIN}/api/cases`, { headers }, { authorizer: passedOn(token) });
    expect([said.status, said.headers.get('location')]).toEqual([303, '/sign-in?back=%2Fapi%2Fcases']);
  });
});
