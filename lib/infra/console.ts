import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import type { ConsoleConfig } from './config-console.ts';
import { ConsolePool } from './console-pool.ts';
import type { Events } from './events.ts';
import { type Exempt, onlyChangedBy } from './guard.ts';
import { BundledHandler, type Handler, ImageHandler } from './handler.ts';
import { metricsChannel } from './metrics.ts';
import type { Network } from './network.ts';
import { allow, allowInvoke, allowSecret, allowSend } from './rights.ts';
import { LOGGED } from './status-api.ts';

export interface ConsoleProps {
  readonly config: Config;
  readonly channel: ChannelConfig;
  readonly settings: ConsoleConfig;
  readonly buckets: Buckets;
  readonly events: Events;
  readonly alarms: Alarms;
  readonly exempt: Exempt;
  readonly network: Network | undefined;
}

const TIMEOUT = Duration.seconds(29);
/**
 * Nobody waits that long, but what is done by then is there for who looks again: a document has two minutes. Its process
 * takes 1.5 GB at most, and so does the one that draws, afterwards; the rest is for the original.
 */
const PICTURES = { timeout: Duration.seconds(170), memoryMb: 3072 };
// A hundred megabytes are held twice while they are packed; what has this much memory has a whole processor.
const ORIGINALS = { timeout: Duration.minutes(1), memoryMb: 1769, concurrency: 2 };

/**
 * Pages for who reviews: one function behind an API, which signs people in with an issuer and decides in their names.
 * Nobody but this function writes reviews, trails and waivers, so that it takes two people whom it knows apart to release
 * something. It opens no document, and has no right on public: what a page looks like it is told by a function that has no right
 * on anything, and gets an address of one original, good for a minute.
 */
export class Console extends Construct {
  readonly handler: BundledHandler;
  readonly pictures: ImageHandler | undefined;
  readonly originals: BundledHandler;
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    const { config, channel, settings, buckets, events } = props;
    const { ledger, audit, quarantine } = buckets;
    const { domain, issuer, pool, api } = settings;
    // With a domain of its own there is one way in.
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false, disableExecuteApiEndpoint: domain !== undefined });
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    const users = pool && new ConsolePool(this, 'Users', { settings: { ...settings, pool }, url: this.url });
    const secret = issuer?.clientSecretArn;
    const issuerUrl = users?.issuer ?? issuer?.url ?? '';
    const groupsClaim = users ? 'cognito:groups' : (issuer?.groupsClaim ?? '');
    this.handler = new BundledHandler(this, 'Console', 'console', {
      ...{ config, timeout: TIMEOUT, memoryMb: 512, concurrency: settings.concurrency },
      ...(secret !== undefined && { readsSecrets: true }),
      environment: {
        SPOORLOOS_CHANNEL: metricsChannel(this, channel),
        SPOORLOOS_LEDGER: ledger.bucket.bucketName,
        SPOORLOOS_AUDIT: audit.bucket.bucketName,
        SPOORLOOS_QUARANTINE: quarantine.bucket.bucketName,
        SPOORLOOS_TOPIC_ARN: events.topic.topicArn,
        SPOORLOOS_EVENT_BUS: events.bus.eventBusName,
        SPOORLOOS_CONSOLE_URL: this.url,
        SPOORLOOS_CONSOLE_GROUPS: JSON.stringify(settings.groups),
        SPOORLOOS_OIDC_ISSUER: issuerUrl,
        SPOORLOOS_OIDC_CLIENT_ID: users?.clientId ?? issuer?.clientId ?? '',
        SPOORLOOS_OIDC_SCOPES: users ? 'email' : (issuer?.scopes.join(' ') ?? ''),
        SPOORLOOS_OIDC_GROUPS_CLAIM: groupsClaim,
        ...(api && { SPOORLOOS_CONSOLE_API: JSON.stringify({ ...api, claim: api.claim ?? groupsClaim }) }),
        ...(secret !== undefined && { SPOORLOOS_OIDC_SECRET_ARN: secret }),
      },
    });
    if (secret !== undefined) allowSecret(this.handler.role, secret, issuer?.secretKeyArn);
    this.allowReviewing(buckets, props.exempt);
    events.allowTelling(this.handler.role);
    this.pictures = settings.pictures > 0 ? this.drawPictures(props) : undefined;
    this.originals = this.packOriginals(props);
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: config.retention.functionLogsDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.serve(settings, issuerUrl, logs);
    this.watch(props, logs);
  }

  get handlers(): readonly (BundledHandler | ImageHandler)[] {
    return [this.handler, ...(this.pictures ? [this.pictures] : []), this.originals];
  }

  /** An approval has the document judged again. */
  sendsTo(live: IQueue): void {
    this.handler.function.addEnvironment('SPOORLOOS_LIVE_QUEUE_URL', live.queueUrl);
    allowSend(this.handler.role, live);
  }

  /** Which channel it is of, and where those of the others are: people look through all of them. */
  knows(own: string, others: readonly { readonly name: string; readonly url: string }[]): void {
    this.handler.function.addEnvironment(
      'SPOORLOOS_CONSOLES',
      JSON.stringify([{ name: own, url: this.url }, ...others]),
    );
  }

  private allowReviewing({ ledger, audit, quarantine }: Buckets, exempt: Exempt): void {
    const { role } = this.handler;
    for (const verb of ['read', 'purge'] as const) allow(role, verb, quarantine);
    // Something empty in the place of what was deleted.
    allow(role, 'write', quarantine, ['*/payload', 'downloads/']);
    allow(role, 'list', ledger);
    allow(role, 'read', ledger, ['heads/', 'cases/', 'evidence/', 'verified/', 'reviews/', 'waivers/', 'sessions/']);
    allow(role, 'write', ledger, ['reviews/', 'waivers/', 'case-index/', 'evidence/', 'sessions/', 'sign-ins/']);
    allow(role, 'remove', ledger, ['case-index/', 'sessions/']);
    allow(role, 'list', audit);
    allow(role, 'read', audit, ['trail/', 'views/']);
    allow(role, 'write', audit, ['trail/', 'audit/', 'views/']);
    onlyChangedBy(quarantine, [role], exempt, { prefix: 'downloads/', sid: 'OnlyTheConsoleHandsOut' });
    // Whoever could write a session would be whoever they like.
    onlyChangedBy(ledger, [role], exempt, { prefix: 'sessions/', sid: 'OnlyTheConsoleSignsIn' });
    onlyChangedBy(ledger, [role], exempt, { prefix: 'sign-ins/', sid: 'OnlyTheConsoleSignsInOnce' });
    onlyChangedBy(audit, [role], exempt, { prefix: 'views/', sid: 'OnlyTheConsoleSaysWhoLooked' });
  }

  private drawPictures({ config, channel, settings, network, alarms }: ConsoleProps): ImageHandler {
    const pictures = new ImageHandler(this, 'Pictures', network, {
      ...{ config, ...PICTURES, concurrency: settings.pictures, lambda: 'pictures' },
      // Of what a document would be published as.
      environment: channel.policy ? { SPOORLOOS_POLICY: JSON.stringify(channel.policy) } : {},
    });
    this.ask(pictures, 'SPOORLOOS_PICTURES_URL');
    alarms.add(this, 'PicturesAlarm', {
      ...{ says: 'Pages of what is held back are not drawn.', runbook: 'pictures-fail', from: 5, periods: 1 },
      metric: pictures.function.metricErrors({ period: Duration.minutes(15), statistic: 'Sum' }),
    });
    return pictures;
  }

  private packOriginals({ config, alarms }: ConsoleProps): BundledHandler {
    const originals = new BundledHandler(this, 'Originals', 'originals', { config, ...ORIGINALS, environment: {} });
    this.ask(originals, 'SPOORLOOS_ORIGINALS_URL');
    alarms.add(this, 'OriginalsAlarm', {
      ...{ says: 'Originals that reviewers ask for are not packed.', runbook: 'originals-fail', from: 3, periods: 1 },
      metric: originals.function.metricErrors({ period: Duration.minutes(15), statistic: 'Sum' }),
    });
    return originals;
  }

  /** The console asks it, and waits; it has no right on anything. */
  private ask({ function: asked }: Handler, named: string): void {
    const api = `https://lambda.${Stack.of(this).region}.${Aws.URL_SUFFIX}`;
    const url = `${api}/2015-03-31/functions/${asked.functionName}/invocations`;
    this.handler.function.addEnvironment(named, url);
    allowInvoke(this.handler.role, asked);
  }

  private serve({ domain, perSecond, burst, api }: ConsoleConfig, issuer: string, logs: LogGroup): void {
    const integration = new HttpLambdaIntegration('Function', this.handler.function);
    const route = new HttpRoute(this, 'Route', { httpApi: this.api, routeKey: HttpRouteKey.DEFAULT, integration });
    acknowledge(route, 'APIG4', 'a browser brings no token in a header; the function asks who it is at each request');
    if (api)
      new HttpRoute(this, 'Programs', {
        ...{ httpApi: this.api, integration, routeKey: HttpRouteKey.with('/api/{proxy+}', HttpMethod.ANY) },
        authorizer: new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [...api.audience] }),
      });
    const name =
      domain &&
      new DomainName(this, 'Domain', {
        domainName: domain.name,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: perSecond, burstLimit: burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: AccessLogFormat.custom(LOGGED) },
      ...(name && { domainMapping: { domainName: name } }),
    });
    new CfnOutput(this, 'Url', { value: this.url });
    if (name) new CfnOutput(this, 'DomainTarget', { value: name.regionalDomainName });
  }

  private watch({ alarms, channel }: ConsoleProps, logs: LogGroup): void {
    const period = Duration.minutes(15);
    alarms.add(this, 'FailsAlarm', {
      ...{ says: 'The console does not answer.', runbook: 'console-fails', from: 5, periods: 1 },
      metric: this.api.metricServerError({ period, statistic: 'Sum' }),
    });
    // Of the API and of the function alike: what neither says in a metric of its own.
    const answered = (status: string, what: string) =>
      new MetricFilter(this, what, {
        logGroup: logs,
        filterPattern: FilterPattern.stringValue('$.status', '=', status),
        metricNamespace: 'Spoorloos/Console',
        metricName: `${metricsChannel(this, channel)}-${what}`,
        metricValue: '1',
        defaultValue: 0,
      }).metric({ period, statistic: 'Sum' });
    alarms.add(this, 'RefusesAlarm', {
      ...{ says: 'The console refuses again and again.', runbook: 'console-refuses', from: 20, periods: 1 },
      metric: answered('403', 'Refused'),
    });
    alarms.add(this, 'ThrottlesAlarm', {
      ...{ says: 'The console is asked too much.', runbook: 'console-throttles', from: 50, periods: 1 },
      metric: answered('429', 'Throttled'),
    });
  }
}
