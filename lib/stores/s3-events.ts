// What tells us that a key may have changed: S3's own notifications (S3 User Guide, "event message structure", major
// version 2), the same from Ceph and MinIO, either wrapped by SNS, and EventBridge's "Object Created" and "Object
// Deleted". Fields that we do not use may be anything; what we use is checked.

import { z } from 'zod';
import { isKey } from './keys.ts';

export type StoreEvent = {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly sequencer?: string;
  readonly kind: 'created' | 'removed';
  /** Who made it: the principal id of S3, Ceph and MinIO; the account, of EventBridge. */
  readonly by?: string;
};

const Key = z.string().refine(isKey, 'not a key');

/** Form encoding, as S3 and MinIO send keys: '+' is a space, '%2B' a plus. A broken percent sequence is no key. */
const EncodedKey = z
  .string()
  .transform((text, context) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      context.addIssue({ code: 'custom', message: 'a broken percent sequence' });
      return z.NEVER;
    }
  })
  .pipe(Key);

const Optional = z.string().nullish();
// Nothing depends on it: what says it in another way does not keep a document from being looked at.
const By = z.string().min(1).max(300).optional().catch(undefined);
const Identity = z.object({ principalId: By }).optional().catch(undefined);

const recordWith = (key: typeof Key | typeof EncodedKey) =>
  z.object({
    eventVersion: z.string().regex(/^2\.\d+$/, 'not of major version 2'),
    userIdentity: Identity,
    s3: z.object({
      bucket: z.object({ name: z.string().min(1) }),
      object: z.object({ key, versionId: Optional, sequencer: Optional }),
    }),
  });
const S3Record = recordWith(EncodedKey);
// Ceph sends the key as it is, a plus and a percent sign too (measured with 16.2; its sources say so up to 20).
const CephRecord = recordWith(Key);

const S3Notification = z.object({ Records: z.array(z.unknown()) });
const NamedRecord = z.object({ eventName: z.string(), eventSource: Optional });
// A new notification configuration announces itself with this one.
const TestEvent = z.object({ Event: z.literal('s3:TestEvent') });
const SnsEnvelope = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });
const EventBridgeEnvelope = z.object({ source: z.literal('aws.s3'), 'detail-type': z.string() });
const EventBridgeEvent = z.object({
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    // Not encoded, unlike in S3's own notifications.
    object: z.object({ key: Key, 'version-id': Optional, sequencer: Optional }),
    requester: By,
  }),
});

/**
 * The changes that a message names, none for S3's test message and for events of other kinds. Throws when the message
 * or any record of it is not understood: it is retried whole and ends among the dead letters, where people look; the
 * records that were good do no harm when they come again.
 */
export function parseEvent(untrusted: string): readonly StoreEvent[] {
  const message = parseJson(untrusted);
  const sns = SnsEnvelope.safeParse(message);
  return eventsOf(sns.success ? parseJson(sns.data.Message) : message);
}

function parseJson(untrusted: string): unknown {
  try {
    return JSON.parse(untrusted);
  } catch (error) {
    // The parser's message quotes the text, and a key can name a person.
    throw new Error('an event that is not JSON', { cause: error instanceof SyntaxError ? undefined : error });
  }
}

function eventsOf(message: unknown): readonly StoreEvent[] {
  if (TestEvent.safeParse(message).success) return [];
  const bridge = EventBridgeEnvelope.safeParse(message);
  if (bridge.success) return fromEventBridge(bridge.data['detail-type'], message);
  const notification = S3Notification.safeParse(message);
  if (!notification.success) throw new Error('an event of no known shape');
  return notification.data.Records.flatMap(fromRecord);
}

function fromRecord(record: unknown): readonly StoreEvent[] {
  const { eventName, eventSource } = read(NamedRecord, record);
  const kind = kindOf(eventName.replace(/^s3:/, ''));
  if (!kind) return [];
  const { s3, userIdentity } = read(eventSource === 'ceph:s3' ? CephRecord : S3Record, record);
  const { bucket, object } = s3;
  return [event(kind, bucket.name, object.key, object.versionId, object.sequencer, userIdentity?.principalId)];
}

function kindOf(name: string): StoreEvent['kind'] | undefined {
  if (name.startsWith('ObjectCreated:')) return 'created';
  // Ceph says ObjectLifecycle:Expiration where S3 says LifecycleExpiration.
  return /^(ObjectRemoved|LifecycleExpiration|ObjectLifecycle:Expiration):/.test(name) ? 'removed' : undefined;
}

function fromEventBridge(detailType: string, message: unknown): readonly StoreEvent[] {
  const kind = { 'Object Created': 'created', 'Object Deleted': 'removed' } as const;
  if (detailType !== 'Object Created' && detailType !== 'Object Deleted') return [];
  const { bucket, object, requester } = read(EventBridgeEvent, message).detail;
  return [event(kind[detailType], bucket.name, object.key, object['version-id'], object.sequencer, requester)];
}

function event(
  kind: StoreEvent['kind'],
  bucket: string,
  key: string,
  versionId: string | null | undefined,
  sequencer: string | null | undefined,
  by: string | undefined,
): StoreEvent {
  const version = { ...(versionId && { versionId }), ...(sequencer && { sequencer }) };
  return { kind, bucket, key, ...version, ...(by !== undefined && kind === 'created' && { by }) };
}

/** Names the fields that are wrong, never their values. */
function read<T>(shape: z.ZodType<T>, untrusted: unknown): T {
  const parsed = shape.safeParse(untrusted);
  if (parsed.success) return parsed.data;
  throw new Error(
    `an event with a wrong ${parsed.error.issues.map(({ path }) => path.join('.') || 'record').join(', ')}`,
  );
}
