import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets, Place } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import { type Exempt, onlyChangedBy } from './guard.ts';
import { BundledHandler, ImageHandler } from './handler.ts';
import { consumes, Lane } from './lane.ts';
import { metricsChannel } from './metrics.ts';
import type { Network } from './network.ts';
import { allow, allowSend } from './rights.ts';
import { tellQueue } from './staging-events.ts';

// As of the lanes that enforce.
const TIMEOUT = Duration.minutes(5);
const HEAVY_TIMEOUT = Duration.minutes(15);
const FAIL_CLOSED_TIMEOUT = Duration.minutes(1);
const FAIL_CLOSED_FOR_EACH = 2;

export interface ShadowPipelineProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly buckets: Buckets;
  readonly alarms: Alarms;
  readonly network: Network | undefined;
  readonly exempt: Exempt;
  readonly definitions: Place | undefined;
}

/** Staging → live or heavy queue → a function that judges → a record in the ledger. Nothing leads to public or quarantine. */
export class ShadowPipeline extends Construct {
  readonly sanitize: ImageHandler;
  readonly heavySanitize: ImageHandler;
  readonly failClosed: BundledHandler;
  readonly live: Lane;
  readonly heavy: Lane;

  constructor(scope: Construct, id: string, props: ShadowPipelineProps) {
    super(scope, id);
    const { config, channel, buckets, alarms, network, definitions } = props;
    const { concurrency } = channel;
    const { oldestMessageMinutes } = config.alarms;
    const lane = { deadLettersTimeout: FAIL_CLOSED_TIMEOUT, alarms, oldestMessageMinutes };
    this.live = new Lane(this, 'Live', { ...lane, timeout: TIMEOUT });
    this.heavy = new Lane(this, 'Heavy', { ...lane, timeout: HEAVY_TIMEOUT });
    tellQueue(this, channel, buckets.staging, this.live.queue);

    const common = {
      SPOORLOOS_CHANNEL: metricsChannel(this, channel),
      SPOORLOOS_STAGING: buckets.staging.bucket.bucketName,
      SPOORLOOS_LEDGER: buckets.ledger.bucket.bucketName,
      SPOORLOOS_LIVE_QUEUE_URL: this.live.queue.queueUrl,
      ...(channel.policy && { SPOORLOOS_POLICY: JSON.stringify(channel.policy) }),
    };
    const judging = {
      ...common,
      SPOORLOOS_SCANNER: channel.scanner.engine,
      ...(definitions && { SPOORLOOS_DEFINITIONS: definitions.bucket.bucketName }),
    };
    this.sanitize = new ImageHandler(this, 'Sanitize', network, {
      ...{ config, timeout: TIMEOUT, memoryMb: 4096, concurrency: concurrency.live, lambda: 'shadow' },
      environment: {
        ...judging,
        SPOORLOOS_HEAVY_QUEUE_URL: this.heavy.queue.queueUrl,
        SPOORLOOS_MAX_LIVE_BYTES: `${channel.maxLiveBytes}`,
      },
    });
    this.heavySanitize = new ImageHandler(this, 'HeavySanitize', network, {
      ...{ config, timeout: HEAVY_TIMEOUT, memoryMb: 10_240, concurrency: concurrency.heavy, lambda: 'shadow' },
      environment: { ...judging, SPOORLOOS_LANE: 'heavy' },
    });
    this.failClosed = new BundledHandler(this, 'FailClosed', 'shadow-fail-closed', {
      ...{ config, timeout: FAIL_CLOSED_TIMEOUT, memoryMb: 256, concurrency: 2 * FAIL_CLOSED_FOR_EACH },
      environment: common,
    });
    consumes(this.sanitize, this.live.queue, concurrency.live);
    consumes(this.heavySanitize, this.heavy.queue, concurrency.heavy);
    for (const { deadLetters } of this.lanes) consumes(this.failClosed, deadLetters, FAIL_CLOSED_FOR_EACH);
    this.allowAll(props);
    this.guard(props);
  }

  get lanes(): readonly Lane[] {
    return [this.live, this.heavy];
  }

  get handlers(): readonly (ImageHandler | BundledHandler)[] {
    return [this.sanitize, this.heavySanitize, this.failClosed];
  }

  private allowAll({ buckets: { staging, ledger }, definitions }: ShadowPipelineProps): void {
    const judges = [this.sanitize.role, this.heavySanitize.role];
    for (const role of [...judges, this.failClosed.role]) {
      allow(role, 'read', staging);
      allow(role, 'read', ledger, ['shadow/']);
      allow(role, 'write', ledger, ['shadow/']);
      allowSend(role, this.live.queue);
    }
    for (const role of judges) {
      allow(role, 'read versions', staging);
      if (definitions) allow(role, 'read', definitions);
    }
    allowSend(this.sanitize.role, this.heavy.queue);
  }

  /** What enforcing writes, nobody writes now. Public is left to whoever publishes today. */
  private guard({ buckets: { work, quarantine, ledger, audit }, exempt }: ShadowPipelineProps): void {
    for (const place of [work, quarantine, audit]) onlyChangedBy(place, [], exempt);
    onlyChangedBy(ledger, [], exempt, { prefix: 'verified/', sid: 'OnlyTheseVerify' });
    const roles = [this.sanitize.role, this.heavySanitize.role, this.failClosed.role];
    onlyChangedBy(ledger, roles, exempt, { prefix: 'shadow/', sid: 'OnlyTheseLookOn' });
  }
}
