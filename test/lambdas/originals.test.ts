// The function that packs originals, in a process without credentials, over a real S3: from the deed to the archive that a
// browser fetches.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EN } from '../../lib/console/texts-en.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { ARCHIVES, handOutBy } from '../../lib/hand-out.ts';
import type { Invoke } from '../../lib/invoke.ts';
import { type Presign, presigner } from '../../lib/presigned.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { openAesZip } from '../support/aes-zip.ts';
import { consoleRig, PEOPLE } from '../support/console-rig.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import { type Running, runLambda } from '../support/run-function.ts';

const missing = gatewayMissing();

describe.skipIf(missing)(`originals, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let gateway: RadosGateway;
  let originals: Running;
  let quarantine: ObjectStore;
  let presign: Presign;
  let asked: unknown[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    const bucket = await gateway.bucket({ versioned: false });
    quarantine = s3Store(gateway.client, bucket);
    presign = presigner(bucket, gateway.client);
    originals = await runLambda('originals');
  }, 120_000);
  afterAll(async () => {
    await originals?.stop();
    await gateway?.stop();
  });

  const invoke: Invoke = async (event) => {
    asked.push(event);
    const { kind, body } = await originals.invoke(event);
    if (kind !== 'response') throw new Error(`it failed\n${originals.log()}`);
    return { is: 'answered', answer: body };
  };

  /** Somebody asks for an original of that many bytes more, and gets a link. */
  async function askedFor(bytes: number, stored?: string) {
    asked = [];
    const rig = consoleRig({ handOut: handOutBy(invoke, presign, quarantine) });
    const text = `bad one${'x'.repeat(bytes)}`;
    const caseId = await rig.quarantined(text);
    if (stored !== '') await quarantine.put(payloadKey(caseId), Buffer.from(stored ?? text));
    const ada = await rig.signIn(PEOPLE.ada);
    const page = (await ada.post(`/cases/${caseId}/download`, { reason: 'to look' })).text;
    const [, link = ''] = /href="([^"]+\.zip)"/.exec(page) ?? [];
    const [, password = ''] = /<code>([a-z1-9-]{29})<\/code>/.exec(page) ?? [];
    return { rig, caseId, ada, link, password, text };
  }

  test('above what a function could answer are fetched by an address of a minute, encrypted', {
    timeout: 60_000,
  }, async () => {
    const { caseId, ada, link, password, text } = await askedFor(900);
    await quarantine.put(payloadKey(caseId), Buffer.from(text));
    const { status, headers } = await ada.get(link);
    expect(status).toBe(303);
    const address = new URL(headers.get('location') ?? '');
    expect(address.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(address.href).not.toContain(password);
    const response = await fetch(address);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${caseId}.zip"`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const archive = await response.bytes();
    expect(Buffer.from(archive).includes('bad one')).toBe(false);
    expect(openAesZip(archive, password)?.body.toString()).toBe(text);
    expect(openAesZip(archive, `${password.slice(0, -1)}#`)).toBeUndefined();
    // Once more by the same link: it is there already.
    expect([(await ada.get(link)).status, asked.length]).toEqual([303, 1]);
    const keys = await Array.fromAsync(quarantine.list(ARCHIVES), ({ key }) => key);
    expect(keys).toEqual([expect.stringMatching(new RegExp(`^${ARCHIVES}${caseId}/[0-9a-f]{64}\\.zip$`))]);
    expect(originals.log()).toContain('"is":"packed"');
    expect(originals.log()).not.toMatch(new RegExp(`${password}|${caseId}|${keys[0]}`));
  });

  test('are given to nobody by an address that was changed, nor for anything else', async () => {
    const { ada, caseId, link } = await askedFor(1);
    const address = (await ada.get(link)).headers.get('location') ?? '';
    const forged = [
      address.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'),
      address.replace(/downloads\/[^?]+/, payloadKey(caseId)),
      address.replace('octet-stream', 'html'),
    ];
    for (const other of forged) {
      expect(other).not.toBe(address);
      expect((await fetch(other)).status).toBe(403);
    }
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(403);
  });

  test('that are not what the evidence speaks of are handed out to nobody', async () => {
    const { rig, ada, link } = await askedFor(2, 'another');
    expect((await ada.get(link)).status).toBe(500);
    expect(rig.failures).toEqual([expect.objectContaining({ name: 'OtherOriginal' })]);
  });

  test('that went meanwhile are said to be gone', async () => {
    const { ada, link } = await askedFor(3, '');
    const { status, text } = await ada.get(link);
    expect([status, text.includes(EN.refused['no-payload'])]).toEqual([404, true]);
  });

  test('fail without a word of what was asked, where the addresses are none', async () => {
    const { kind, body } = await originals.invoke({ password: 'J. Voorbeeld' });
    expect(kind).toBe('error');
    expect(JSON.stringify(body) + originals.log()).not.toContain('Voorbeeld');
  });
});
