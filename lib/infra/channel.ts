import { AccountRootPrincipal, ArnPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { Buckets, type Place } from './buckets.ts';
import { addChannelAlarms } from './channel-alarms.ts';
import type { ChannelConfig, Config } from './config.ts';
import { Console } from './console.ts';
import { Delivery } from './delivery.ts';
import { Events } from './events.ts';
import { exempt, onlyConfiguredByDeployment } from './guard.ts';
import { allowUseThroughS3 } from './keys.ts';
import type { Network } from './network.ts';
import { People } from './people.ts';
import { CASE_MARKS, MARKS_OF_BYTES, Pipeline } from './pipeline.ts';
import { isReviewed, Reminders } from './reminders.ts';
import { allowOthers } from './rights.ts';
import { Runs } from './runs.ts';
import { Scans } from './scans.ts';
import { StatusApi } from './status-api.ts';
import { addTrailAlarms } from './trail-alarms.ts';
import { Watch } from './watch.ts';

export interface ChannelProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly alarms: Alarms;
  readonly network: Network | undefined;
  readonly accessLogs: IBucket;
  /** Where CloudFront writes who asked for what, when the channel is delivered by it. */
  readonly edgeLogs?: IBucket;
  /** Where clamd's definitions come from, when the channel takes them from a bucket. */
  readonly definitions: Place | undefined;
}

/** One publication channel: its buckets, its pipeline, where its events go, and how the public gets at it. */
export class Channel extends Construct {
  readonly name: string;
  readonly config: ChannelConfig;
  readonly buckets: Buckets;
  readonly events: Events;
  readonly pipeline: Pipeline;
  readonly runs: Runs;
  readonly scans: Scans | undefined;
  readonly watch: Watch;
  readonly statusApi: StatusApi | undefined;
  readonly console: Console | undefined;
  readonly reminders: Reminders | undefined;
  readonly people: People | undefined;
  readonly feed: People | undefined;
  readonly delivery: Delivery | undefined;

  constructor(scope: Construct, id: string, props: ChannelProps) {
    super(scope, id);
    const { config, channel, network } = props;
    this.name = channel.name;
    this.config = channel;
    this.buckets = new Buckets(this, 'Buckets', props);
    this.events = new Events(this, 'Events', channel.name);
    const { staging, work, published, quarantine, ledger, audit } = this.buckets;
    const exempted = exempt(this, config);
    this.delivery =
      channel.delivery.enabled && props.edgeLogs
        ? new Delivery(this, 'Delivery', { channel, published, logs: props.edgeLogs })
        : undefined;
    const { console: reviewed } = channel;
    this.console =
      reviewed &&
      new Console(this, 'Console', {
        ...props,
        settings: reviewed,
        buckets: this.buckets,
        events: this.events,
        exempt: exempted,
      });
    this.reminders = isReviewed(channel)
      ? new Reminders(this, 'Reminders', {
          ...props,
          settings: channel.reminders,
          buckets: this.buckets,
          events: this.events,
          exempt: exempted,
        })
      : undefined;
    this.pipeline = new Pipeline(this, 'Pipeline', {
      ...props,
      reviewing: this.console?.handler.role,
      sealing: this.reminders?.remind.role,
      buckets: this.buckets,
      events: this.events,
      delivery: this.delivery,
      exempt: exempted,
    });
    this.console?.sendsTo(this.pipeline.live.queue);
    this.runs = new Runs(this, 'Runs', {
      ...props,
      buckets: this.buckets,
      events: this.events,
      pipeline: this.pipeline,
      exempt: exempted,
    });
    this.scans =
      channel.scanner.engine === 'guardduty'
        ? new Scans(this, 'Scans', {
            ...props,
            buckets: this.buckets,
            pipeline: this.pipeline,
            runs: this.runs,
            exempt: exempted,
          })
        : undefined;
    this.watch = new Watch(this, 'Watch', { ...props, buckets: this.buckets, pipeline: this.pipeline });
    const { statusApi: settings } = channel;
    this.statusApi = settings && new StatusApi(this, 'StatusApi', { ...props, settings, buckets: this.buckets });
    const { chat, feed } = channel;
    const toPeople = chat && { ...chat, format: chat.kind };
    this.people = toPeople && new People(this, 'People', { ...props, webhook: toPeople, events: this.events });
    this.feed = feed && new People(this, 'Feed', { ...props, webhook: feed, events: this.events });
    addChannelAlarms(this, { ...props, pipeline: this.pipeline });
    addTrailAlarms(this, { ...props, buckets: this.buckets, pipeline: this.pipeline });
    onlyConfiguredByDeployment(staging, exempted, this.scans?.role);
    for (const place of [work, published, quarantine, ledger, audit]) onlyConfiguredByDeployment(place, exempted);
    const { definitions } = props;
    network?.allowBuckets([staging, work, quarantine, ledger, audit, ...(definitions ? [definitions] : [])]);
    this.allowPeople(channel);
  }

  private allowPeople({ publishers, readers, observers, operators, recoverers, reviewers }: ChannelConfig): void {
    const { staging, published, quarantine, ledger, audit } = this.buckets;
    const principals = (arns: readonly string[]) => arns.map((arn) => new ArnPrincipal(arn));
    allowOthers(principals(publishers), ['write', 'remove'], staging);
    // Whom IAM lets put into staging needs the key as well; nobody is let read by it, since no policy of ours says so.
    if (publishers.length === 0 && staging.key)
      allowUseThroughS3(staging.key, ['encrypt'], [new AccountRootPrincipal()]);
    allowOthers(principals(readers), ['read'], published);
    const reviewed = ['cases/', 'evidence/', 'reviews/', 'waivers/', 'heads/', 'verified/', 'reminders/seals/'];
    allowOthers(principals(reviewers), ['read'], quarantine, { list: true });
    allowOthers(principals(reviewers), ['read', 'list'], ledger, { prefixes: reviewed, list: true });
    const ofReview = ['trail/', 'views/', 'seals/'];
    allowOthers(principals(reviewers), ['read', 'list'], audit, { prefixes: ofReview, list: true });
    if (!this.console) this.allowDeciding(principals(reviewers));
    allowOthers(principals(observers), ['read'], staging, { list: true });
    allowOthers(principals(observers), ['read', 'list'], ledger, {
      prefixes: ['heads/', 'cases/', 'verified/', 'shadow/'],
      list: true,
    });
    // Without a CDN the list of what is refused stands in the ledger.
    const orders = ['heads/', 'takedowns/', ...(this.delivery ? [] : ['denied/'])];
    const ordered = [...orders, 'runs/'];
    allowOthers(principals(operators), ['read'], staging, { list: true });
    allowOthers(principals(operators), ['read', 'list'], ledger, {
      prefixes: ['claims/', 'cases/', ...ordered],
      list: true,
    });
    allowOthers(principals(operators), ['write'], ledger, { prefixes: ordered });
    allowOthers(principals(operators), ['write'], audit, { prefixes: ['audit/'] });
    this.pipeline.takeOrdersFrom(principals(operators));
    this.allowRecovery(principals(recoverers), orders);
  }

  /** What the console does for everybody, where there is none: its program keeps four eyes then, and not AWS. */
  private allowDeciding(people: readonly IPrincipal[]): void {
    const { quarantine, ledger, audit } = this.buckets;
    // Something empty in the place of what was deleted.
    allowOthers(people, ['write'], quarantine, { prefixes: ['*/payload'] });
    allowOthers(people, ['purge'], quarantine);
    allowOthers(people, ['write'], ledger, { prefixes: ['reviews/', 'waivers/', 'case-index/', 'evidence/'] });
    allowOthers(people, ['remove'], ledger, { prefixes: ['case-index/'] });
    allowOthers(people, ['write'], audit, { prefixes: ['trail/'] });
    this.pipeline.takeReconcilesFrom(people);
    this.events.takeFrom(people);
  }

  /** Reads what the ledger is rebuilt from, of quarantine the cases alone, and writes all but what sanitize verified. */
  private allowRecovery(people: readonly IPrincipal[], orders: readonly string[]): void {
    const { staging, published, quarantine, ledger, audit } = this.buckets;
    allowOthers(people, ['read', 'list'], staging, { list: true });
    allowOthers(people, ['read'], published, { list: true });
    allowOthers(people, ['read', 'list'], quarantine, { prefixes: ['*/case.json'], list: true });
    allowOthers(people, ['read'], audit, { prefixes: ['audit/'] });
    allowOthers(people, ['list'], audit, { list: true });
    const rebuilt = [...orders, 'claims/', 'recovery/'];
    allowOthers(people, ['read', 'list'], ledger, {
      prefixes: [...rebuilt, ...CASE_MARKS, MARKS_OF_BYTES, 'reviews/', 'verified/'],
      list: true,
    });
    allowOthers(people, ['write'], ledger, {
      prefixes: [...rebuilt, 'cases/', ...CASE_MARKS, MARKS_OF_BYTES, 'history/'],
    });
    this.pipeline.takeOrdersFrom(people);
    this.pipeline.takeReconcilesFrom(people);
  }
}
