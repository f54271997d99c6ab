import { describe, expect, test } from 'vitest';
import { parseEvent, type StoreEvent } from '../../lib/stores/s3-events.ts';

// As the S3 User Guide shows it ("event message structure"), with a requester on IPv6.
const record = (key: string, changes: Record<string, unknown> = {}) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-west-1',
  eventTime: '2026-03-01T12:00:00.000Z',
  eventName: 'ObjectCreated:Put',
  userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
  requestParameters: { sourceIPAddress: '2001:db8::1' },
  responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'FMyUVURIY8' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'to-queue',
    bucket: { name: 'staging', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::staging' },
    object: {
      key,
      size: 1024,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      versionId: 'v1',
      sequencer: '0055AED6DCD90281E5',
    },
  },
  ...changes,
});
const records = (...all: unknown[]) => JSON.stringify({ Records: all });
const created = (key: string): StoreEvent => ({
  kind: 'created',
  bucket: 'staging',
  key,
  versionId: 'v1',
  sequencer: '0055AED6DCD90281E5',
  by: 'AWS:AIDAEXAMPLE',
});
const unnamed = (key: string): StoreEvent => {
  const { by: _, ...event } = created(key);
  return event;
};
const removed = (key: string): StoreEvent => ({ ...unnamed(key), kind: 'removed' });
const byBridge = (key: string): StoreEvent => ({ ...unnamed(key), by: '123456789012' });
const bridge = (detailType: string, key: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': detailType,
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-03-01T12:00:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::staging'],
    detail: {
      version: '0',
      bucket: { name: 'staging' },
      object: {
        key,
        size: 5,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        'version-id': 'v1',
        sequencer: '0055AED6DCD90281E5',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '2001:db8::1',
      ...more,
    },
  });
const sns = (message: string) =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: 'm',
    TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t',
    Message: message,
    Timestamp: '2026',
  });

const UNDERSTOOD: readonly { readonly shows: string; readonly body: string; readonly events: readonly StoreEvent[] }[] =
  [
    { shows: 'one record', body: records(record('a/b.pdf')), events: [created('a/b.pdf')] },
    { shows: 'several records', body: records(record('a'), record('b')), events: [created('a'), created('b')] },
    { shows: 'no records', body: records(), events: [] },
    { shows: 'a space and a plus in a key', body: records(record('a+b%2Bc%20d')), events: [created('a b+c d')] },
    { shows: 'a percent sign that was in the key', body: records(record('100%25%2B')), events: [created('100%+')] },
    {
      shows: 'accents, composed and not, and emoji',
      body: records(record('caf%C3%A9'), record('cafe%CC%81'), record('%F0%9F%98%80')),
      events: [created('caf\u00e9'), created('cafe\u0301'), created('😀')],
    },
    { shows: 'a key that looks like a path', body: records(record('..%2F..%2Fx')), events: [created('../../x')] },
    { shows: 'a key of 1,024 bytes', body: records(record('k'.repeat(1024))), events: [created('k'.repeat(1024))] },
    {
      shows: 'a later minor version',
      body: records(record('a', { eventVersion: '2.6', other: { deep: [1] } })),
      events: [created('a')],
    },
    {
      shows: 'an upload in parts, a copy and a post',
      body: records(
        ...['CompleteMultipartUpload', 'Copy', 'Post'].map((how) => record('a', { eventName: `ObjectCreated:${how}` })),
      ),
      events: [created('a'), created('a'), created('a')],
    },
    {
      shows: 'removals and expirations, in the words of S3 and of Ceph',
      body: records(
        ...[
          'ObjectRemoved:Delete',
          'ObjectRemoved:DeleteMarkerCreated',
          'LifecycleExpiration:Delete',
          'LifecycleExpiration:DeleteMarkerCreated',
          's3:ObjectRemoved:Delete',
          's3:ObjectLifecycle:Expiration:Current',
        ].map((eventName) => record('a', { eventName })),
      ),
      events: Array.from({ length: 6 }, () => removed('a')),
    },
    {
      shows: 'no other kind of event, however it looks',
      body: records({ eventName: 'ObjectTagging:Put' }, { eventName: 'ObjectRestore:Completed', s3: 1 }, record('a')),
      events: [created('a')],
    },
    {
      shows: 'a record of a bucket without versions',
      body: records({
        eventVersion: '2.1',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'b' }, object: { key: 'a', versionId: '' } },
      }),
      events: [{ kind: 'created', bucket: 'b', key: 'a' }],
    },
    {
      shows: 'the test message',
      body: JSON.stringify({
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: '2026-03-01T12:00:00.000Z',
        Bucket: 'staging',
        RequestId: 'x',
        HostId: 'y',
      }),
      events: [],
    },
    {
      shows: 'EventBridge, whose keys are not encoded',
      body: bridge('Object Created', 'a+b%2B c.pdf'),
      events: [byBridge('a+b%2B c.pdf')],
    },
    {
      shows: 'a removal from EventBridge',
      body: bridge('Object Deleted', 'a', { reason: 'Lifecycle Expiration', 'deletion-type': 'Delete Marker Created' }),
      events: [removed('a')],
    },
    { shows: 'no other kind of event from EventBridge', body: bridge('Object Tags Added', 'a'), events: [] },
    { shows: 'records in an envelope of SNS', body: sns(records(record('a+b'))), events: [created('a b')] },
    {
      shows: 'the test message in an envelope of SNS',
      body: sns(JSON.stringify({ Event: 's3:TestEvent' })),
      events: [],
    },
    {
      shows: 'EventBridge in an envelope of SNS',
      body: sns(bridge('Object Created', 'a+b')),
      events: [byBridge('a+b')],
    },
    {
      shows: 'who made it, said in a way that nobody knows, or at great length',
      body: records(
        ...[7, '', 'x'.repeat(301), null].map((principalId) => record('a', { userIdentity: { principalId } })),
        record('a', { userIdentity: 'me' }),
      ),
      events: Array.from({ length: 5 }, () => unnamed('a')),
    },
  ];

describe('an event message', () => {
  test.each(UNDERSTOOD)('is understood: $shows', ({ body, events }) => {
    expect(parseEvent(body)).toEqual(events);
  });
});

const withObject = (object: unknown) => record('a', { s3: { bucket: { name: 'staging' }, object } });

const REFUSED: readonly { readonly shows: string; readonly body: string }[] = [
  { shows: 'nothing', body: '' },
  { shows: 'no JSON', body: 'Joanna Doe.pdf' },
  { shows: 'null', body: 'null' },
  { shows: 'a list', body: '[]' },
  { shows: 'an unknown shape', body: '{"kind":"Joanna Doe.pdf"}' },
  { shows: 'records that are no list', body: '{"Records":{}}' },
  { shows: 'a record that is no object', body: records('x') },
  { shows: 'a record without an event name', body: records(record('a', { eventName: undefined })) },
  { shows: 'no bucket', body: records(record('a', { s3: { object: { key: 'a' } } })) },
  { shows: 'an empty bucket name', body: records(record('a', { s3: { bucket: { name: '' }, object: { key: 'a' } } })) },
  { shows: 'no key', body: records(withObject({ size: 1 })) },
  { shows: 'an empty key', body: records(record('')) },
  { shows: 'a key that is a number', body: records(withObject({ key: 7 })) },
  { shows: 'a broken percent sequence', body: records(record('Joanna%20Doe%2')) },
  { shows: 'bytes that are not UTF-8', body: records(record('Joanna%20Doe%E9')) },
  { shows: 'a key that is too long', body: records(record('k'.repeat(1025))) },
  { shows: 'another major version', body: records(record('a', { eventVersion: '3.0' })) },
  { shows: 'no version', body: records(record('a', { eventVersion: undefined })) },
  { shows: 'a version id that is no text', body: records(withObject({ key: 'a', versionId: {} })) },
  { shows: 'one bad record among good ones', body: records(record('a'), record('%'), record('b')) },
  { shows: 'no key from EventBridge', body: bridge('Object Created', '') },
  { shows: 'an envelope within an envelope', body: sns(sns(records(record('a')))) },
  { shows: 'an envelope around no JSON', body: sns('Joanna Doe.pdf') },
];

describe('an event message that is not understood', () => {
  test.each(REFUSED)('is refused without being quoted: $shows', ({ body }) => {
    let message = '';
    try {
      parseEvent(body);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/^Error: an event /);
    expect(message).not.toContain('Joanna');
  });
});
