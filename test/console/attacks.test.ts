// What those get who want to bend the console. Each try's control is what people do with it (`console.test.ts`).

import { describe, expect, test } from 'vitest';
import { type Browser, type ConsoleRig, consoleRig, PEOPLE, stateOf } from '../support/console-rig.ts';

describe('attacks', () => {
  const HOSTILE = '"><script>alert(1)</script>\u202Egnp.exe\u0007=HYPERLINK("http://x")';

  test('a name full of HTML, commands and turned letters is shown, and does nothing', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined('bad one', HOSTILE);
    const ada = await rig.signIn(PEOPLE.ada);
    await ada.post(`/cases/${caseId}/comment`, { text: HOSTILE });
    const twin = await rig.quarantined('bad one', 'twin.txt');
    for (const path of ['/', `/cases/${caseId}`, `/cases/${twin}`, `/?prefix=${encodeURIComponent(HOSTILE)}`]) {
      const { text } = await ada.get(path);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toMatch(/[\u202E\u0007]/);
    }
  });

  test('nothing on a page may run, load or be framed but what is ours', async () => {
    const rig = consoleRig();
    const { headers, text } = await (await rig.signIn(PEOPLE.ada)).get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|data:|\*/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/\son[a-z]+=|style="|javascript:/i);
  });

  const TRIES: readonly {
    readonly shows: string;
    attack(browser: Browser, rig: ConsoleRig, id: string): Promise<number>;
    readonly gets: number;
  }[] = [
    {
      shows: 'a form of another site',
      attack: async (ada, _, id) =>
        (await ada.post(`/cases/${id}/reject`, { reason: 'x' }, { origin: 'https://evil.example' })).status,
      gets: 403,
    },
    {
      shows: 'a form without the token',
      attack: async (ada, _, id) => (await ada.post(`/cases/${id}/reject`, { reason: 'x', form: '' })).status,
      gets: 403,
    },
    {
      shows: 'a form with the token of another sign-in',
      attack: async (ada, rig, id) => {
        const { form } = await rig.signIn(PEOPLE.grace);
        return (await ada.post(`/cases/${id}/reject`, { reason: 'x', form })).status;
      },
      gets: 403,
    },
    {
      shows: 'nobody signed in',
      attack: async (_, rig, id) => (await rig.stranger().get(`/cases/${id}`)).status,
      gets: 401,
    },
    {
      shows: 'a cookie that was made up',
      attack: async (_, rig, id) =>
        (await rig.stranger(`spoorloos_session=${'A'.repeat(32)}`).get(`/cases/${id}`)).status,
      gets: 401,
    },
    {
      shows: 'somebody without any role',
      attack: async (_, rig, id) => (await (await rig.signIn(PEOPLE.nobody)).get(`/cases/${id}`)).status,
      gets: 401,
    },
    {
      shows: 'a sign-in that was ended',
      attack: async (ada, _, id) => {
        await ada.post('/sign-out', {});
        return (await ada.get(`/cases/${id}`)).status;
      },
      gets: 401,
    },
    {
      shows: 'a sign-in that nobody used for half an hour',
      attack: async (ada, rig, id) => {
        rig.clock.ms += 31 * 60_000;
        return (await ada.get(`/cases/${id}`)).status;
      },
      gets: 401,
    },
    {
      shows: 'a viewer who decides',
      attack: async (_, rig, id) =>
        (await (await rig.signIn(PEOPLE.vera)).post(`/cases/${id}/reject`, { reason: 'x' })).status,
      gets: 403,
    },
    {
      shows: 'a picture of what a case that is none would become',
      attack: async (ada) => (await ada.get(`/cases/${'0'.repeat(32)}/rebuilt/1.png`)).status,
      gets: 404,
    },
    {
      shows: 'a picture of what a document would become, by nobody',
      attack: async (_, rig, id) => (await rig.stranger().get(`/cases/${id}/rebuilt/1.png`)).status,
      gets: 401,
    },
    {
      shows: 'the trend, by nobody',
      attack: async (_, rig) => (await rig.stranger().get('/trend')).status,
      gets: 401,
    },
    {
      shows: 'a case that is none',
      attack: async (ada) => (await ada.get(`/cases/${'0'.repeat(32)}`)).status,
      gets: 404,
    },
    {
      shows: 'a path for a case',
      attack: async (ada) => (await ada.get('/cases/..%2F..%2Fheads%2Fab')).status,
      gets: 404,
    },
    {
      shows: 'another host that was given our address',
      attack: async (ada) => (await ada.get('/', { host: 'rebound.example:7700' })).status,
      gets: 421,
    },
    {
      shows: 'a form that is far too large',
      attack: async (ada, _, id) => (await ada.post(`/cases/${id}/comment`, { text: 'x'.repeat(600_000) })).status,
      gets: 413,
    },
  ];

  test.each(TRIES)('$shows gets $gets', async ({ attack, gets }) => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const ada = await rig.signIn(PEOPLE.ada);
    // The control: it works for whoever may.
    expect((await ada.post(`/cases/${caseId}/comment`, { text: 'fine' })).status).toBe(303);
    expect(await attack(ada, rig, caseId)).toBe(gets);
    expect([await stateOf(rig, caseId), rig.failures]).toEqual(['open', []]);
  });

  test('a token is good for one sign-in, and looking at its address does not use it', async () => {
    const rig = consoleRig();
    const token = rig.sessions.tokenFor(PEOPLE.ada);
    const looked = [
      await rig.stranger().get(`/sign-in?token=${token}`),
      await rig.stranger().get(`/sign-in?token=${token}`),
    ];
    expect(looked.map(({ status }) => status)).toEqual([200, 200]);
    const used = [await rig.stranger().post('/sign-in', { token }), await rig.stranger().post('/sign-in', { token })];
    expect(used.map(({ status }) => status)).toEqual([303, 403]);
  });

  test('the language leads back to pages of ours only', async () => {
    const rig = consoleRig();
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example', '/%0d%0aset-cookie:x']) {
      const { headers } = await rig.stranger().post('/language', { to: 'nl', back });
      expect(headers.get('location')).toBe('/');
    }
  });

  test('the same source gets three hundred answers a minute', async () => {
    const rig = consoleRig();
    const ada = await rig.signIn(PEOPLE.ada);
    const statuses = new Set<number>();
    for (let i = 0; i < 320; i += 1) statuses.add((await ada.get('/nothing')).status);
    expect([...statuses].sort()).toEqual([404, 429]);
  });
});
