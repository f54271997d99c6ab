// Opens the places of a role from its environment: buckets on S3, queues on SQS, events to SNS and EventBridge. Used by
// the Lambdas and the worker alike.

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import { LIMITS } from './core/limits.ts';
import type { DocumentEvent } from './core/records.ts';
import type { Queue } from './core/store.ts';
import type { Judge } from './core/verdict.ts';
import type { CommonEnv, PromoteEnv, SanitizeEnv } from './env.ts';
import { s3Client } from './stores/s3-client.ts';
import { s3Store } from './stores/s3-store.ts';
import { sqsClient } from './stores/sqs-client.ts';
import { sqsQueue } from './stores/sqs-queue.ts';

export const openQueue = (url: string): Queue => sqsQueue(sqsClient(), url);

type Role = Pick<SanitizePlaces, 'terms' | 'overwrite'>;

export function sanitizePlaces(env: SanitizeEnv, { terms, overwrite }: Role, judge: Judge): SanitizePlaces {
  const s3 = s3Client();
  const sqs = sqsClient();
  return {
    ...commonPlaces(env, terms, s3, sqs),
    quarantine: s3Store(s3, env.SPOORLOOS_QUARANTINE),
    promoteQueue: sqsQueue(sqs, env.SPOORLOOS_PROMOTE_QUEUE_URL),
    judge,
    maxInputBytes: LIMITS.maxInputBytes,
    overwrite,
  };
}

export function promotePlaces(env: PromoteEnv, { terms }: Pick<Role, 'terms'>): PromotePlaces {
  const s3 = s3Client();
  return { ...commonPlaces(env, terms, s3, sqsClient()), public: s3Store(s3, env.SPOORLOOS_PUBLIC) };
}

function commonPlaces(env: CommonEnv, terms: Role['terms'], s3: ReturnType<typeof s3Client>, sqs: SQSClient) {
  return {
    staging: s3Store(s3, env.SPOORLOOS_STAGING),
    work: s3Store(s3, env.SPOORLOOS_WORK),
    ledger: s3Store(s3, env.SPOORLOOS_LEDGER),
    liveQueue: sqsQueue(sqs, env.SPOORLOOS_LIVE_QUEUE_URL),
    terms,
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
