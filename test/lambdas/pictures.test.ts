// The function that draws, as the image runs it, over a real S3: its process has no credentials for anything.

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { type PictureOrder, pictureIn } from '../../lib/picture-orders.ts';
import { type Presign, presigner } from '../../lib/presigned.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { cases } from '../fixtures/pdf/cases.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { type Running, runLambda } from '../support/run-function.ts';

const missing = gatewayMissing();
const CASE = 'a'.repeat(32);
const ORDER: PictureOrder = {
  ...{
    caseId: CASE,
    what: 'before',
    page: 1,
    format: 'pdf',
    extension: 'pdf',
    covered: [],
    rules: ['pdf.redaction.failed'],
  },
};

describe.skipIf(missing)(`the function that draws, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let gateway: RadosGateway;
  let pictures: Running;
  let presign: Presign;

  beforeAll(async () => {
    gateway = await startGateway();
    const bucket = await gateway.bucket({ versioned: false });
    presign = presigner(bucket, gateway.client);
    const document = cases.find(({ shows }) => shows === 'holds back a text under a black rectangle');
    await s3Store(gateway.client, bucket).put(payloadKey(CASE), (await document?.bytes()) ?? new Uint8Array());
    pictures = await runLambda('pictures');
  }, 120_000);
  afterAll(async () => {
    await pictures?.stop();
    await gateway?.stop();
  });
  const asked = async (order: PictureOrder, original: string) => (await pictures.invoke({ order, original })).body;

  test('answers pixels of the original and of what it would become, and covers them', { timeout: 90_000 }, async () => {
    for (const what of ['before', 'after'] as const) {
      const original = await presign('GET', payloadKey(CASE));
      const covered = [{ page: 1, box: [0, 0, 1000, 1000] as [number, number, number, number] }];
      const means = [];
      for (const order of [
        { ...ORDER, what },
        { ...ORDER, what, covered },
      ]) {
        const picture = pictureIn(await asked(order, original));
        if (picture?.is !== 'picture') throw new Error(`${what} is not drawn\n${pictures.log()}`);
        means.push((await sharp(picture.png).stats()).channels[0]?.mean);
      }
      expect(means, what).toEqual([expect.not.closeTo(0), 0]);
    }
    expect(pictures.log()).toContain('"message":"picture"');
    expect(pictures.log()).not.toContain(CASE);
  });

  test('has no picture of what is gone, and fails where it is not let in', async () => {
    const gone = await presign('GET', payloadKey('b'.repeat(32)));
    expect(await asked(ORDER, gone)).toEqual({ is: 'none', reason: null });
    const original = await presign('GET', payloadKey(CASE));
    const forged = original.replace(/(Signature=)(.)/, (_, name, first) => `${name}${first === '0' ? '1' : '0'}`);
    for (const other of [forged, original.replace(CASE, 'b'.repeat(32))])
      expect(await asked(ORDER, other), 'an address that was changed').toMatchObject({ errorType: 'Error' });
    expect(await asked(ORDER, 'file:///etc/passwd')).toMatchObject({ errorType: expect.stringContaining('Error') });
  });
});
