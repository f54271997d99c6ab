import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ObjectStore } from '../../lib/core/store.ts';
import { DocumentStatus } from '../../lib/status/document-status.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { rig } from '../support/pipeline-rig.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';

const missing = gatewayMissing();

describe.skipIf(missing)(
  `the function for the status, on RADOS Gateway${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let gateway: RadosGateway;
    let staging: ObjectStore;
    let ledger: ObjectStore;

    beforeAll(async () => {
      gateway = await startGateway();
      const names = { staging: await gateway.bucket(), ledger: await gateway.bucket({ versioned: false }) };
      staging = s3Store(gateway.client, names.staging);
      ledger = s3Store(gateway.client, names.ledger);
      Object.assign(process.env, gateway.env, { SPOORLOOS_STAGING: names.staging, SPOORLOOS_LEDGER: names.ledger });
    }, 120_000);
    afterAll(() => gateway?.stop());

    test('answers for keys as odd as they come, and looks at staging without reading it', {
      timeout: 60_000,
    }, async () => {
      const lines: string[] = [];
      const write = process.stderr.write.bind(process.stderr);
      const { handler } = await import('../../lambdas/status.ts');
      const ask = async (query: string, method = 'GET') => {
        const asked = { rawQueryString: query, requestContext: { requestId: 'r-1', http: { method } } };
        const { statusCode, body } = await handler(asked);
        return { statusCode, body: z.unknown().parse(JSON.parse(body ?? '')) };
      };
      process.stderr.write = (chunk: string | Uint8Array) => lines.push(String(chunk)) > 0;
      try {
        const made = rig();
        const keys = ['map/één 100% + 1 &=?.pdf', 'map/één', 'gone.pdf', 'quarantined <b>.pdf'];
        for (const key of keys) await staging.put(key, Buffer.from('one'));
        await staging.remove('gone.pdf');
        await made.put('quarantined <b>.pdf', 'bad');
        await made.drain();
        // The head that the pipeline wrote, of the version that staging really has.
        const version = await staging.head('quarantined <b>.pdf');
        for await (const { key } of made.stores.ledger.list()) {
          const text = Buffer.from((await made.stores.ledger.get(key))?.body ?? '').toString();
          const own = text.replace(/"versionId": "[^"]*"/, `"versionId": ${JSON.stringify(version?.versionId)}`);
          if (/^(heads|cases)/.test(key)) await ledger.put(key, Buffer.from(own));
        }
        const where = async (key: string) => {
          const { statusCode, body } = await ask(`key=${encodeURIComponent(key)}`);
          expect(statusCode, key).toBe(200);
          const status = DocumentStatus.parse(body);
          expect(status.key).toBe(key);
          return status.where;
        };
        const found = await Promise.all([...keys, 'map', 'never'].map(where));
        expect(found).toEqual(['waiting', 'waiting', 'unknown', 'quarantined', 'unknown', 'unknown']);
        expect((await ask('key=%FF')).statusCode).toBe(400);
        expect((await ask('key=a', 'POST')).statusCode).toBe(405);
      } finally {
        process.stderr.write = write;
      }
      const log = lines.join('');
      expect(log).toContain('"requestId":"r-1"');
      expect(log).not.toMatch(/één|quarantined <b>|never|map/);
    });
  },
);
