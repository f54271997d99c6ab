// Opens the places of a role from its environment: buckets on S3, queues on SQS, events to SNS and EventBridge. Used by
// the Lambdas and the worker alike.

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AuditPlaces } from './core/audit.ts';
import type { FailClosedPlaces, PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import { LIMITS } from './core/limits.ts';
import type { DocumentEvent } from './core/records.ts';
import type { Terms } from './core/settle.ts';
import type { ObjectStore, Queue } from './core/store.ts';
import type { Judge } from './core/verdict.ts';
import type { AuditsEnv, CommonEnv, FailClosedEnv, PromoteEnv, SanitizeEnv } from './env.ts';
import { s3Client } from './stores/s3-client.ts';
import { s3Store } from './stores/s3-store.ts';
import { sqsClient } from './stores/sqs-client.ts';
import { sqsQueue } from './stores/sqs-queue.ts';

export const openBucket = (bucket: string): ObjectStore => s3Store(s3Client(), bucket);
export const openQueue = (url: string): Queue => sqsQueue(sqsClient(), url);

type Role = Pick<SanitizePlaces, 'terms' | 'overwrite'>;

export function failClosedPlaces(env: FailClosedEnv, role: Role): FailClosedPlaces & { readonly results?: Queue } {
  const { open, ...common } = commonPlaces(env);
  const results = env.SPOORLOOS_RESULTS_QUEUE_URL;
  return {
    ...(results !== undefined && { results: openQueue(results) }),
    ...common,
    ...role,
    quarantine: open(env.SPOORLOOS_QUARANTINE),
    promoteQueue: openQueue(env.SPOORLOOS_PROMOTE_QUEUE_URL),
  };
}

export function sanitizePlaces(
  env: SanitizeEnv,
  role: Role,
  judge: Judge,
): SanitizePlaces & { readonly results?: Queue } {
  const { open } = commonPlaces(env);
  const heavy = env.SPOORLOOS_HEAVY_QUEUE_URL;
  return {
    ...failClosedPlaces(env, role),
    work: open(env.SPOORLOOS_WORK),
    judge,
    maxInputBytes: LIMITS.maxInputBytes,
    ...(heavy !== undefined && { heavy: { queue: openQueue(heavy), aboveBytes: env.SPOORLOOS_MAX_LIVE_BYTES } }),
  };
}

/** Reads two buckets and the records, and has nothing that could be written. */
export function auditPlaces(
  env: Pick<AuditsEnv, 'SPOORLOOS_STAGING' | 'SPOORLOOS_PUBLIC' | 'SPOORLOOS_LEDGER'>,
  terms: Terms,
  judge: Judge,
): AuditPlaces {
  const read = (bucket: string): AuditPlaces['ledger'] => {
    const { head, get } = openBucket(bucket);
    return { head, get };
  };
  return {
    staging: read(env.SPOORLOOS_STAGING),
    public: read(env.SPOORLOOS_PUBLIC),
    ledger: read(env.SPOORLOOS_LEDGER),
    judge,
    terms,
    maxInputBytes: LIMITS.maxInputBytes,
  };
}

export function promotePlaces(env: PromoteEnv): PromotePlaces {
  const { open, ...common } = commonPlaces(env);
  const cacheControl = env.SPOORLOOS_CACHE_CONTROL === undefined ? {} : { cacheControl: env.SPOORLOOS_CACHE_CONTROL };
  return { ...common, ...cacheControl, work: open(env.SPOORLOOS_WORK), public: open(env.SPOORLOOS_PUBLIC) };
}

function commonPlaces(env: CommonEnv) {
  const s3 = s3Client();
  const open = (bucket: string) => s3Store(s3, bucket);
  return {
    open,
    staging: open(env.SPOORLOOS_STAGING),
    ledger: open(env.SPOORLOOS_LEDGER),
    audit: open(env.SPOORLOOS_AUDIT ?? env.SPOORLOOS_LEDGER),
    liveQueue: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL),
    notify: notifier(env),
    now: () => new Date(),
  };
}

/** Sends each event to the topic and the bus that are configured. Rejects when one did not take it. */
export function notifier({ SPOORLOOS_TOPIC_ARN: topic, SPOORLOOS_EVENT_BUS: bus }: CommonEnv) {
  const sns = topic === undefined ? undefined : new SNSClient();
  const eventBridge = bus === undefined ? undefined : new EventBridgeClient();
  return async (event: DocumentEvent): Promise<void> => {
    const detail = JSON.stringify(event);
    const MessageAttributes = { type: { DataType: 'String', StringValue: event.type } };
    await sns?.send(new PublishCommand({ TopicArn: topic, Subject: event.type, Message: detail, MessageAttributes }));
    const entry = { EventBusName: bus, Source: 'spoorloos', DetailType: event.type, Detail: detail };
    const sent = await eventBridge?.send(new PutEventsCommand({ Entries: [entry] }));
    if (sent?.FailedEntryCount) throw new Error('the event bus did not take an event');
  };
}
