// What people see and do in the console.

import { describe, expect, test } from 'vitest';
import { EN } from '../../lib/console/texts-en.ts';
import { NL } from '../../lib/console/texts-nl.ts';
import { caseKey } from '../../lib/core/records.ts';
import { readCase } from '../../lib/review/cases.ts';
import { consoleRig, PEOPLE, stateOf } from '../support/console-rig.ts';
import { ada as reviewer } from '../support/review-rig.ts';

const REQUEST = { reason: 'the minister agreed', rule: 'test.hidden', hours: '24' };

describe('the list', () => {
  test('says how many wait, why and how long, and leads to each case', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const { status, text } = await (await rig.signIn(PEOPLE.vera)).get('/');
    expect(status).toBe(200);
    expect(text).toContain(EN.summary('1', EN.ago(0)));
    expect(text).toContain(`href="/cases/${caseId}"`);
  });

  test.each([
    { shows: 'a reason that no case has', query: '?reason=encrypted', found: false },
    { shows: 'the reason that it has', query: '?reason=hidden-content', found: true },
    { shows: 'what its name begins with', query: '?prefix=a.t', found: true },
    { shows: 'what its name does not begin with', query: '?prefix=b', found: false },
    { shows: 'what is decided', query: '?show=ended', found: false },
    { shows: 'what is assigned to nobody', query: '?assignee=nobody', found: true },
    { shows: 'what is assigned to me', query: '?assignee=me', found: false },
    { shows: 'what is under legal hold', query: '?held=yes', found: false },
    { shows: 'what is in that state', query: '?show=open', found: true },
    { shows: 'what is in another state', query: '?show=approved', found: false },
    { shows: 'what is of those formats', query: '?format=PDF,+TEST', found: true },
    { shows: 'what is of other formats', query: '?format=pdf', found: false },
    { shows: 'what is new', query: '?newer-than=1h', found: true },
    { shows: 'what is old', query: '?older-than=1h', found: false },
    { shows: 'what is of an age that is none', query: '?older-than=<x>&newer-than=-1d', found: true },
    { shows: 'what no list of ours asks for', query: '?state=%00&reason=<x>&after=../../heads', found: true },
  ])('shows only $shows', async ({ query, found }) => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const { status, text } = await (await rig.signIn(PEOPLE.vera)).get(`/${query}`);
    expect([status, text.includes(`/cases/${caseId}`)]).toEqual([200, found]);
  });

  test('shows what is older or newer, says so in the form, and keeps to it on the next page', async () => {
    const then = consoleRig();
    for (let n = 0; n < 51; n += 1) await then.quarantined(`bad ${n}`, `${n}.txt`);
    const { ledger } = then.stores;
    const now = () => new Date(Date.UTC(2026, 0, 3));
    const rig = consoleRig({ review: { ...then.places, ledger, audit: ledger, now } });
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get('/?older-than=1d&newer-than=7d&format=test&prefix=');
    expect(text).toContain('<option value="1d" selected>');
    expect(text).toContain('<option value="7d" selected>');
    const next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toContain('older-than=1d&newer-than=7d&after=');
    expect((await vera.get(next)).text).toContain('>50.txt<');
    for (const query of ['older-than=7d', 'newer-than=1d'])
      expect((await vera.get(`/?${query}`)).text).toContain(EN.nothing);
  });

  test('neither shows nor counts what was removed since, and says in the trail what became of it', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const vera = await rig.signIn(PEOPLE.vera);
    await rig.remove('a.txt');
    await rig.drain();
    const { text } = await vera.get('/');
    expect(text).toContain(EN.nothingWaits);
    expect(text).not.toContain(EN.summary('1', EN.ago(0)));
    expect([await stateOf(rig, caseId), rig.failures]).toEqual(['superseded', []]);
    expect((await vera.get('/?show=ended')).text).toContain(`href="/cases/${caseId}"`);
  });

  test('names a case whose record was edited, and shows the others', async () => {
    const rig = consoleRig();
    const edited = await rig.quarantined('bad 1', 'a.txt');
    const whole = await rig.quarantined('bad 2', 'b.txt');
    const vera = await rig.signIn(PEOPLE.vera);
    expect((await vera.get('/')).text).not.toContain(EN.unreadable);
    await rig.stores.ledger.put(caseKey(edited), Buffer.from('{"v":1}'));
    const { status, text } = await vera.get('/');
    expect(status).toBe(200);
    expect(text).toContain(`${EN.unreadable} ${edited}`);
    expect(text).toContain(`href="/cases/${whole}"`);
  });

  test('says of which channel it is to those who are signed in, and leads to the others', async () => {
    const channels = { own: 'main', others: [{ name: 'press', url: 'https://press.example.org' }] };
    const rig = consoleRig({ channels });
    const { text } = await (await rig.signIn(PEOPLE.vera)).get('/trend');
    expect(text).toContain(`${EN.channel} <strong>main</strong></span> <a href="https://press.example.org">press</a>`);
    expect((await rig.stranger().get('/')).text).not.toContain('press.example.org');
    expect((await (await consoleRig().signIn(PEOPLE.vera)).get('/')).text).not.toContain(EN.channel);
  });

  test('speaks Dutch to whoever asks for it, and keeps to what was chosen', async () => {
    const rig = consoleRig();
    const ada = await rig.signIn(PEOPLE.ada);
    expect((await ada.get('/', { 'accept-language': 'nl-NL, en;q=0.5' })).text).toContain(NL.nothingWaits);
    expect((await ada.get('/', { 'accept-language': 'fr, en;q=0.5' })).text).toContain(EN.nothingWaits);
    const chosen = await ada.post('/language', { to: 'nl', back: '/' });
    expect(chosen.headers.get('set-cookie')).toContain('spoorloos_language=nl');
  });
});

test('the trend says what came in and what is left', async () => {
  const rig = consoleRig();
  await rig.quarantined();
  const { status, text } = await (await rig.signIn(PEOPLE.vera)).get('/trend');
  expect([status, text.includes(EN.trendPage.heading), text.match(/<tr>/g)?.length]).toEqual([200, true, 15]);
});

describe('a case', () => {
  test('is released by a request and the approval of somebody else', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const [ada, grace] = [await rig.signIn(PEOPLE.ada), await rig.signIn(PEOPLE.grace)];
    expect((await ada.post(`/cases/${caseId}/request-release`, REQUEST)).status).toBe(303);
    const { text } = await grace.get(`/cases/${caseId}`);
    expect(text).toContain('the minister agreed');
    const request = /name="request" value="([\w-]+)"/.exec(text)?.[1] ?? '';
    expect((await grace.post(`/cases/${caseId}/approve`, { request })).status).toBe(303);
    expect(await stateOf(rig, caseId)).toBe('approved');
  });

  test('is not offered for approval to whoever asked, who is refused all the same', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const ada = await rig.signIn(PEOPLE.ada);
    await ada.post(`/cases/${caseId}/request-release`, REQUEST);
    // Another session, the same person.
    const again = await rig.signIn({ ...PEOPLE.ada, name: ' ADA ' });
    const { text } = await again.get(`/cases/${caseId}`);
    expect(text).not.toContain(`/cases/${caseId}/approve`);
    const request = (await readCase(rig.stores.ledger, caseId))?.review.request?.id ?? '';
    const { status, text: said } = await again.post(`/cases/${caseId}/approve`, { request });
    expect([status, said.includes(EN.refused['same-person'])]).toEqual([403, true]);
    expect(await stateOf(rig, caseId)).toBe('release-requested');
  });

  test.each([
    { what: 'reject', fields: { reason: 'not for the public' }, state: 'rejected' },
    { what: 'delete', fields: { reason: 'asked by its author' }, state: 'deleted' },
    { what: 'hold', fields: { reason: 'a court asked' }, state: 'open' },
    { what: 'assign', fields: { to: 'me' }, state: 'open' },
    { what: 'comment', fields: { text: 'I have called them' }, state: 'open' },
  ])('$what is done by a form, and stands in what was done', async ({ what, fields, state }) => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const ada = await rig.signIn(PEOPLE.ada);
    expect((await ada.post(`/cases/${caseId}/${what}`, fields)).status).toBe(303);
    expect(await stateOf(rig, caseId)).toBe(state);
    expect((await ada.get(`/cases/${caseId}`)).text).toContain('<ol class="timeline"><li>');
  });

  test.each([
    { shows: 'without a reason', what: 'reject', fields: {} },
    { shows: 'with a reason of blanks', what: 'reject', fields: { reason: '  ' } },
    { shows: 'with a reason that is too long', what: 'reject', fields: { reason: 'x'.repeat(4001) } },
    { shows: 'for a time that is not offered', what: 'request-release', fields: { ...REQUEST, hours: '87600' } },
    { shows: 'that is none', what: 'publish', fields: { reason: 'now' } },
    { shows: 'that only happens by itself', what: 'released', fields: { reason: 'now' } },
  ])('takes no form $shows', async ({ what, fields }) => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const { status } = await (await rig.signIn(PEOPLE.ada)).post(`/cases/${caseId}/${what}`, fields);
    expect([status, await stateOf(rig, caseId)]).toEqual([422, 'open']);
  });

  test('puts each view on record', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    await (await rig.signIn(PEOPLE.vera)).get(`/cases/${caseId}`);
    const records: string[] = [];
    for await (const { key } of rig.stores.ledger.list('audit/')) {
      const found = await rig.stores.ledger.get(key);
      records.push(Buffer.from(found?.body ?? []).toString());
    }
    expect(records.filter((text) => text.includes('Case Viewed') && text.includes('local:vera'))).toHaveLength(1);
  });

  test('shows the last of very many entries of its trail, and says how many there are before', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    for (let n = 1; n <= 203; n += 1) await rig.act(reviewer, caseId, { what: 'comment', text: `note ${n}.` });
    const { text } = await (await rig.signIn(PEOPLE.vera)).get(`/cases/${caseId}`);
    const notes = [...text.matchAll(/note (\d+)\./g)].map(([, n]) => Number(n));
    expect([notes.length, notes[0], notes.at(-1)]).toEqual([200, 4, 203]);
    expect([text.includes(EN.case.earlier(3)), text.includes('<ol class="timeline" start="4">')]).toEqual([true, true]);
  });

  test('tells leads who looked and who fetched the original, and nobody else', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined();
    const [vera, grace, ada] = [
      await rig.signIn(PEOPLE.vera),
      await rig.signIn(PEOPLE.grace),
      await rig.signIn(PEOPLE.ada),
    ];
    await vera.get(`/cases/${caseId}`);
    const asked = await grace.post(`/cases/${caseId}/download`, { reason: 'to look' });
    const link = /href="(\/cases\/[^"]*\/original[^"]*)"/.exec(asked.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await grace.get(link)).status).toBe(200);
    const told = (await ada.get(`/cases/${caseId}`)).text.split('id="views"')[1] ?? '';
    expect([...told.matchAll(/<bdi>(\w+)<\/bdi>(?:: ([\w ]+))?/g)].map(([, who, what]) => [who, what])).toEqual([
      ['ada', undefined],
      ['grace', EN.case.tookOriginal],
      ['vera', undefined],
    ]);
    for (const other of [vera, grace]) expect((await other.get(`/cases/${caseId}`)).text).not.toContain(EN.case.views);
  });
});

describe('what is known of a document', () => {
  test('is whether it was public, its other cases, and the same bytes under other names', async () => {
    const rig = consoleRig();
    await rig.put('a.txt', 'fine');
    await rig.drain();
    const caseId = await rig.quarantined('bad one', 'a.txt');
    const twin = await rig.quarantined('bad one', 'twin.txt');
    const vera = await rig.signIn(PEOPLE.vera);
    const { text } = await vera.get(`/cases/${caseId}`);
    expect(text).toContain('A version of this document is public now, and has been since 2026-01-01');
    expect(text).toContain(`href="/cases/${twin}"`);
    const other = (await vera.get(`/cases/${twin}`)).text;
    expect(other).toContain(EN.case.past.never);
    expect(other).toContain(`href="/cases/${caseId}"`);
  });
});

describe('many cases at once', () => {
  test('are tried first, and done by the button that says with how many', async () => {
    const rig = consoleRig();
    const ids = [await rig.quarantined('bad one', 'a.txt'), await rig.quarantined('bad two', 'b.txt')];
    const ada = await rig.signIn(PEOPLE.ada);
    const fields = { what: 'reject', reason: 'none of these', case: [...ids, 'f'.repeat(32)] };
    const tried = await ada.post('/cases', fields);
    expect(tried.text).toContain(EN.form.would(2, 1));
    expect(await stateOf(rig, ids[0] ?? '')).toBe('open');
    const really = await ada.post('/cases', { ...fields, case: ids, really: 'yes' });
    expect(really.text).toContain(EN.form.didBulk(2, 0));
    expect(await Promise.all(ids.map((id) => stateOf(rig, id)))).toEqual(['rejected', 'rejected']);
  });

  test('are done where one fails, which is said, and one that is chosen twice is one', async () => {
    const rig = consoleRig();
    const ids = [await rig.quarantined('bad one', 'a.txt'), await rig.quarantined('bad two', 'b.txt')];
    await rig.stores.ledger.put(caseKey(ids[0] ?? ''), Buffer.from('{}'));
    const ada = await rig.signIn(PEOPLE.ada);
    // An assignment takes no reason.
    const fields = { what: 'assign', reason: '', case: [...ids, ...ids], really: 'yes' };
    const { text } = await ada.post('/cases', fields);
    expect([text.includes(EN.form.didBulk(1, 1)), text.includes(EN.error.failed)]).toEqual([true, true]);
    expect((await readCase(rig.stores.ledger, ids[1] ?? ''))?.review.assignee).toBe('local:ada');
    expect(rig.failures).toHaveLength(1);
    expect((await ada.post('/cases', { ...fields, what: 'reject' })).status).toBe(422);
  });
});

describe('an upload', () => {
  test.each([
    { shows: 'takes a document by its own name', name: 'C:\\fakepath\\verslag.pdf', bytes: 10, took: ['verslag.pdf'] },
    { shows: 'takes no folders', name: '../../ledger/heads/x', bytes: 10, took: ['x'] },
    { shows: 'takes nothing whose name begins with a dot', name: '.htaccess', bytes: 10, took: [] },
    { shows: 'takes nothing that is too large', name: 'groot.pdf', bytes: 1001, took: [] },
  ])('$shows', async ({ name, bytes, took }) => {
    const rig = consoleRig();
    const ada = await rig.signIn(PEOPLE.ada);
    const { status } = await ada.post('/upload', { document: new File([new Uint8Array(bytes)], name) });
    expect([status, rig.uploaded.map((one) => one.name)]).toEqual([took.length > 0 ? 303 : 422, took]);
    expect(rig.uploaded.every(({ by }) => by === 'local:ada')).toBe(true);
  });

  test('is not for those who only look', async () => {
    const rig = consoleRig();
    const vera = await rig.signIn(PEOPLE.vera);
    const { status } = await vera.post('/upload', { document: new File(['x'], 'x.pdf') });
    expect([status, rig.uploaded]).toEqual([403, []]);
  });
});

test('both languages say the same things', () => {
  const names = (value: unknown, at = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => names(one, `${at}.${name}`))
      : [at];
  expect(names(NL)).toEqual(names(EN));
});
