import { describe, expect, test } from 'vitest';
import { EN } from '../../lib/console/texts-en.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { handOutBy } from '../../lib/hand-out.ts';
import { type Invoke, InvokeError } from '../../lib/invoke.ts';
import { timelineOf } from '../../lib/review/cases.ts';
import { openAesZip } from '../support/aes-zip.ts';
import { type Browser, type ConsoleRig, consoleRig, ORIGIN, PEOPLE } from '../support/console-rig.ts';

const LINK = /href="(\/cases\/[0-9a-f]{32}\/original\/[0-9a-f.]+\.zip)"/;
const PASSWORD = /<code>((?:[a-z1-9]{5}-){4}[a-z1-9]{5})<\/code>/;

async function fetched({ app }: ConsoleRig, { cookie }: Browser, path: string) {
  const response = await app.request(ORIGIN + path, { headers: { host: '127.0.0.1:7700', cookie } });
  return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
}

async function asked(rig: ConsoleRig, person: Browser) {
  const caseId = await rig.quarantined();
  const { status, text } = await person.post(`/cases/${caseId}/download`, { reason: 'to look' });
  const [link = '', password = ''] = [LINK.exec(text)?.[1], PASSWORD.exec(text)?.[1]];
  return { caseId, status, link, password };
}

const viewsIn = async ({ stores }: ConsoleRig) => {
  const views: unknown[] = [];
  for await (const { key } of stores.ledger.list('audit/')) {
    const found = await stores.ledger.get(key);
    const said: unknown = found && JSON.parse(Buffer.from(found.body).toString());
    if (JSON.stringify(said).includes('"Case Viewed"')) views.push(said);
  }
  return views;
};

describe('the original of a case', () => {
  test('is handed out encrypted, by a link of its own, with its password beside', async () => {
    const rig = consoleRig();
    const ada = await rig.signIn(PEOPLE.ada);
    const { caseId, status, link, password } = await asked(rig, ada);
    expect([status, link === '', password === '']).toEqual([200, false, false]);
    const got = await fetched(rig, ada, link);
    expect(got.status).toBe(200);
    expect(openAesZip(got.body, password)?.body.toString()).toBe('bad one');
    expect(got.headers.get('content-disposition')).toBe(`attachment; filename="${caseId}.zip"`);
    expect(got.headers.get('content-type')).toBe('application/zip');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await timelineOf(rig.stores.ledger, caseId)).map(({ deed }) => deed.what)).toEqual(['download']);
    expect(await viewsIn(rig)).toContainEqual(expect.objectContaining({ caseId, what: 'original', by: 'local:ada' }));
  });

  test('is nobody else’s, and who is refused is not on record as having had it', async () => {
    const rig = consoleRig();
    const [ada, grace] = [await rig.signIn(PEOPLE.ada), await rig.signIn(PEOPLE.grace)];
    const { link } = await asked(rig, ada);
    expect((await fetched(rig, grace, link)).status).toBe(404);
    expect((await fetched(rig, rig.stranger(), link)).status).toBe(401);
    expect((await fetched(rig, ada, link)).status).toBe(200);
    expect((await viewsIn(rig)).filter((view) => JSON.stringify(view).includes('"original"'))).toHaveLength(1);
  });

  test('is refused to a viewer, without a reason, and where it is gone', async () => {
    const rig = consoleRig();
    const [vera, ada] = [await rig.signIn(PEOPLE.vera), await rig.signIn(PEOPLE.ada)];
    const caseId = await rig.quarantined();
    const post = (who: Browser, reason: string) => who.post(`/cases/${caseId}/download`, { reason });
    expect((await post(vera, 'to look')).status).toBe(403);
    expect((await post(ada, '  ')).status).toBe(422);
    await rig.stores.quarantine.remove(payloadKey(caseId));
    const gone = await post(ada, 'to look');
    expect([gone.status, gone.text.includes(EN.refused['no-payload'])]).toEqual([403, true]);
    expect(await timelineOf(rig.stores.ledger, caseId)).toEqual([]);
  });
});

describe('the archive of a function', () => {
  const presign = async (method: string, key: string) => `https://bucket.example.org/${key}?${method}`;
  const answering = async (invoke: Invoke) => {
    const made = consoleRig();
    const rig = consoleRig({ handOut: handOutBy(invoke, presign, made.stores.quarantine, 50) });
    const ada = await rig.signIn(PEOPLE.ada);
    const { link } = await asked(rig, ada);
    const { status, text, headers } = await ada.get(link);
    return { status, text, headers, failures: rig.failures, views: await viewsIn(rig) };
  };
  const said = (answer: unknown) => answering(async () => ({ is: 'answered', answer }));

  test('is where the browser is sent to, once that is on record', async () => {
    const { status, headers, views } = await said({ is: 'packed' });
    expect([status, headers.get('location')?.startsWith('https://bucket.example.org/downloads/')]).toEqual([303, true]);
    expect(views).toContainEqual(expect.objectContaining({ what: 'original' }));
  });

  test.each([
    { shows: 'as many as may be are at work', invoke: async () => ({ is: 'busy' }) as const },
    {
      shows: 'it takes too long',
      invoke: (_: object, signal: AbortSignal) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    },
  ])('is to be fetched again where $shows', async ({ invoke }) => {
    const { status, text, failures } = await answering(invoke);
    expect([status, text.includes(EN.download.notYet), failures]).toEqual([429, true, []]);
  });

  test.each([
    { shows: 'fails', answer: () => Promise.reject(new InvokeError('the function failed')), name: 'InvokeError' },
    { shows: 'answers garbage', answer: () => ({ is: 'approved' }), name: 'InvokeError' },
    { shows: 'says that it is not the original', answer: () => ({ is: 'other' }), name: 'OtherOriginal' },
  ])('is none where the function $shows', async ({ answer, name }) => {
    const { status, failures } = await answering(async () => ({ is: 'answered', answer: await answer() }));
    expect([status, failures]).toEqual([500, [expect.objectContaining({ name })]]);
  });
});
