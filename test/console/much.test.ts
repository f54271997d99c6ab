// What people, or a document, can make very much of, what they write in more than one line, and what is so no more.

import { describe, expect, test } from 'vitest';
import { pictureOf } from '../../lib/console/pictures.ts';
import { EN } from '../../lib/console/texts-en.ts';
import { MAX_EVIDENCE_ROWS, MAX_ON_PAGES } from '../../lib/core/evidence.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { caseKey } from '../../lib/core/records.ts';
import type { Evidence } from '../../lib/core/records-evidence.ts';
import { NO_PICTURE, type PictureOrder } from '../../lib/picture-orders.ts';
import { readCase } from '../../lib/review/cases.ts';
import { consoleRig, ORIGIN, PEOPLE } from '../support/console-rig.ts';

describe('the page of a case', () => {
  test('keeps the lines of what somebody wrote, and of a key none', async () => {
    const rig = consoleRig();
    const caseId = await rig.quarantined('bad one', 'a\nb.txt');
    const ada = await rig.signIn(PEOPLE.ada);
    await ada.post(`/cases/${caseId}/comment`, { text: 'one\r\ntwo\tthree\u202efour' });
    const { text } = await ada.get(`/cases/${caseId}`);
    expect(text).toContain('<blockquote>one\ntwo three\uFFFDfour</blockquote>');
    expect(text).toContain('<bdi>a\uFFFDb.txt</bdi>');
  });
});

test('a case whose evidence was edited since somebody looked at it is not shown, and it is said why', async () => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  await rig.ask(caseId);
  const { evidence } = (await readCase(rig.stores.ledger, caseId)) ?? {};
  await rig.stores.ledger.put(caseKey(caseId), toJson({ ...evidence, detail: 'something else' }));
  const { status, text } = await (await rig.signIn(PEOPLE.grace)).get(`/cases/${caseId}`);
  expect([status, text.includes(EN.error.edited), text.includes('something else')]).toEqual([500, true, false]);
});

test('a request and its approval are told of as they stand', async () => {
  const rig = consoleRig();
  const caseId = await rig.quarantined();
  const grace = await rig.signIn(PEOPLE.grace);
  const says = async () => {
    const { text } = await grace.get(`/cases/${caseId}`);
    return ['asks for its release', 'asked for its release, until', 'It is judged again'].map((one) =>
      text.includes(one),
    );
  };
  const request = await rig.ask(caseId);
  expect(await says()).toEqual([true, false, false]);
  await grace.post(`/cases/${caseId}/approve`, { request });
  expect(await says()).toEqual([false, true, true]);
  await rig.drain();
  expect(await says()).toEqual([false, true, false]);
});

describe('too much at once', () => {
  test.each(['/language', '/sign-in', '/cases', '/nothing'])(
    'of a form is not read, whoever sends it to %s',
    async (path) => {
      const rig = consoleRig();
      const body = new FormData();
      body.append('back', 'x'.repeat(300_000));
      const response = await rig.app.request(ORIGIN + path, {
        ...{ method: 'POST', body },
        headers: { host: '127.0.0.1:7700', origin: ORIGIN, 'content-length': '300100' },
      });
      expect(response.status).toBe(413);
    },
  );

  test('is what one person asks, by however many browsers', async () => {
    const rig = consoleRig();
    const [one, other] = [await rig.signIn(PEOPLE.ada), await rig.signIn(PEOPLE.ada)];
    for (let at = 0; at < 300; at += 1) await one.get('/nothing');
    expect((await other.get('/nothing')).status).toBe(429);
    expect((await (await rig.signIn(PEOPLE.grace)).get('/nothing')).status).toBe(404);
  });
});

describe('a picture of failed redactions', () => {
  const PLACE = { page: 1, box: [0, 0, 10, 10] } as const;
  const named = (at: string) => ({ carrier: 'test.covered', at, action: 'quarantined' }) as const;
  const row = (at: string, places = 1) => ({
    ...{ ...named(at), masked: [] },
    on: Array.from({ length: places }, () => ({ ...PLACE, box: [...PLACE.box] as [number, number, number, number] })),
  });

  test.each<{ shows: string; rows: Evidence['rows']; drawn: boolean }>([
    { shows: 'is drawn where all are covered', rows: [row('page 1')], drawn: true },
    { shows: 'is drawn where one has no place on a page', rows: [], drawn: true },
    {
      shows: 'is not drawn where one has more places than are kept',
      rows: [row('page 1', MAX_ON_PAGES)],
      drawn: false,
    },
    {
      shows: 'is not drawn where there are more than are kept',
      rows: Array.from({ length: MAX_EVIDENCE_ROWS }, (_, at) => row(`page 2/${at}`)),
      drawn: false,
    },
  ])('$shows', async ({ rows, drawn }) => {
    const asked: PictureOrder[] = [];
    const rig = consoleRig();
    const seen = await readCase(rig.stores.ledger, await rig.quarantined());
    if (!seen) throw new Error('a case is gone');
    const finding = { ...named('page 1'), code: 'failed-redaction', tier: 'H', count: 1 } as const;
    const covered = { ...seen, evidence: { ...seen.evidence, findings: [finding] } };
    const pictures = async (order: PictureOrder) => {
      asked.push(order);
      return { is: 'picture', png: new Uint8Array(), pages: 1 } as const;
    };
    const ports = { pictures, onFailure: () => undefined };
    const picture = await pictureOf(ports, covered, rows, { what: 'before', page: 1 }, 1000);
    expect(asked).toHaveLength(drawn ? 1 : 0);
    if (!drawn) expect(picture).toEqual(NO_PICTURE);
  });
});
