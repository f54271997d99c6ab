import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { type Buckets, brought, type Place } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { Events } from './events.ts';
import { type Exempt, onlyChangedBy } from './guard.ts';
import { BundledHandler, ImageHandler } from './handler.ts';
import { consumes, Lane } from './lane.ts';
import { metricsChannel } from './metrics.ts';
import type { Network } from './network.ts';
import { FAIL_CLOSED_FOR_EACH, FAIL_CLOSED_TIMEOUT, OF_ANY_SIZE, type Pipeline } from './pipeline.ts';
import { allow, allowCount, allowMetrics, allowSend } from './rights.ts';
import { callEvery } from './scheduled.ts';

export interface RunsProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly buckets: Buckets;
  readonly events: Events;
  readonly pipeline: Pipeline;
  readonly alarms: Alarms;
  readonly network: Network | undefined;
  readonly definitions: Place | undefined;
  readonly exempt: Exempt;
}

const RESULTS = 'runs/*/results/';
const COLLECT_TIMEOUT = Duration.minutes(1);
const COLLECT_CONCURRENCY = 2;
// A file of results for each of these: half a minute late is soon enough for a run that takes days.
const RESULTS_AT_ONCE = { size: 1000, within: Duration.seconds(30) };

/**
 * Runs over what is there already: a planner feeds them from the ledger, enforcing ones into the bulk lane, audits into
 * one of their own, whose function can write nothing but results; and what is collected of these stands in the ledger.
 */
export class Runs extends Construct {
  readonly audits: ImageHandler;
  readonly collect: BundledHandler;
  readonly planner: BundledHandler;
  readonly auditsLane: Lane;
  readonly results: Lane;

  constructor(scope: Construct, id: string, props: RunsProps) {
    super(scope, id);
    const { config, channel, buckets, events, pipeline, alarms, network, definitions, exempt } = props;
    const { staging, published, ledger } = buckets;
    const { audits: concurrency } = channel.concurrency;
    const { oldestMessageMinutes } = config.alarms;
    const lane = { deadLettersTimeout: FAIL_CLOSED_TIMEOUT, alarms };
    // As for bulk: that messages of a run wait is no alarm.
    const patient = { ...lane, timeout: OF_ANY_SIZE.timeout, oldestMessageMinutes: undefined };
    this.auditsLane = new Lane(this, 'AuditsLane', patient);
    this.results = new Lane(this, 'Results', { ...lane, timeout: COLLECT_TIMEOUT, oldestMessageMinutes });

    const reporting = { SPOORLOOS_CHANNEL: metricsChannel(this, channel) };
    const places = {
      ...reporting,
      SPOORLOOS_STAGING: staging.bucket.bucketName,
      SPOORLOOS_PUBLIC: published.bucket.bucketName,
      SPOORLOOS_LEDGER: ledger.bucket.bucketName,
      SPOORLOOS_RESULTS_QUEUE_URL: this.results.queue.queueUrl,
    };
    this.audits = new ImageHandler(this, 'Audits', network, {
      ...{ config, concurrency, ...OF_ANY_SIZE, lambda: 'audits' },
      environment: {
        ...places,
        SPOORLOOS_SCANNER: channel.scanner.engine,
        ...(channel.policy && { SPOORLOOS_POLICY: JSON.stringify(channel.policy) }),
        ...(definitions && { SPOORLOOS_DEFINITIONS: definitions.bucket.bucketName }),
      },
    });
    this.collect = new BundledHandler(this, 'Collect', 'collect', {
      ...{ config, timeout: COLLECT_TIMEOUT, memoryMb: 512, concurrency: COLLECT_CONCURRENCY },
      environment: { ...reporting, SPOORLOOS_LEDGER: ledger.bucket.bucketName },
    });
    this.planner = new BundledHandler(this, 'Planner', 'replay', {
      // It holds one file of an inventory. Long enough to get to where the run is in one; called while it is at work, it is not called.
      ...{ config, timeout: Duration.minutes(5), memoryMb: 1769, concurrency: 1 },
      environment: {
        ...places,
        SPOORLOOS_LIVE_QUEUE_URL: pipeline.live.queue.queueUrl,
        SPOORLOOS_BULK_QUEUE_URL: pipeline.bulk.queue.queueUrl,
        SPOORLOOS_AUDITS_QUEUE_URL: this.auditsLane.queue.queueUrl,
        SPOORLOOS_DEAD_LETTERS_QUEUE_URL: pipeline.live.deadLetters.queueUrl,
        SPOORLOOS_QUEUE_METRICS: 'cloudwatch',
        SPOORLOOS_TOPIC_ARN: events.topic.topicArn,
        SPOORLOOS_EVENT_BUS: events.bus.eventBusName,
      },
    });
    consumes(this.audits, this.auditsLane.queue, concurrency);
    consumes(this.collect, this.results.queue, COLLECT_CONCURRENCY, RESULTS_AT_ONCE);
    for (const { deadLetters } of this.lanes) consumes(pipeline.failClosed, deadLetters, FAIL_CLOSED_FOR_EACH);
    this.report(pipeline);
    this.allowAll(props);
    const operators = channel.operators.map((roleArn) => ({ roleArn }));
    onlyChangedBy(ledger, [this.collect.role, this.planner.role, ...operators], exempt, RUNS);
    onlyChangedBy(ledger, [this.collect.role], exempt, { prefix: RESULTS, sid: 'OnlyThisReports' });
    callEvery(this, 'Planner', this.planner, {
      ...{ alarms, every: Duration.minutes(1), runbook: 'planner' },
      says: 'Runs over what is there already could not be gone on with.',
      // A service that did not answer once is asked again in a minute.
      from: 3,
    });
  }

  get lanes(): readonly Lane[] {
    return [this.auditsLane, this.results];
  }

  get handlers(): readonly (ImageHandler | BundledHandler)[] {
    return [this.audits, this.collect, this.planner];
  }

  /** Audits of staging wait for a malware engine that looks at objects by itself, and write down nothing for it. */
  waitForScans(requests: IQueue, ledger: Place): void {
    const { function: one, role } = this.audits;
    const { queue } = this.auditsLane;
    one.addEnvironment('SPOORLOOS_SCAN_REQUESTS_QUEUE_URL', requests.queueUrl);
    one.addEnvironment('SPOORLOOS_LATER_QUEUE_URL', queue.queueUrl);
    for (const to of [requests, queue]) allowSend(role, to);
    allow(role, 'read', ledger, ['scans/']);
  }

  /** What carries out a run that enforces, and what gives up on a message of a run, say what became of it. */
  private report({ bulkSanitize, failClosed }: Pipeline): void {
    for (const { function: one, role } of [bulkSanitize, failClosed]) {
      one.addEnvironment('SPOORLOOS_RESULTS_QUEUE_URL', this.results.queue.queueUrl);
      allowSend(role, this.results.queue);
    }
  }

  private allowAll({ channel, buckets, events, pipeline, network, definitions }: RunsProps): void {
    const { staging, published, ledger } = buckets;
    const { role: audits } = this.audits;
    allow(audits, 'read', staging);
    allow(audits, 'read', published);
    network?.allowReading(published, audits);
    allow(audits, 'read', ledger, ['heads/', 'cases/', 'verified/', 'claims/', 'shadow/', 'waivers/']);
    if (definitions) allow(audits, 'read', definitions);
    allowSend(audits, this.results.queue);

    allow(this.collect.role, 'write', ledger, [RESULTS]);

    const { role: planner } = this.planner;
    for (const place of [staging, published, ledger]) allow(planner, 'list', place);
    allow(planner, 'read', ledger, ['runs/']);
    allow(planner, 'write', ledger, ['runs/']);
    const { inventory } = channel;
    if (inventory) allow(planner, 'read', brought(this, 'Inventory', inventory), [inventory.prefix]);
    for (const { queue } of [pipeline.bulk, this.auditsLane]) allowSend(planner, queue);
    for (const { queue } of [pipeline.live, pipeline.bulk, ...this.lanes]) allowCount(planner, queue);
    allowCount(planner, pipeline.live.deadLetters);
    allowMetrics(planner);
    events.allowTelling(planner);
  }
}

const RUNS = { prefix: 'runs/', sid: 'OnlyTheseRun' };
