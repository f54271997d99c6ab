// Everything around the functions: buckets on RADOS Gateway, queues and the topic on fauxqs, a bus of ours.

import { randomBytes } from 'node:crypto';
import { readHead } from '../../lib/core/ledger.ts';
import { Case, caseKey, type DocumentEvent, type Head, PromoteMessage } from '../../lib/core/records.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { s3Store } from '../../lib/stores/s3-store.ts';
import { sqsQueue } from '../../lib/stores/sqs-queue.ts';
import { startMessageServer } from '../support/fauxqs.ts';
import { startGateway } from '../support/radosgw.ts';
import { startEventBus } from './event-bus.ts';

const BUCKETS = ['staging', 'work', 'public', 'quarantine', 'ledger'] as const;

export type Surroundings = {
  readonly stores: Readonly<Record<(typeof BUCKETS)[number], ObjectStore>>;
  /** What AWS would fill into the functions' variables. */
  readonly places: Readonly<Record<string, string>>;
  /** Where the SDK finds all this, and as whom. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly events: readonly DocumentEvent[];
  /** Puts an object into staging and resolves with S3's notification of it. */
  upload(key: string, body: Uint8Array): Promise<string>;
  headOf(key: string): Promise<Head | undefined>;
  /** The case of a key that is in quarantine, once from beside the payload. */
  caseOf(key: string): Promise<Case | undefined>;
  /** Takes what waits in the promote queue. */
  promotions(): Promise<readonly PromoteMessage[]>;
  stop(): Promise<void>;
};

export async function startSurroundings(): Promise<Surroundings> {
  const [gateway, messages, bus] = await Promise.all([startGateway(), startMessageServer(), startEventBus()]);
  const names = {
    staging: await gateway.bucket(),
    work: await gateway.bucket({ versioned: false }),
    public: await gateway.bucket(),
    // Without versions: Debian 12's gateway has no conditional puts in a bucket with versions.
    quarantine: await gateway.bucket({ versioned: false }),
    ledger: await gateway.bucket({ versioned: false }),
  };
  const open = (name: (typeof BUCKETS)[number]) => s3Store(gateway.client, names[name]);
  const stores = {
    staging: open('staging'),
    work: open('work'),
    public: open('public'),
    quarantine: open('quarantine'),
    ledger: open('ledger'),
  };
  const promoteQueueUrl = messages.queue();
  const promoteQueue = sqsQueue(messages.sqs, promoteQueueUrl);
  const headOf = (key: string) => readHead(stores.ledger, key);
  return {
    stores,
    places: {
      SPOORLOOS_STAGING: names.staging,
      SPOORLOOS_WORK: names.work,
      SPOORLOOS_PUBLIC: names.public,
      SPOORLOOS_QUARANTINE: names.quarantine,
      SPOORLOOS_LEDGER: names.ledger,
      SPOORLOOS_AUDIT: names.ledger,
      SPOORLOOS_HEAVY_QUEUE_URL: messages.queue(),
      SPOORLOOS_BULK_QUEUE_URL: messages.queue(),
      SPOORLOOS_RESULTS_QUEUE_URL: messages.queue(),
      SPOORLOOS_LIVE_QUEUE_URL: messages.queue(),
      SPOORLOOS_PROMOTE_QUEUE_URL: promoteQueueUrl,
      SPOORLOOS_TOPIC_ARN: messages.topic(),
      SPOORLOOS_EVENT_BUS: 'events',
    },
    endpoints: { ...messages.env, ...gateway.env, AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint },
    events: bus.events,
    async upload(key, body) {
      const { versionId, etag, size } = await stores.staging.put(key, body);
      const object = {
        key: encodeURIComponent(key).replaceAll('%20', '+'),
        size,
        eTag: etag.replaceAll('"', ''),
        versionId,
        sequencer: randomBytes(8).toString('hex').toUpperCase(),
      };
      const bucket = {
        name: names.staging,
        ownerIdentity: { principalId: 'A1' },
        arn: `arn:aws:s3:::${names.staging}`,
      };
      const record = {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'eu-west-1',
        eventTime: new Date().toISOString(),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:A1' },
        requestParameters: { sourceIPAddress: '192.0.2.1' },
        responseElements: { 'x-amz-request-id': 'R1', 'x-amz-id-2': 'R2' },
        s3: { s3SchemaVersion: '1.0', configurationId: 'Staging', bucket, object },
      };
      return JSON.stringify({ Records: [record] });
    },
    headOf,
    async caseOf(key) {
      const { caseId } = (await headOf(key)) ?? {};
      if (caseId === undefined) return undefined;
      const read = await stores.ledger.get(caseKey(caseId));
      return read && Case.parse(JSON.parse(Buffer.from(read.body).toString()));
    },
    async promotions() {
      const taken: PromoteMessage[] = [];
      for (;;) {
        const received = await promoteQueue.receive({ max: 10, waitMs: 0 });
        if (received.length === 0) return taken;
        for (const message of received) {
          taken.push(PromoteMessage.parse(JSON.parse(message.body)));
          await promoteQueue.delete(message);
        }
      }
    },
    async stop() {
      await Promise.all([gateway.stop(), messages.stop(), bus.close()]);
    },
  };
}
