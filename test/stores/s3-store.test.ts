import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Event, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../lib/core/refusal.ts';
import { hasConditionalPuts } from '../../lib/stores/conditional-puts.ts';
import { parseEvent } from '../../lib/stores/s3-events.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { gatewayMissing, type RadosGateway, startGateway } from '../support/radosgw.ts';
import type { StoreKind } from '../support/store-check.ts';
import { CHECKS } from '../support/store-suite.ts';

const missing = gatewayMissing();

describe.skipIf(missing)(`a bucket of RADOS Gateway${missing ? `, skipped: ${missing}` : ''}`, () => {
  let gateway: RadosGateway;
  const kindOf = (versioned: boolean): StoreKind => ({
    open: async () => s3Store(gateway.client, await gateway.bucket({ versioned })),
    keepsVersions: versioned,
    manyKeys: 1010,
  });
  const [withVersions, withoutVersions] = [kindOf(true), kindOf(false)];
  let isConditional: boolean;
  beforeAll(async () => {
    gateway = await startGateway();
    isConditional = await hasConditionalPuts(await withVersions.open());
  });
  afterAll(() => gateway?.stop());

  describe('with versions', () => {
    test.each(CHECKS)('$shows', async ({ run, conditional }) => {
      // Gateways before conditional puts for buckets with versions fail these checks, and have to be found out.
      if (conditional && !isConditional) await expect(run(withVersions)).rejects.toThrow();
      else await run(withVersions);
    });
  });

  describe('without versions', () => {
    test.each(CHECKS)('$shows', ({ run }) => run(withoutVersions));

    test('has conditional puts', async () => {
      expect(await hasConditionalPuts(await withoutVersions.open())).toBe(true);
    });
  });

  test('is an outage when it does not exist', async () => {
    const store = s3Store(gateway.client, 'no-such-bucket');
    await expect(store.head('a')).rejects.toThrow();
    await expect(store.get('a')).rejects.toThrow();
    await expect(store.put('a', new Uint8Array(), { ifMatch: '"x"' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(Array.fromAsync(store.list())).rejects.toThrow();
  });

  test('tells of changes in events that name the right keys', async () => {
    const bodies: string[] = [];
    const receiver = createServer((request, response) => {
      text(request).then(
        (body) => {
          bodies.push(body);
          response.end();
        },
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const address = receiver.address();
    const push = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : ''}`;
    const {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    } = gateway.env;
    const sns = new SNSClient({ endpoint, region: 'default', credentials: { accessKeyId, secretAccessKey } });
    try {
      const bucket = await gateway.bucket();
      const { TopicArn } = await sns.send(
        new CreateTopicCommand({ Name: 'changes', Attributes: { 'push-endpoint': push } }),
      );
      const topic = { Id: 'changes', TopicArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] satisfies Event[] };
      const NotificationConfiguration = { TopicConfigurations: [topic] };
      await gateway.client.send(
        new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }),
      );
      const store = s3Store(gateway.client, bucket);
      const keys = ['a/b c.pdf', 'a+b', 'a%2Bb', '100%', 'é😀', '../x', 'q"\\'];
      const versions = [];
      for (const key of keys) versions.push(await store.put(key, Buffer.from(key)));
      await store.remove('a+b');
      // The gateway answers a put when its event was taken.
      expect(bodies.flatMap(parseEvent)).toMatchObject([
        ...versions.map(({ key, versionId }) => ({ kind: 'created', bucket, key, versionId })),
        { kind: 'removed', bucket, key: 'a+b' },
      ]);
    } finally {
      sns.destroy();
      receiver.close();
    }
  });

  test('reads no more than it is told to', async () => {
    const bucket = await gateway.bucket();
    await s3Store(gateway.client, bucket).put('a', Buffer.alloc(1001));
    const store = s3Store(gateway.client, bucket, { maxBytes: 1000 });
    await expect(store.get('a')).rejects.toMatchObject({ reason: 'limit' } satisfies Partial<Refusal>);
    await store.put('a', Buffer.alloc(1000));
    expect((await store.get('a'))?.body.length).toBe(1000);
  });
});
