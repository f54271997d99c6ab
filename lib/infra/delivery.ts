import { fileURLToPath } from 'node:url';
import { Aws, CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Function as CloudFrontFunction,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  HttpVersion,
  KeyValueStore,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Place } from './buckets.ts';
import type { ChannelConfig } from './config.ts';

const DENY = fileURLToPath(new URL('../edge/deny.js', import.meta.url));

export interface DeliveryProps {
  readonly channel: ChannelConfig;
  readonly published: Place;
  /** Where CloudFront writes who asked for what. */
  readonly logs: IBucket;
}

/** CloudFront in front of a channel's public bucket, its one reader. What is taken down it refuses before it looks. */
export class Delivery extends Construct {
  readonly denied: KeyValueStore;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { channel, published, logs }: DeliveryProps) {
    super(scope, id);
    const { domain, webAclArn, maxAgeSeconds } = channel.delivery;
    const accessControl = new S3OriginAccessControl(this, 'AccessControl');
    this.denied = new KeyValueStore(this, 'Denied', { comment: `what the channel ${channel.name} took down` });
    // It is what keeps a taken-down document away while caches and the bucket may still hold it.
    this.denied.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const deny = new CloudFrontFunction(this, 'Deny', {
      code: FunctionCode.fromFile({ filePath: DENY }),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: this.denied,
    });
    const maxAge = Duration.seconds(maxAgeSeconds);
    const behavior = {
      origin: S3BucketOrigin.withBucketDefaults(published.bucket, {
        originAccessControlId: accessControl.originAccessControlId,
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      functionAssociations: [{ function: deny, eventType: FunctionEventType.VIEWER_REQUEST }],
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      // An object that was there before us has no Cache-Control, and is kept no longer for it.
      cachePolicy: new CachePolicy(this, 'Caching', {
        minTtl: Duration.seconds(0),
        defaultTtl: maxAge,
        maxTtl: maxAge,
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      }),
    };
    const headers = (name: string, security: ResponseSecurityHeadersBehavior) =>
      new ResponseHeadersPolicy(this, name, { securityHeadersBehavior: { ...SECURITY, ...security } });
    const contentSecurityPolicy = { contentSecurityPolicy: CSP, override: true };
    const pdf = { ...behavior, responseHeadersPolicy: headers('PdfHeaders', {}) };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `what the channel ${channel.name} published`,
      defaultBehavior: { ...behavior, responseHeadersPolicy: headers('Headers', { contentSecurityPolicy }) },
      additionalBehaviors: { '*.pdf': pdf, '*.PDF': pdf },
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: `${channel.name}/`,
      ...(webAclArn !== undefined && { webAclId: webAclArn }),
      ...(domain && {
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      }),
    });
    this.allowReading(published);
    acknowledge(this.distribution, 'CFR1', 'what is published is published to the world');
    if (webAclArn === undefined)
      acknowledge(this.distribution, 'CFR2', 'static files, GET and HEAD; a setting adds one');
    if (!domain)
      acknowledge(this.distribution, 'CFR4', 'CloudFront decides on TLS for its own names; a domain is a setting');
    new CfnOutput(this, 'Domain', { value: this.distribution.distributionDomainName });
    new CfnOutput(this, 'DeniedArn', { value: this.denied.keyValueStoreArn });
  }

  /** What promote has to know to tell the edge and its caches. */
  get environment(): Readonly<Record<string, string>> {
    return {
      SPOORLOOS_DISTRIBUTION_ID: this.distribution.distributionId,
      SPOORLOOS_DENY_LIST_ARN: this.denied.keyValueStoreArn,
    };
  }

  /** Lets the role refuse at the edge what was taken down, and have caches forget what was removed or replaced. */
  allowTelling(role: Role): void {
    const store = ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'].map((one) => `cloudfront-keyvaluestore:${one}`);
    role.addToPolicy(new PolicyStatement({ actions: store, resources: [this.denied.keyValueStoreArn] }));
    const distribution = `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${this.distribution.distributionId}`;
    role.addToPolicy(new PolicyStatement({ actions: ['cloudfront:CreateInvalidation'], resources: [distribution] }));
  }

  private allowReading({ bucket, key, policy }: Place): void {
    const distributions = `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution`;
    const cloudFront = new ServicePrincipal('cloudfront.amazonaws.com');
    policy.addStatements(
      new PolicyStatement({
        principals: [cloudFront],
        // Not GetObjectVersion: an old version may be what was taken down. Not ListBucket: what there is, is nobody's business.
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { ArnEquals: { 'aws:SourceArn': `${distributions}/${this.distribution.distributionId}` } },
      }),
    );
    if (!(key instanceof Key)) return;
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudFront],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        // Any distribution of ours: naming this one would go round in a circle. The bucket names it.
        conditions: { ArnLike: { 'aws:SourceArn': `${distributions}/*` } },
      }),
    );
  }
}

const SECURITY: ResponseSecurityHeadersBehavior = {
  contentTypeOptions: { override: true },
  referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
  strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
};

// Nothing that is published has script in it; should a browser take something for a page all the same, it is one
// without script, origin or network. Not for PDF: Chrome shows none where a sandbox is asked for.
const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox";
