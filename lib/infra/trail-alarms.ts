// Alarms on what CloudTrail alone tells: who was refused, the guard rails do not say. EventBridge has it from a trail of
// the account, of management events for keys and of data events for objects. What is told names no object's key.

import type { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Buckets } from './buckets.ts';
import type { Config } from './config.ts';
import type { Pipeline } from './pipeline.ts';

export interface TrailAlarmsProps {
  readonly config: Config;
  readonly buckets: Buckets;
  readonly pipeline: Pipeline;
  readonly alarms: Alarms;
}

const OF_TRAIL = { detailType: ['AWS API Call via CloudTrail'] };

export function addTrailAlarms(scope: Construct, { config, buckets, pipeline, alarms }: TrailAlarmsProps): void {
  const { cloudTrail } = config.alarms;
  if (cloudTrail === 'none') return;
  const keys = Object.values(buckets).flatMap(({ key }) => (key ? [key.keyArn] : []));
  alarms.hear(scope, 'KeyRefused', {
    says: 'Somebody was refused the use of a key of the channel.',
    runbook: 'key-refused',
    isReduced: true,
    pattern: {
      ...{ source: ['aws.kms'], ...OF_TRAIL },
      detail: {
        errorCode: ['AccessDenied', 'AccessDeniedException'],
        // Where a call was refused, the key may stand in the message only.
        $or: [{ resources: { ARN: keys } }, { errorMessage: keys.map((arn) => ({ wildcard: `*${arn}*` })) }],
      },
    },
  });
  if (cloudTrail !== 'data') return;
  const issuer = (arn: object) => ({ userIdentity: { sessionContext: { sessionIssuer: { arn: [arn] } } } });
  alarms.hear(scope, 'PublicWritten', {
    says: 'Somebody other than promote wrote into public, or was refused it.',
    runbook: 'public-written',
    isReduced: true,
    pattern: {
      ...{ source: ['aws.s3'], ...OF_TRAIL },
      detail: {
        eventCategory: ['Data'],
        readOnly: [false],
        requestParameters: { bucketName: [buckets.published.bucket.bucketName] },
        // Who has no session of a role, such as a user or nobody, is another than promote too.
        $or: [issuer({ 'anything-but': [pipeline.promote.role.roleArn] }), issuer({ exists: false })],
      },
    },
  });
}
