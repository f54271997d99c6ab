import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { ChannelConfig, Config } from './config.ts';
import { BundledHandler } from './handler.ts';
import { allow } from './rights.ts';

export interface StatusApiProps {
  readonly config: Config;
  readonly settings: NonNullable<ChannelConfig['statusApi']>;
  readonly buckets: Buckets;
  readonly alarms: Alarms;
}

const PATH = '/status';

/**
 * Tells who may ask where a document is: a function that may list staging and read records, behind an API that knows its
 * callers. It reads no document.
 */
export class StatusApi extends Construct {
  readonly handler: BundledHandler;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { config, settings, buckets, alarms }: StatusApiProps) {
    super(scope, id);
    const { staging, ledger } = buckets;
    this.handler = new BundledHandler(this, 'Status', 'status', {
      config,
      timeout: Duration.seconds(20),
      memoryMb: 256,
      concurrency: settings.concurrency,
      environment: {
        SPOORLOOS_STAGING: staging.bucket.bucketName,
        SPOORLOOS_LEDGER: ledger.bucket.bucketName,
      },
    });
    allow(this.handler.role, 'list', staging);
    allow(this.handler.role, 'read', ledger, ['heads/', 'cases/', 'verified/', 'shadow/']);

    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    const { jwt } = settings;
    this.api.addRoutes({
      path: PATH,
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration('Function', this.handler.function),
      authorizer: jwt
        ? new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: [...jwt.audience] })
        : new HttpIamAuthorizer(),
      ...(jwt && jwt.scopes.length > 0 && { authorizationScopes: [...jwt.scopes] }),
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: config.retention.functionLogsDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.perSecond, burstLimit: settings.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: AccessLogFormat.custom(LOGGED) },
    });
    alarms.add(this, 'Alarm', {
      says: 'Questions after documents were not answered.',
      metric: this.api.metricServerError({ period: Duration.minutes(15), statistic: 'Sum' }),
      from: 5,
      periods: 1,
      runbook: 'status-api',
    });
    this.tell();
  }

  /** Where to ask, and what IAM has to let: this API has no policy of its own that could. */
  private tell(): void {
    const { region } = Stack.of(this);
    new CfnOutput(this, 'Url', { value: `${this.api.apiEndpoint}${PATH}` });
    const arn = `arn:${Aws.PARTITION}:execute-api:${region}:${Aws.ACCOUNT_ID}:${this.api.apiId}/$default/GET${PATH}`;
    new CfnOutput(this, 'Arn', { value: arn });
  }
}

/** Neither the query, which holds the key, nor who asked. */
export const LOGGED = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  status: '$context.status',
  ms: '$context.responseLatency',
  refused: '$context.authorizer.error',
});
