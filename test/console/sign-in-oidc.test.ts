// Signing in with an issuer, and what those get who want to be somebody else. Each row's control is the sign-in above it.

import { describe, expect, test } from 'vitest';
import { EN } from '../../lib/console/texts-en.ts';
import { oidcTexts } from '../../lib/console/texts-oidc.ts';
import { readCase } from '../../lib/review/cases.ts';
import { CLIENT, SIGNED } from '../support/oidc-issuer.ts';
import { ADA, ATTEMPT, GRACE, HOST, type OidcBrowser, type OidcRig, oidcRig, SESSION } from '../support/oidc-rig.ts';

const MINUTE = 60_000;
const SAID = oidcTexts(EN);

/** Signs in, and comes back with the same code and attempt in another browser. */
async function usedAgain(rig: OidcRig): Promise<OidcBrowser> {
  const mallory = rig.browser();
  const begun = await mallory.get('/sign-in');
  const attempt = mallory.cookies.get(ATTEMPT) ?? '';
  const callback = rig.issuer.authorize(begun.headers.get('location') ?? '', ADA);
  expect((await mallory.get(callback)).status).toBe(303);
  const again = rig.browser();
  again.cookies.set(ATTEMPT, attempt);
  expect((await again.get(callback)).status).toBe(403);
  return again;
}

describe('who signs in with the issuer', () => {
  test('comes back to the page that was asked for, with the roles of the groups', async () => {
    const rig = oidcRig();
    const caseId = await rig.quarantined();
    const ada = rig.browser();
    const first = await ada.get(`/cases/${caseId}`);
    expect([first.status, first.headers.get('location')]).toEqual([
      303,
      `/sign-in?back=${encodeURIComponent(`/cases/${caseId}`)}`,
    ]);
    const back = await ada.signIn(ADA, `/cases/${caseId}`);
    expect([back.status, back.headers.get('location')]).toEqual([303, `/cases/${caseId}`]);
    const { status, text } = await ada.get(`/cases/${caseId}`);
    expect([status, text.includes('ada@example.org')]).toEqual([200, true]);
    expect(rig.signedIn.map(({ actor }) => actor)).toEqual([
      { principal: 'oidc:https://issuer.example#u-1', roles: ['viewer', 'reviewer', 'lead'] },
    ]);
    expect(rig.refused).toEqual([]);
  });

  test('gets cookies that no script reads, no other host sets, and no other site sends along', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    const begun = await ada.get('/sign-in');
    const signed = await ada.signIn(ADA);
    for (const { headers } of [begun, signed])
      for (const line of headers.getSetCookie())
        expect(line).toMatch(/^__Host-(?=.*; Path=\/)(?=.*; HttpOnly)(?=.*; Secure)(?=.*; SameSite=Lax)(?!.*; Domain)/);
    expect([...ada.cookies.keys()]).toEqual([SESSION]);
  });

  test('is asked for a code with PKCE, state and nonce, each new', async () => {
    const rig = oidcRig();
    const addresses = [await rig.browser().get('/sign-in'), await rig.browser().get('/sign-in')].map(
      ({ headers }) => new URL(headers.get('location') ?? ''),
    );
    const [one, other] = addresses.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(one).toMatchObject({
      ...{ response_type: 'code', client_id: CLIENT, code_challenge_method: 'S256', scope: 'openid' },
      redirect_uri: `https://${HOST}/sign-in/callback`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(one?.[name]).not.toBe(other?.[name]);
  });

  test('is signed in wherever the console runs', async () => {
    const rig = oidcRig();
    const ada = rig.browser();
    await ada.signIn(ADA);
    const elsewhere = rig.browser(rig.another().app);
    elsewhere.cookies.set(SESSION, ada.cookies.get(SESSION) ?? '');
    await ada.get('/');
    elsewhere.form = ada.form;
    const caseId = await rig.quarantined();
    expect((await elsewhere.post(`/cases/${caseId}/comment`, { text: 'fine' })).status).toBe(303);
  });

  test('is two with somebody else, and one in two sessions', async () => {
    const rig = oidcRig();
    const caseId = await rig.quarantined();
    const [ada, again, grace] = [rig.browser(), rig.browser(), rig.browser()];
    await ada.signIn(ADA);
    await again.signIn(ADA);
    await grace.signIn(GRACE);
    for (const one of [ada, again, grace]) await one.get('/');
    await ada.post(`/cases/${caseId}/request-release`, { reason: 'it is fine', rule: 'test.hidden', hours: '24' });
    const request = (await readCase(rig.stores.ledger, caseId))?.review.request?.id ?? '';
    const own = await again.post(`/cases/${caseId}/approve`, { request });
    expect([own.status, own.text.includes(EN.refused['same-person'])]).toEqual([403, true]);
    expect((await grace.post(`/cases/${caseId}/approve`, { request })).status).toBe(303);
    expect((await readCase(rig.stores.ledger, caseId))?.review.state).toBe('approved');
  });
});

describe('nobody is signed in', () => {
  type Row = {
    readonly shows: string;
    spoil(rig: OidcRig): void;
  };
  const claimed = (changed: Record<string, unknown>) => (rig: OidcRig) => {
    rig.issuer.claims = (claims) => ({ ...claims, ...changed });
  };
  const signed = (how: keyof typeof SIGNED) => (rig: OidcRig) => {
    rig.issuer.signs = SIGNED[how];
  };
  const seconds = Math.floor(Date.now() / 1000);
  const rows: readonly Row[] = [
    { shows: 'of another issuer', spoil: claimed({ iss: 'https://evil.example' }) },
    { shows: 'for another audience', spoil: claimed({ aud: 'another-client' }) },
    { shows: 'for several, of whom another is the party', spoil: claimed({ aud: [CLIENT, 'x'], azp: 'x' }) },
    { shows: 'that has expired', spoil: claimed({ exp: seconds - 60 }) },
    { shows: 'that is not valid yet', spoil: claimed({ nbf: seconds + 600 }) },
    { shows: 'without an end', spoil: claimed({ exp: undefined }) },
    { shows: 'of nobody', spoil: claimed({ sub: undefined }) },
    { shows: 'with another nonce', spoil: claimed({ nonce: 'x' }) },
    { shows: 'without a nonce', spoil: claimed({ nonce: undefined }) },
    { shows: 'that is signed by nobody', spoil: signed('not') },
    { shows: 'that is signed by another key', spoil: signed('byAnother') },
    { shows: 'that is signed with the public key as a secret', spoil: signed('withThePublicKey') },
    { shows: "that is signed with the client's secret", spoil: signed('withTheClientSecret') },
    { shows: 'that was changed after it was signed', spoil: signed('thenChanged') },
    {
      shows: 'of a person whose name is too long to be put on record',
      spoil: claimed({ sub: 'x'.repeat(300) }),
    },
  ];

  test.each(rows)('by a token $shows', async ({ spoil }) => {
    const rig = oidcRig();
    expect((await rig.browser().signIn(ADA)).status).toBe(303);
    spoil(rig);
    const mallory = rig.browser();
    const { status, text } = await mallory.signIn(ADA);
    expect([status, text.includes(SAID.failed), [...mallory.cookies.keys()]]).toEqual([403, true, []]);
    expect([(await mallory.get('/')).status, rig.refused]).toEqual([303, ['sign-in']]);
  });

  test.each([
    { shows: 'no groups', groups: undefined },
    { shows: 'groups without a role', groups: ['visitors'] },
    { shows: 'a name that only begins like a group', groups: ['leads-of-choir'] },
    { shows: 'one text for a list of groups', groups: 'leads' },
  ])('with $shows', async ({ groups }) => {
    const rig = oidcRig();
    expect((await rig.browser().signIn(ADA)).status).toBe(303);
    const account = groups === undefined ? { sub: 'u-3' } : { sub: 'u-3', groups };
    const somebody = rig.browser();
    const { status, text } = await somebody.signIn(account);
    expect([status, text.includes(SAID.noRole), somebody.cookies.size]).toEqual([403, true, 0]);
  });

  const attacks: readonly {
    readonly shows: string;
    attack(rig: OidcRig): Promise<OidcBrowser>;
  }[] = [
    { shows: 'a code that was used', attack: usedAgain },
    {
      shows: 'a code that was used, at an issuer that takes it twice',
      attack(rig) {
        rig.issuer.isCareless = true;
        return usedAgain(rig);
      },
    },
    {
      shows: "the way back of somebody else's attempt (a sign-in forced upon another)",
      async attack(rig) {
        const [mallory, victim] = [rig.browser(), rig.browser()];
        const begun = await mallory.get('/sign-in');
        await victim.get('/sign-in');
        const callback = rig.issuer.authorize(begun.headers.get('location') ?? '', ADA);
        expect((await victim.get(callback)).status).toBe(403);
        return victim;
      },
    },
    {
      shows: 'a stolen code that is brought back in an attempt of one’s own',
      async attack(rig) {
        const [ada, mallory] = [rig.browser(), rig.browser()];
        const hers = await ada.get('/sign-in');
        const own = await mallory.get('/sign-in');
        const code = /code=([^&]+)/.exec(rig.issuer.authorize(hers.headers.get('location') ?? '', ADA))?.[1];
        const state = new URL(own.headers.get('location') ?? '').searchParams.get('state');
        expect((await mallory.get(`/sign-in/callback?code=${code}&state=${state}`)).status).toBe(403);
        return mallory;
      },
    },
    {
      shows: 'the way back without an attempt',
      async attack(rig) {
        const [mallory, victim] = [rig.browser(), rig.browser()];
        const begun = await mallory.get('/sign-in');
        expect((await victim.get(rig.issuer.authorize(begun.headers.get('location') ?? '', ADA))).status).toBe(403);
        return victim;
      },
    },
    {
      shows: 'an attempt that was begun a quarter of an hour ago',
      async attack(rig) {
        const ada = rig.browser();
        const begun = await ada.get('/sign-in');
        rig.clock.ms += 15 * MINUTE;
        expect((await ada.get(rig.issuer.authorize(begun.headers.get('location') ?? '', ADA))).status).toBe(403);
        return ada;
      },
    },
    {
      shows: 'a cookie of one sign-in with the person of another',
      async attack(rig) {
        const [ada, grace] = [rig.browser(), rig.browser()];
        await ada.signIn(ADA);
        await grace.signIn(GRACE);
        const [person] = (ada.cookies.get(SESSION) ?? '').split('.');
        const [, secret] = (grace.cookies.get(SESSION) ?? '').split('.');
        grace.cookies.set(SESSION, `${person}.${secret}`);
        return grace;
      },
    },
    {
      shows: 'a cookie that is a path',
      async attack(rig) {
        const mallory = rig.browser();
        mallory.cookies.set(SESSION, '../../heads/x');
        return mallory;
      },
    },
    {
      shows: 'a cookie that was chosen before the sign-in (fixation)',
      async attack(rig) {
        const [ada, mallory] = [rig.browser(), rig.browser()];
        await mallory.signIn(GRACE);
        const planted = mallory.cookies.get(SESSION) ?? '';
        ada.cookies.set(SESSION, planted);
        await ada.signIn(ADA);
        expect(ada.cookies.get(SESSION)).not.toBe(planted);
        expect((await ada.get('/')).status).toBe(200);
        return mallory;
      },
    },
    {
      shows: 'a sign-in that was ended',
      async attack(rig) {
        const [ada, thief] = [rig.browser(), rig.browser()];
        await ada.signIn(ADA);
        await ada.get('/');
        thief.cookies.set(SESSION, ada.cookies.get(SESSION) ?? '');
        const out = await ada.post('/sign-out', {});
        expect([out.status, out.headers.get('location'), ada.cookies.size]).toEqual([303, '/signed-out', 0]);
        expect((await ada.get('/signed-out')).text).toContain('https://issuer.example/logout?');
        return thief;
      },
    },
    {
      shows: 'a sign-in that nobody used for half an hour',
      async attack(rig) {
        const ada = rig.browser();
        await ada.signIn(ADA);
        rig.clock.ms += 31 * MINUTE;
        return ada;
      },
    },
    {
      shows: 'a sign-in of the day before',
      async attack(rig) {
        const ada = rig.browser();
        await ada.signIn(ADA);
        for (let hours = 0; hours < 9; hours += 0.25) {
          rig.clock.ms += 15 * MINUTE;
          await ada.get('/');
        }
        rig.clock.ms += MINUTE;
        return ada;
      },
    },
    {
      shows: 'the oldest of six sign-ins of one person',
      async attack(rig) {
        const all = Array.from({ length: 6 }, () => rig.browser());
        for (const one of all) {
          rig.clock.ms += 1000;
          await one.signIn(ADA);
        }
        expect((await all[1]?.get('/'))?.status).toBe(200);
        return all[0] ?? rig.browser();
      },
    },
  ];

  test.each(attacks)('by $shows', async ({ attack }) => {
    const rig = oidcRig();
    const browser = await attack(rig);
    expect([(await browser.get('/')).status, rig.failures]).toEqual([303, []]);
  });
});
