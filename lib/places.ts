// Opens the places of a role from its environment: buckets on S3, queues on SQS, events to SNS and EventBridge. Used by
// the Lambdas and the worker alike.

import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AuditPlaces } from './core/audit.ts';
import type { AuditWaits } from './core/audit-waits.ts';
import type { FailClosedPlaces, PromotePlaces, SanitizePlaces } from './core/carry-out.ts';
import { recordsIn } from './core/ledger.ts';
import { LIMITS } from './core/limits.ts';
import type { Event } from './core/records-events.ts';
import type { Engine } from './core/rescan.ts';
import type { ObjectScans } from './core/scanner.ts';
import type { Terms } from './core/settle.ts';
import type { ShadowRefusing } from './core/shadow-on.ts';
import type { ObjectStore, Queue } from './core/store.ts';
import type { Judge } from './core/verdict.ts';
import { cloudFrontCdn } from './edge/cloudfront-cdn.ts';
import { keyValueDenyList } from './edge/key-value-deny-list.ts';
import { ledgerDenyList } from './edge/ledger-deny-list.ts';
import type {
  AuditsEnv,
  CanaryEnv,
  CommonEnv,
  ConsoleEnv,
  FailClosedEnv,
  PromoteEnv,
  RecoveryEnv,
  SanitizeEnv,
  SweepEnv,
  TakeDownEnv,
} from './env.ts';
import type { RecoveryPlaces } from './recovery/places.ts';
import type { ReviewPlaces } from './review/act.ts';
import { queuedRequests } from './scan-requests.ts';
import type { GuardDutyOptions } from './scanners/guardduty.ts';
import { REQUEST_LIMITS } from './stores/aws-endpoint.ts';
import { s3Client } from './stores/s3-client.ts';
import { s3Store } from './stores/s3-store.ts';
import { sqsClient } from './stores/sqs-client.ts';
import { sqsQueue } from './stores/sqs-queue.ts';
import type { TakeDownPlaces } from './take-down.ts';

export const openBucket = (bucket: string): ObjectStore => s3Store(s3Client(), bucket);
/** Of a bucket of records. Those who open documents may write some: what is no record by its size is not read. */
export const openRecords = (bucket: string): ObjectStore =>
  recordsIn(s3Store(s3Client(), bucket, { maxBytes: MAX_RECORD_BYTES }));
const MAX_RECORD_BYTES = 8 * 1024 * 1024;
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
  const { SPOORLOOS_HEAVY_QUEUE_URL: heavy, SPOORLOOS_LATER_QUEUE_URL: later } = env;
  return {
    ...failClosedPlaces(env, role),
    work: open(env.SPOORLOOS_WORK),
    judge,
    maxInputBytes: LIMITS.maxInputBytes,
    ...(later !== undefined && { laterQueue: openQueue(later) }),
    ...(heavy !== undefined && { heavy: { queue: openQueue(heavy), aboveBytes: env.SPOORLOOS_MAX_LIVE_BYTES } }),
  };
}

type ShadowEnv = Pick<SanitizeEnv, 'SPOORLOOS_STAGING' | 'SPOORLOOS_LEDGER' | 'SPOORLOOS_LIVE_QUEUE_URL'>;

/** Reads staging, and of the ledger writes records of its own alone; on AWS its role is let do no more. */
export function shadowRefusing(env: ShadowEnv, terms: Terms): ShadowRefusing & { readonly liveQueue: Queue } {
  const { head, get } = openBucket(env.SPOORLOOS_STAGING);
  const [ledger, liveQueue] = [openBucket(env.SPOORLOOS_LEDGER), openQueue(env.SPOORLOOS_LIVE_QUEUE_URL)];
  return { staging: { head, get }, ledger, liveQueue, terms, now: () => new Date() };
}

/** The same with what opens documents. */
export function shadowPlaces(
  env: ShadowEnv & Pick<SanitizeEnv, 'SPOORLOOS_HEAVY_QUEUE_URL' | 'SPOORLOOS_MAX_LIVE_BYTES'>,
  terms: Terms,
  judge: Judge,
) {
  const heavy = env.SPOORLOOS_HEAVY_QUEUE_URL;
  return {
    ...shadowRefusing(env, terms),
    ...(heavy !== undefined && { heavy: { queue: openQueue(heavy), aboveBytes: env.SPOORLOOS_MAX_LIVE_BYTES } }),
    ...{ judge, maxInputBytes: LIMITS.maxInputBytes },
  };
}

/** What GuardDuty looks at, where it is read what it said, and where who judges leaves word that a scan is wanted. */
export function protectedBucket(
  env: Pick<SanitizeEnv, 'SPOORLOOS_STAGING' | 'SPOORLOOS_LEDGER' | 'SPOORLOOS_SCAN_REQUESTS_QUEUE_URL'>,
): GuardDutyOptions {
  const ledger = openBucket(env.SPOORLOOS_LEDGER);
  const url = env.SPOORLOOS_SCAN_REQUESTS_QUEUE_URL;
  const requests = url === undefined ? undefined : queuedRequests(openQueue(url), ledger, () => new Date());
  return { bucket: env.SPOORLOOS_STAGING, ledger, ...(requests && { requests }) };
}

/** Audits wait for GuardDuty by their messages alone, since they may put nothing on record. */
export function auditWaits(
  env: Pick<AuditsEnv, 'SPOORLOOS_SCAN_REQUESTS_QUEUE_URL' | 'SPOORLOOS_LATER_QUEUE_URL'>,
  scans: ObjectScans | undefined,
): { readonly waits?: AuditWaits } {
  const { SPOORLOOS_SCAN_REQUESTS_QUEUE_URL: requests, SPOORLOOS_LATER_QUEUE_URL: lane } = env;
  if (!scans || requests === undefined || lane === undefined) return {};
  return { waits: { scans, requests: openQueue(requests), lane: openQueue(lane), now: () => new Date() } };
}

/** Reads two buckets and the records, and has nothing that could be written. */
export function auditPlaces(
  env: Pick<AuditsEnv, 'SPOORLOOS_STAGING' | 'SPOORLOOS_PUBLIC' | 'SPOORLOOS_LEDGER'>,
  terms: Terms,
  { judge, engine }: { readonly judge: Judge; readonly engine: Engine },
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
    again: { engine },
    now: () => new Date(),
    terms,
    maxInputBytes: LIMITS.maxInputBytes,
  };
}

export function promotePlaces(env: PromoteEnv): PromotePlaces {
  const { open, ...common } = commonPlaces(env);
  const cacheControl = env.SPOORLOOS_CACHE_CONTROL === undefined ? {} : { cacheControl: env.SPOORLOOS_CACHE_CONTROL };
  const edge = env.SPOORLOOS_DENY_LIST_ARN === undefined ? {} : { edge: openDenyList(env.SPOORLOOS_DENY_LIST_ARN) };
  const cdn = env.SPOORLOOS_DISTRIBUTION_ID === undefined ? {} : { cdn: openCdn(env.SPOORLOOS_DISTRIBUTION_ID) };
  const bulk = env.SPOORLOOS_BULK_QUEUE_URL;
  const bulkQueue = bulk === undefined ? {} : { bulkQueue: openQueue(bulk) };
  const places = { ...common, ...cacheControl, ...edge, ...cdn, ...bulkQueue };
  return { ...places, work: open(env.SPOORLOOS_WORK), public: open(env.SPOORLOOS_PUBLIC) };
}

/** Without a list at the edge, the ledger's: who serves the bucket has to ask it. */
export function takeDownPlaces(env: TakeDownEnv, terms: Terms): TakeDownPlaces {
  const ledger = openBucket(env.SPOORLOOS_LEDGER);
  const now = () => new Date();
  const arn = env.SPOORLOOS_DENY_LIST_ARN;
  return {
    staging: openBucket(env.SPOORLOOS_STAGING),
    ledger,
    audit: openBucket(env.SPOORLOOS_AUDIT ?? env.SPOORLOOS_LEDGER),
    promoteQueue: openQueue(env.SPOORLOOS_PROMOTE_QUEUE_URL),
    edge: arn === undefined ? ledgerDenyList(ledger, now) : openDenyList(arn),
    now,
    terms,
  };
}

export function recoveryPlaces(env: RecoveryEnv, { terms, overwrite }: Role): RecoveryPlaces {
  return {
    ...takeDownPlaces(env, terms),
    public: openBucket(env.SPOORLOOS_PUBLIC),
    quarantine: openBucket(env.SPOORLOOS_QUARANTINE),
    liveQueue: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL),
    overwrite,
  };
}

// CloudFront is in every region and in none; its clients want one.
const CLOUDFRONT = { region: 'us-east-1', requestHandler: REQUEST_LIMITS };
const openDenyList = (arn: string) => keyValueDenyList(new CloudFrontKeyValueStoreClient(CLOUDFRONT), arn);
const openCdn = (distributionId: string) => cloudFrontCdn(new CloudFrontClient(CLOUDFRONT), distributionId);

/** Of who reviews what is held back. */
export function reviewPlaces(
  env: Pick<ConsoleEnv, 'SPOORLOOS_LEDGER' | 'SPOORLOOS_AUDIT' | 'SPOORLOOS_QUARANTINE' | 'SPOORLOOS_LIVE_QUEUE_URL'> &
    EventsTo,
): ReviewPlaces {
  return {
    ledger: openRecords(env.SPOORLOOS_LEDGER),
    audit: openBucket(env.SPOORLOOS_AUDIT),
    quarantine: openBucket(env.SPOORLOOS_QUARANTINE),
    liveQueue: openQueue(env.SPOORLOOS_LIVE_QUEUE_URL),
    notify: notifier(env),
    now: () => new Date(),
  };
}

/** Of the daily comparison. Of the audit trail it reads some entries, and it tells nobody. */
export function sweepPlaces(env: SweepEnv, terms: Terms) {
  const liveQueue = openQueue(env.SPOORLOOS_LIVE_QUEUE_URL);
  return { ...trailPlaces(env), liveQueue, terms };
}

/** What tells whether the ledger was lost. */
export function trailPlaces(env: CanaryEnv & Pick<CommonEnv, 'SPOORLOOS_AUDIT'>) {
  return { ...watchedPlaces(env), audit: openBucket(env.SPOORLOOS_AUDIT ?? env.SPOORLOOS_LEDGER) };
}

/** What the sweep, the canaries and polling look at. */
export function watchedPlaces(env: CanaryEnv) {
  return {
    staging: openBucket(env.SPOORLOOS_STAGING),
    public: openBucket(env.SPOORLOOS_PUBLIC),
    ledger: openBucket(env.SPOORLOOS_LEDGER),
    now: () => new Date(),
  };
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

type EventsTo = Pick<CommonEnv, 'SPOORLOOS_TOPIC_ARN' | 'SPOORLOOS_EVENT_BUS' | 'SPOORLOOS_EVENTS_QUEUE_URL'>;

/** Sends each event to the queue, the topic and the bus that are configured. Rejects when one did not take it. */
export function notifier({
  SPOORLOOS_TOPIC_ARN: topic,
  SPOORLOOS_EVENT_BUS: bus,
  SPOORLOOS_EVENTS_QUEUE_URL: url,
}: EventsTo) {
  const queue = url === undefined ? undefined : openQueue(url);
  const sns = topic === undefined ? undefined : new SNSClient();
  const eventBridge = bus === undefined ? undefined : new EventBridgeClient();
  return async (event: Event): Promise<void> => {
    const detail = JSON.stringify(event);
    await queue?.send(detail);
    const MessageAttributes = { type: { DataType: 'String', StringValue: event.type } };
    await sns?.send(new PublishCommand({ TopicArn: topic, Subject: event.type, Message: detail, MessageAttributes }));
    const entry = { EventBusName: bus, Source: 'spoorloos', DetailType: event.type, Detail: detail };
    const sent = await eventBridge?.send(new PutEventsCommand({ Entries: [entry] }));
    if (sent?.FailedEntryCount) throw new Error('the event bus did not take an event');
  };
}
