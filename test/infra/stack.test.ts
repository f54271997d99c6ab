import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkWithNag, SpoorloosStack } from '../../lib/infra/stack.ts';

type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> };
type Statement = { readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown };

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
let resources: Record<string, Resource>;

beforeAll(() => {
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  resources = Template.fromStack(new SpoorloosStack(app, 'Spoorloos')).toJSON().Resources;
});

const ofType = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
const only = (type: string, part: string): readonly [string, Resource] => {
  const found = ofType(type).filter(([id]) => id.includes(part));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} ${part}`);
  return found[0];
};
const bucketId = (name: string) => only('AWS::S3::Bucket', `Buckets${name}`)[0];
const text = (value: unknown) => JSON.stringify(value);

/** Every action that the named function's role has on the bucket or its objects, in order. */
function actionsOn(role: string, bucket: string): string[] {
  const [, policy] = only('AWS::IAM::Policy', role);
  const id = bucketId(bucket);
  return statementsOf(policy)
    .filter(({ Resource }) => text(Resource).includes(`"${id}"`))
    .flatMap(({ Action }) => Action)
    .sort();
}

function statementsOf({ Properties }: Resource): Statement[] {
  return (Properties.PolicyDocument as { Statement: Statement[] }).Statement;
}

const ROLES = ['SanitizeHomeRole', 'PromoteHomeRole', 'FailClosedHomeRole'] as const;
const READ = ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'];
const WRITE = ['s3:AbortMultipartUpload', 's3:PutObject'];

describe('who may do what', () => {
  const matrix: readonly (readonly [(typeof ROLES)[number], string, readonly string[]])[] = [
    ['SanitizeHomeRole', 'Staging', READ],
    ['SanitizeHomeRole', 'Work', WRITE],
    ['SanitizeHomeRole', 'Public', []],
    ['SanitizeHomeRole', 'Quarantine', WRITE],
    ['SanitizeHomeRole', 'Ledger', [...READ, ...WRITE]],
    ['PromoteHomeRole', 'Staging', READ],
    ['PromoteHomeRole', 'Work', READ],
    [
      'PromoteHomeRole',
      'Public',
      [...READ, ...WRITE, 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:ListBucketVersions'],
    ],
    ['PromoteHomeRole', 'Quarantine', []],
    ['PromoteHomeRole', 'Ledger', [...READ, ...WRITE]],
    ['FailClosedHomeRole', 'Staging', READ],
    ['FailClosedHomeRole', 'Work', []],
    ['FailClosedHomeRole', 'Public', []],
    ['FailClosedHomeRole', 'Quarantine', WRITE],
    ['FailClosedHomeRole', 'Ledger', [...READ, ...WRITE]],
  ];
  for (const [role, bucket, actions] of matrix) {
    test(`${role} on ${bucket}: ${actions.length === 0 ? 'nothing' : actions.join(', ')}`, () => {
      expect([...new Set(actionsOn(role, bucket))]).toEqual([...actions].sort());
    });
  }

  test('sanitize alone writes the records that promote asks for', () => {
    const writers = ROLES.filter((role) =>
      statementsOf(only('AWS::IAM::Policy', role)[1]).some(
        ({ Action, Resource }) => [Action].flat().includes('s3:PutObject') && text(Resource).includes('/verified/'),
      ),
    );
    expect(writers).toEqual(['SanitizeHomeRole']);
  });

  test('no role may do anything on everything', () => {
    for (const [, policy] of ofType('AWS::IAM::Policy'))
      for (const { Action, Resource } of statementsOf(policy)) {
        expect([Action].flat()).not.toContain('*');
        expect([Resource].flat()).not.toContain('*');
      }
  });

  test('no role has a managed policy, and no bucket policy allows anyone but log delivery', () => {
    for (const [, { Properties }] of ofType('AWS::IAM::Role')) expect(Properties.ManagedPolicyArns).toBeUndefined();
    const allowing = ofType('AWS::S3::BucketPolicy').flatMap(([, policy]) =>
      statementsOf(policy).filter(({ Effect }) => Effect === 'Allow'),
    );
    expect(allowing.length).toBeGreaterThan(0);
    for (const statement of allowing) expect(text(statement)).toContain('logging.s3.amazonaws.com');
  });
});

describe('buckets', () => {
  test('are private, encrypted, and refuse what is not TLS', () => {
    for (const [id, { Properties }] of ofType('AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration, id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.BucketEncryption, id).toBeDefined();
      const policy = ofType('AWS::S3::BucketPolicy').find(([, other]) => text(other.Properties.Bucket).includes(id));
      expect(text(policy), id).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('five of them have a key each', () => {
    const keys = ['Staging', 'Work', 'Public', 'Quarantine', 'Ledger'].map((name) =>
      text(only('AWS::S3::Bucket', `Buckets${name}`)[1].Properties.BucketEncryption),
    );
    expect(new Set(keys).size).toBe(5);
    for (const key of keys) expect(key).toContain('aws:kms');
  });

  test('only staging notifies anyone, so nothing can go round in circles', () => {
    const notifying = ofType('AWS::S3::Bucket').filter(([, { Properties }]) => Properties.NotificationConfiguration);
    expect(notifying.map(([id]) => id)).toEqual([bucketId('Staging')]);
    expect(ofType('Custom::S3BucketNotifications')).toEqual([]);
    const { QueueConfigurations } = only('AWS::S3::Bucket', 'BucketsStaging')[1].Properties
      .NotificationConfiguration as { QueueConfigurations: { Event: string }[] };
    const events = QueueConfigurations.map(({ Event }) => Event).sort();
    expect(events).toEqual(['s3:LifecycleExpiration:*', 's3:ObjectCreated:*', 's3:ObjectRemoved:*']);
  });

  test('outlive the stack', () => {
    for (const [id, resource] of ofType('AWS::S3::Bucket'))
      expect(resource, id).toMatchObject({ DeletionPolicy: 'Retain' });
  });
});

describe('queues', () => {
  const mappings = () =>
    ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
      const queue = resources[(Properties.EventSourceArn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0] ?? ''];
      const consumer = resources[(Properties.FunctionName as { Ref: string }).Ref];
      if (!queue || !consumer) throw new Error('a mapping of nothing');
      return {
        mapping: Properties,
        queue: queue.Properties,
        consumer: consumer.Properties,
        name: text(Properties.FunctionName),
      };
    });

  test('hide a message for at least six times as long as its function may take', () => {
    expect(mappings()).toHaveLength(4);
    for (const { queue, consumer } of mappings())
      expect(Number(queue.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Number(consumer.Timeout));
  });

  test('are read with partial batch responses, one document at a time', () => {
    for (const { mapping } of mappings())
      expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 1 });
  });

  test('never ask for more of a function than is reserved for it', () => {
    const wanted = new Map<string, number>();
    for (const { name, mapping } of mappings()) {
      const { MaximumConcurrency } = mapping.ScalingConfig as { MaximumConcurrency: number };
      wanted.set(name, (wanted.get(name) ?? 0) + MaximumConcurrency);
    }
    for (const { name, consumer } of mappings())
      expect(Number(consumer.ReservedConcurrentExecutions)).toBeGreaterThanOrEqual(
        wanted.get(name) ?? Number.POSITIVE_INFINITY,
      );
  });

  test('that are consumed have dead letters with an alarm and a consumer that fails closed', () => {
    const withDeadLetters = ofType('AWS::SQS::Queue').filter(([, { Properties }]) => Properties.RedrivePolicy);
    expect(withDeadLetters).toHaveLength(2);
    for (const [, { Properties }] of withDeadLetters) {
      const { deadLetterTargetArn, maxReceiveCount } = Properties.RedrivePolicy as {
        deadLetterTargetArn: { 'Fn::GetAtt': string[] };
        maxReceiveCount: number;
      };
      const id = deadLetterTargetArn['Fn::GetAtt'][0] ?? '';
      expect(maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(Number(resources[id]?.Properties.MessageRetentionPeriod)).toBeGreaterThan(
        Number(Properties.MessageRetentionPeriod),
      );
      const alarms = ofType('AWS::CloudWatch::Alarm').filter(([, alarm]) =>
        text(alarm.Properties.Dimensions).includes(id),
      );
      expect(alarms).toHaveLength(1);
      expect(text(alarms[0]?.[1].Properties.AlarmActions)).toContain('NotificationsAlarms');
      const consumers = mappings().filter(({ mapping }) => text(mapping.EventSourceArn).includes(id));
      expect(consumers.map(({ name }) => name)).toEqual([expect.stringContaining('FailClosed')]);
    }
  });

  test('take messages from staging of this account alone', () => {
    const statements = ofType('AWS::SQS::QueuePolicy').flatMap(([, policy]) => statementsOf(policy));
    const fromS3 = statements.filter((statement) => text(statement).includes('s3.amazonaws.com'));
    expect(fromS3).toHaveLength(1);
    expect(text(fromS3[0])).toMatch(/aws:SourceAccount.*staging-/);
  });
});

test('sanitize is an image with its limits, the others are bundles on Node 24', () => {
  const [, sanitize] = only('AWS::Lambda::Function', 'PipelineSanitize');
  expect(sanitize.Properties).toMatchObject({ PackageType: 'Image', MemorySize: 4096, Timeout: 300 });
  const bundled = ofType('AWS::Lambda::Function').filter(([, { Properties }]) => Properties.Runtime);
  expect(bundled).toHaveLength(2);
  for (const [, { Properties }] of bundled) expect(Properties.Runtime).toBe('nodejs24.x');
});

test('malware has to be looked for with official signatures', () => {
  const [, sanitize] = only('AWS::Lambda::Function', 'PipelineSanitize');
  expect(sanitize.Properties.Environment).toMatchObject({ Variables: { SPOORLOOS_SCANNER: 'clamd' } });
});

describe("cdk-nag's AWS Solutions rules", () => {
  const synth = (spoil: (stack: SpoorloosStack) => unknown) => () => {
    const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
    checkWithNag(app);
    spoil(new SpoorloosStack(app, 'Spoorloos'));
    app.synth();
  };

  test('are all met or acknowledged with a reason', () => {
    expect(synth(() => {})).not.toThrow();
  });

  test('fail a stack that breaks one', () => {
    const allowPlainHttp = ({ pipeline }: SpoorloosStack) => pipeline.live.queue.node.tryRemoveChild('Policy');
    expect(synth(allowPlainHttp)).toThrow('AwsSolutions-SQS4');
  });
});
