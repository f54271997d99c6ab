// What becomes of a sign-in with an issuer afterwards: groups that are taken away, tokens that are revoked, issuers that
// do not answer, and the forms that are bound to it.

import { describe, expect, test } from 'vitest';
import { EN } from '../../lib/console/texts-en.ts';
import { oidcTexts } from '../../lib/console/texts-oidc.ts';
import { readCase } from '../../lib/review/cases.ts';
import { SIGNED } from '../support/oidc-issuer.ts';
import { ADA, oidcRig, SESSION } from '../support/oidc-rig.ts';

const MINUTE = 60_000;
const SAID = oidcTexts(EN);

describe('while somebody is signed in', () => {
  test.each([
    { shows: 'is taken from all groups', change: () => ({ ...ADA, groups: [] }), gets: 303 },
    { shows: 'is another person all of a sudden', change: () => ({ ...ADA, sub: 'u-9' }), gets: 303 },
    { shows: 'is taken from the group that may decide', change: () => ({ ...ADA, groups: ['staff'] }), gets: 403 },
    { shows: 'is what they were', change: () => ADA, gets: 303, reject: true },
  ])('who $shows is noticed within minutes', async ({ change, gets, reject = false }) => {
    const rig = oidcRig();
    const caseId = await rig.quarantined();
    const ada = rig.browser();
    await ada.signIn(ADA);
    await ada.get('/');
    rig.issuer.claims = (claims) => ({ ...claims, ...change() });
    rig.clock.ms += 6 * MINUTE;
    expect((await ada.post(`/cases/${caseId}/reject`, { reason: 'not for the public' })).status).toBe(
      gets === 303 && !reject ? 401 : gets,
    );
    expect((await readCase(rig.stores.ledger, caseId))?.review.state).toBe(reject ? 'rejected' : 'open');
  });

  test('a token of the issuer that was revoked ends it', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    rig.issuer.revoke();
    expect((await ada.get('/')).status).toBe(200);
    rig.clock.ms += 6 * MINUTE;
    expect((await ada.get('/')).status).toBe(303);
  });

  test('a token whose signature is wrong renews nothing', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    rig.issuer.signs = SIGNED.byAnother;
    rig.clock.ms += 6 * MINUTE;
    expect((await ada.get('/')).status).toBe(303);
  });

  test('of several requests at once one asks the issuer, and all are answered', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    rig.clock.ms += 6 * MINUTE;
    rig.issuer.asked.length = 0;
    const answers = await Promise.all([ada.get('/'), ada.get('/'), ada.get('/'), ada.get('/')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(rig.issuer.asked.filter((path) => path === '/token')).toHaveLength(1);
  });

  test('an issuer that does not answer is gone without for a quarter of an hour, and no longer', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    rig.issuer.isDown = true;
    rig.clock.ms += 6 * MINUTE;
    expect((await ada.get('/')).status).toBe(200);
    rig.clock.ms += 10 * MINUTE;
    expect((await ada.get('/')).status).toBe(500);
    rig.issuer.isDown = false;
    rig.clock.ms += MINUTE;
    expect((await ada.get('/')).status).toBe(200);
  });

  test('an issuer that gives nothing to ask again with has people sign in again after a quarter of an hour', async () => {
    const rig = oidcRig();
    rig.issuer.givesRefresh = false;
    const ada = rig.browser();
    await ada.signIn(ADA);
    rig.clock.ms += 14 * MINUTE;
    expect((await ada.get('/')).status).toBe(200);
    rig.clock.ms += 2 * MINUTE;
    expect((await ada.get('/')).status).toBe(303);
  });

  test('neither the cookie nor the token of the issuer stands in the ledger', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    const [, secret = ''] = (ada.cookies.get(SESSION) ?? '').split('.');
    expect(secret).toHaveLength(43);
    let records = 0;
    for await (const { key } of rig.stores.ledger.list('s')) {
      const body = Buffer.from((await rig.stores.ledger.get(key))?.body ?? []).toString();
      records += 1;
      for (const hidden of [secret, 'a secret of the tests']) expect(key + body).not.toContain(hidden);
      // The issuer's tokens are UUIDs in clear.
      expect(/"refresh": "[0-9a-f-]{36}"/.test(body)).toBe(false);
    }
    expect(records).toBe(2);
  });
});

describe('forms', () => {
  const FORMS: readonly {
    readonly shows: string;
    readonly headers: Record<string, string>;
    readonly more: Record<string, string>;
    readonly gets: number;
  }[] = [
    { shows: 'of another site', headers: { origin: 'https://evil.example' }, more: {}, gets: 403 },
    { shows: 'without a token', headers: {}, more: { form: '' }, gets: 403 },
    { shows: 'of ours', headers: {}, more: {}, gets: 303 },
  ];

  test.each(FORMS)('$shows get $gets', async ({ headers, more, gets }) => {
    const rig = oidcRig();
    const caseId = await rig.quarantined();
    const ada = rig.browser();
    await ada.signIn(ADA);
    await ada.get('/');
    const { status } = await ada.post(`/cases/${caseId}/reject`, { reason: 'x', ...more }, headers);
    expect([status, rig.refused]).toEqual([gets, gets === 403 ? ['forbidden'] : []]);
  });

  test('with the token of another sign-in of the same person get 403', async () => {
    const rig = oidcRig();
    const caseId = await rig.quarantined();
    const [one, other] = [rig.browser(), rig.browser()];
    for (const ada of [one, other]) {
      await ada.signIn(ADA);
      await ada.get('/');
    }
    expect((await one.post(`/cases/${caseId}/reject`, { reason: 'x', form: other.form })).status).toBe(403);
    expect((await one.post(`/cases/${caseId}/reject`, { reason: 'x' })).status).toBe(303);
  });
});

describe('the issuer', () => {
  test('that cannot be reached is said to be so, and is asked again', async () => {
    const rig = oidcRig();
    rig.issuer.isDown = true;
    const ada = rig.browser();
    const { status, text } = await ada.get('/sign-in');
    expect([status, text.includes(SAID.outage), rig.failures.length]).toEqual([503, true, 1]);
    rig.issuer.isDown = false;
    expect((await ada.signIn(ADA)).status).toBe(303);
  });

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/%0d%0aset-cookie:x'])(
    'leads back to pages of ours only: %s',
    async (back) => {
      const rig = oidcRig();
      expect((await rig.browser().signIn(ADA, back)).headers.get('location')).toBe('/');
    },
  );

  test('is not asked for pictures of a page whose sign-in has ended', async () => {
    const rig = oidcRig();
    const { status } = await rig.browser().get('/cases/x/pages/1.png', { 'sec-fetch-mode': 'no-cors' });
    expect([status, rig.issuer.asked]).toEqual([401, []]);
  });
});
