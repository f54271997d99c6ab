// A function is asked over HTTP, and the pages of the console stand whatever it answers.

import { afterEach, describe, expect, test } from 'vitest';
import { EN } from '../lib/console/texts-en.ts';
import { payloadKey } from '../lib/core/records-cases.ts';
import { invoker } from '../lib/invoke.ts';
import { InvokedOrder, invokedPictures } from '../lib/invoked-pictures.ts';
import { MAX_PICTURE_BYTES, NO_PICTURE, saidOf } from '../lib/picture-orders.ts';
import { consoleRig, PEOPLE } from './support/console-rig.ts';
import { type Answering, KEYS, startLambdaApi } from './support/lambda-api.ts';

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');
const PICTURE = JSON.stringify(saidOf({ is: 'picture', png: PNG, pages: 1 }));
const said = (body: string, more: object = {}) => ({ body, ...more });

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

/** The console over a function that answers so. */
async function asking(answer: Answering, keys = KEYS) {
  const events: unknown[] = [];
  const api = await startLambdaApi(async (event) => {
    events.push(event);
    return answer(event);
  });
  Object.assign(process.env, {
    ...{ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_REGION: 'eu-west-1' },
  });
  const presign = async (_: string, key: string) => `https://bucket.example.org/${key}?signed`;
  const rig = consoleRig({ pictures: invokedPictures(invoker(api.url), presign) });
  const caseId = await rig.quarantined();
  const { text, status } = await (await rig.signIn(PEOPLE.vera)).get(`/cases/${caseId}`);
  await api[Symbol.asyncDispose]();
  return { caseId, events, text, status, failures: rig.failures };
}

describe('a function that draws', () => {
  test('is given an order and an address, and nothing of the name but its ending', async () => {
    const { caseId, events, text, failures } = await asking(async () => said(PICTURE));
    const read = events.map((event) => InvokedOrder.parse(event));
    expect(read.map(({ order }) => order.what)).toEqual(['before', 'after']);
    expect(read[0]?.original).toBe(`https://bucket.example.org/${payloadKey(caseId)}?signed`);
    expect(read[0]?.order).toMatchObject({ caseId, page: 1, extension: 'txt' });
    expect(JSON.stringify(events)).not.toContain('a.txt');
    expect(text).toContain(`src="/cases/${caseId}/pages/1.png"`);
    expect(failures).toEqual([]);
  });

  test('may say that there is no picture', async () => {
    const { text, failures } = await asking(async () => said(JSON.stringify(saidOf(NO_PICTURE))));
    expect([text.includes(EN.case.noPicture), failures]).toEqual([true, []]);
  });

  test('has as many at work as may be: people look again', async () => {
    const { text, failures } = await asking(async () => said('{"Reason":"ReservedFunction…"}', { status: 429 }));
    expect([text.includes(EN.case.pictureWaits), failures]).toEqual([true, []]);
  });

  test.each([
    {
      shows: 'fails, or is killed',
      answer: said('{"errorType":"x"}', { headers: { 'x-amz-function-error': 'Unhandled' } }),
    },
    { shows: 'is not there', answer: said('{}', { status: 404 }) },
    { shows: 'cannot be reached for now', answer: said('{}', { status: 503 }) },
    { shows: 'answers what is no JSON', answer: said('<J. Voorbeeld>') },
    { shows: 'answers another thing', answer: said('{"is":"approved"}') },
    { shows: 'answers a PNG that is none', answer: said(PICTURE.replace(PNG.toString('base64'), 'PHN2Zy8+')) },
    {
      shows: 'answers too much',
      answer: said(
        JSON.stringify({
          is: 'picture',
          png: Buffer.concat([PNG, Buffer.alloc(MAX_PICTURE_BYTES)]).toString('base64'),
          pages: 1,
        }),
      ),
    },
  ])('and $shows: the page stands, and says so', async ({ answer }) => {
    const { status, text, failures } = await asking(async () => answer);
    expect([status, text.includes(EN.case.pictureFailed)]).toEqual([200, true]);
    expect(text).not.toContain('.png"');
    expect(failures).toEqual([expect.objectContaining({ name: 'InvokeError' })]);
    expect(String(failures[0])).not.toContain('Voorbeeld');
  });

  test('and refuses who does not sign for it', async () => {
    const { events, failures } = await asking(async () => said(PICTURE), { ...KEYS, secretAccessKey: 'another' });
    expect([events, failures]).toEqual([[], [expect.objectContaining({ message: 'Lambda answers 403' })]]);
  });

  test('and never answers: the page does not wait for ever', { timeout: 15_000 }, async () => {
    const { status, text, failures } = await asking(async () => undefined);
    expect([status, text.includes(EN.case.pictureWaits), failures]).toEqual([200, true, []]);
  });
});
