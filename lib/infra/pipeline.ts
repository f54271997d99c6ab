import { Duration } from 'aws-cdk-lib';
import type { IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets, Place } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { Events } from './events.ts';
import { type Exempt, oldVersionsOnlyReadBy, onlyChangedBy } from './guard.ts';
import { BundledHandler, ImageHandler } from './handler.ts';
import { consumes, Lane } from './lane.ts';
import { metricsChannel } from './metrics.ts';
import type { Network } from './network.ts';
import { allow, allowOthersToSend, allowSend } from './rights.ts';
import { tellQueue } from './staging-events.ts';

const SANITIZE_TIMEOUT = Duration.minutes(5);
// The most that Lambda has.
const HEAVY_TIMEOUT = Duration.minutes(15);
const PROMOTE_TIMEOUT = Duration.minutes(1);
export const FAIL_CLOSED_TIMEOUT = Duration.minutes(1);
/**
 * Of what goes through what is there already: documents of every size, so that a run never fills the heavy lane, where
 * what is uploaded now waits. clamd takes 1.2 GB, a document's process 1.5 at most, and two copies of half a gigabyte.
 */
export const OF_ANY_SIZE = { timeout: HEAVY_TIMEOUT, memoryMb: 6144 };
// For the dead letters of each queue: of the four here, and of the two of runs.
export const FAIL_CLOSED_FOR_EACH = 2;
const FAIL_CLOSED_CONCURRENCY = 6 * FAIL_CLOSED_FOR_EACH;

// As in core/records.ts, takenInKey: unsanitised bytes of public, which who judges must not be able to write.
const LAID_ASIDE = 'intake/';
/** Where it is marked that there is a case; what has become of it is marked by who reviews. */
export const CASE_MARKS = ['case-index/open/', 'case-index/key/'];
export const MARKS_OF_BYTES = 'case-index/sha256/';

export interface PipelineProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly buckets: Buckets;
  readonly events: Events;
  readonly alarms: Alarms;
  readonly network: Network | undefined;
  readonly delivery: Delivery | undefined;
  readonly exempt: Exempt;
  /** Who alone decides about cases, where that is the console. */
  readonly reviewing: Role | undefined;
  /** Who seals the trails of cases. */
  readonly sealing: Role | undefined;
  /** Where clamd's definitions come from; the image when absent. */
  readonly definitions: Place | undefined;
}

/**
 * Staging → live queue → sanitize → promote queue → promote → public; everything else → quarantine. What is large goes on to
 * the heavy queue, what is there already comes by the bulk queue: each with a function of its own, so that none takes live's.
 */
export class Pipeline extends Construct {
  readonly sanitize: ImageHandler;
  readonly heavySanitize: ImageHandler;
  readonly bulkSanitize: ImageHandler;
  readonly promote: BundledHandler;
  readonly failClosed: BundledHandler;
  readonly live: Lane;
  readonly heavy: Lane;
  readonly bulk: Lane;
  readonly promotions: Lane;

  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id);
    const { config, channel, buckets, events, alarms, network } = props;
    const { staging, work, published, quarantine, ledger, audit } = buckets;
    const { concurrency } = channel;
    const { oldestMessageMinutes } = config.alarms;
    const lane = { deadLettersTimeout: FAIL_CLOSED_TIMEOUT, alarms, oldestMessageMinutes };
    this.live = new Lane(this, 'Live', { ...lane, timeout: SANITIZE_TIMEOUT });
    this.heavy = new Lane(this, 'Heavy', { ...lane, timeout: HEAVY_TIMEOUT });
    // A replay may take days: that its messages wait is no alarm.
    this.bulk = new Lane(this, 'Bulk', { ...lane, timeout: OF_ANY_SIZE.timeout, oldestMessageMinutes: undefined });
    this.promotions = new Lane(this, 'Promotions', { ...lane, timeout: PROMOTE_TIMEOUT });
    tellQueue(this, channel, staging, this.live.queue);

    const common = {
      SPOORLOOS_CHANNEL: metricsChannel(this, channel),
      SPOORLOOS_STAGING: staging.bucket.bucketName,
      SPOORLOOS_LEDGER: ledger.bucket.bucketName,
      SPOORLOOS_AUDIT: audit.bucket.bucketName,
      SPOORLOOS_LIVE_QUEUE_URL: this.live.queue.queueUrl,
      SPOORLOOS_TOPIC_ARN: events.topic.topicArn,
      SPOORLOOS_EVENT_BUS: events.bus.eventBusName,
    };
    const quarantining = {
      ...common,
      SPOORLOOS_QUARANTINE: quarantine.bucket.bucketName,
      SPOORLOOS_PROMOTE_QUEUE_URL: this.promotions.queue.queueUrl,
      ...(channel.policy && { SPOORLOOS_POLICY: JSON.stringify(channel.policy) }),
    };
    const judging = {
      ...quarantining,
      SPOORLOOS_WORK: work.bucket.bucketName,
      SPOORLOOS_SCANNER: channel.scanner.engine,
      ...(props.definitions && { SPOORLOOS_DEFINITIONS: props.definitions.bucket.bucketName }),
    };
    const sendingOn = {
      ...judging,
      SPOORLOOS_HEAVY_QUEUE_URL: this.heavy.queue.queueUrl,
      SPOORLOOS_MAX_LIVE_BYTES: `${channel.maxLiveBytes}`,
    };
    // clamd with its official signatures takes 1.2 GB, a document 1.5 GB at most, and the handler the rest.
    const ordinary = { config, timeout: SANITIZE_TIMEOUT, memoryMb: 4096, environment: sendingOn };
    this.sanitize = new ImageHandler(this, 'Sanitize', network, { ...ordinary, concurrency: concurrency.live });
    this.bulkSanitize = new ImageHandler(this, 'BulkSanitize', network, {
      ...{ config, ...OF_ANY_SIZE, concurrency: concurrency.bulk },
      environment: { ...judging, SPOORLOOS_LANE: 'bulk' },
    });
    // Half a gigabyte of document is held several times over while it is rebuilt and proven.
    const heavyEnvironment = { ...judging, SPOORLOOS_LANE: 'heavy' };
    const large = { config, timeout: HEAVY_TIMEOUT, memoryMb: 10_240, environment: heavyEnvironment };
    this.heavySanitize = new ImageHandler(this, 'HeavySanitize', network, { ...large, concurrency: concurrency.heavy });
    this.promote = new BundledHandler(this, 'Promote', 'promote', {
      config,
      timeout: PROMOTE_TIMEOUT,
      // Holds one verified document, half a gigabyte at most, while it is hashed and written.
      memoryMb: 1769,
      concurrency: concurrency.promote,
      environment: {
        ...common,
        SPOORLOOS_WORK: work.bucket.bucketName,
        SPOORLOOS_PUBLIC: published.bucket.bucketName,
        SPOORLOOS_BULK_QUEUE_URL: this.bulk.queue.queueUrl,
        SPOORLOOS_CACHE_CONTROL: `public, max-age=${channel.delivery.maxAgeSeconds}`,
        ...props.delivery?.environment,
      },
    });
    this.failClosed = new BundledHandler(this, 'FailClosed', 'fail-closed', {
      config,
      timeout: FAIL_CLOSED_TIMEOUT,
      memoryMb: 256,
      concurrency: FAIL_CLOSED_CONCURRENCY,
      environment: quarantining,
    });
    consumes(this.sanitize, this.live.queue, concurrency.live);
    consumes(this.heavySanitize, this.heavy.queue, concurrency.heavy);
    consumes(this.bulkSanitize, this.bulk.queue, concurrency.bulk);
    consumes(this.promote, this.promotions.queue, concurrency.promote);
    for (const { deadLetters } of this.lanes) consumes(this.failClosed, deadLetters, FAIL_CLOSED_FOR_EACH);
    this.allowAll(props);
    this.guard(props);
  }

  get lanes(): readonly Lane[] {
    return [this.live, this.heavy, this.bulk, this.promotions];
  }

  get handlers(): readonly (ImageHandler | BundledHandler)[] {
    return [this.sanitize, this.heavySanitize, this.bulkSanitize, this.promote, this.failClosed];
  }

  /** Take-downs are carried out by promote, whoever orders them. */
  takeOrdersFrom(principals: readonly IPrincipal[]): void {
    allowOthersToSend(principals, this.promotions.queue);
  }

  /** Documents wait for a malware engine that looks at objects of staging by itself; who judges asks for what did not come. */
  waitForScans(requests: IQueue, ledger: Place): void {
    const lanes = [
      [this.sanitize, this.live],
      [this.heavySanitize, this.heavy],
      [this.bulkSanitize, this.bulk],
    ] as const;
    for (const [{ function: one, role }, { queue }] of lanes) {
      one.addEnvironment('SPOORLOOS_SCAN_REQUESTS_QUEUE_URL', requests.queueUrl);
      one.addEnvironment('SPOORLOOS_LATER_QUEUE_URL', queue.queueUrl);
      allowSend(role, requests);
      allowSend(role, queue);
      allow(role, 'read', ledger, ['scans/', 'scan-requests/']);
      allow(role, 'write', ledger, ['scan-requests/']);
    }
  }

  takeReconcilesFrom(principals: readonly IPrincipal[]): void {
    allowOthersToSend(principals, this.live.queue);
  }

  /** The functions that open documents: the same code, with the same rights. */
  private get judges(): readonly Role[] {
    return [this.sanitize.role, this.heavySanitize.role, this.bulkSanitize.role];
  }

  /** Who may do what. Sanitize opens hostile bytes: it has no right on public, not even to look. */
  private allowAll({ buckets, events, delivery, definitions }: PipelineProps): void {
    const { staging, work, published, quarantine, ledger, audit } = buckets;
    const [promote, failClosed] = [this.promote.role, this.failClosed.role];
    for (const role of [...this.judges, promote, failClosed]) {
      allow(role, 'read', staging);
      allow(role, 'write', audit, ['audit/']);
      allowSend(role, this.live.queue);
      events.allowTelling(role);
    }
    for (const role of [...this.judges, failClosed]) {
      allow(role, 'read versions', staging);
      // Whether a document was removed before the upload that is quarantined.
      allow(role, 'list', staging);
      allow(role, 'write', quarantine);
      allow(role, 'read', ledger, ['heads/', 'cases/', 'verified/', 'waivers/']);
      allow(role, 'write', ledger, ['heads/', 'cases/', ...CASE_MARKS]);
      allowSend(role, this.promotions.queue);
    }
    for (const role of this.judges) {
      allow(role, 'read', ledger, ['claims/']);
      allow(role, 'write', ledger, ['verified/', 'claims/', 'evidence/', MARKS_OF_BYTES]);
      allow(role, 'write', work);
      // What promote lays aside of public.
      allow(role, 'read', work, [LAID_ASIDE]);
      if (definitions) allow(role, 'read', definitions);
    }
    allowSend(this.sanitize.role, this.heavy.queue);
    allow(promote, 'read', work);
    allow(promote, 'read', ledger, ['heads/', 'claims/', 'verified/', 'waivers/']);
    allow(promote, 'write', ledger, ['heads/', 'claims/', 'history/']);
    for (const verb of ['read', 'read versions', 'write', 'remove', 'purge'] as const) allow(promote, verb, published);
    // Documents without an original: laid aside for who judges, who is told so by the lane of runs.
    for (const verb of ['write', 'remove', 'purge'] as const) allow(promote, verb, work, [LAID_ASIDE]);
    allowSend(promote, this.bulk.queue);
    delivery?.allowTelling(promote);
  }

  /** The same from the buckets' side, against whoever is given more than this by somebody else. */
  private guard({
    buckets: { work, published, quarantine, ledger, audit },
    channel,
    exempt,
    reviewing,
    sealing,
  }: PipelineProps): void {
    const { judges } = this;
    const [promote, failClosed] = [this.promote.role, this.failClosed.role];
    onlyChangedBy(published, [promote], exempt);
    oldVersionsOnlyReadBy(published, [promote], exempt);
    onlyChangedBy(work, [...judges, promote], exempt);
    onlyChangedBy(work, [promote], exempt, { prefix: LAID_ASIDE, sid: 'OnlyPromoteLaysAside' });
    const people = (arns: readonly string[]) => arns.map((roleArn) => ({ roleArn }));
    const operators = people(channel.operators);
    // With a console nobody decides beside it, so that four eyes are kept by AWS and not by a program of somebody's own.
    const reviewers = reviewing ? [reviewing] : people(channel.reviewers);
    onlyChangedBy(quarantine, [...judges, failClosed, ...reviewers], exempt);
    const others = [...operators, ...reviewers, ...(sealing ? [sealing] : [])];
    onlyChangedBy(audit, [...judges, promote, failClosed, ...others], exempt);
    // Who opens hostile bytes waives nothing, and has nothing to say in the trail of a case.
    onlyChangedBy(audit, reviewers, exempt, { prefix: 'trail/', sid: 'OnlyTheseReview' });
    onlyChangedBy(ledger, reviewers, exempt, { prefix: 'reviews/', sid: 'OnlyTheseReview' });
    onlyChangedBy(ledger, reviewers, exempt, { prefix: 'waivers/', sid: 'OnlyTheseWaive' });
    // Promote takes only what such a record speaks for.
    onlyChangedBy(ledger, judges, exempt, { prefix: 'verified/', sid: 'OnlyTheseVerify' });
  }
}
